"""Running a query and bringing its few rows to the driver."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyspark.sql import types as T

from handyspark.errors import InvalidValueError
from handyspark.planner.cost import count_query
from handyspark.quoting import identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

__all__ = ["at_most", "collect", "moment", "rows_of", "session_zone"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)

_OFFSET: Final = re.compile(r"(?:UTC|GMT|UT|Z)?(?:([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)?")
"""What Spark takes for a fixed offset."""


def collect(frame: DataFrame) -> list[tuple[Any, ...]]:
    """Rows of a query over the data, as `rows_of` gives them."""
    count_query()
    return rows_of(frame)


def rows_of(frame: DataFrame) -> list[tuple[Any, ...]]:
    """Rows as tuples; a TIMESTAMP as an aware datetime in the session's time zone.

    Spark's own conversion goes through the local time zone of this process, which is ambiguous for an hour a
    year: timestamps travel as microseconds instead.
    """
    selected: list[str] = []
    readers: dict[int, Callable[[Any, dt.tzinfo], Any]] = {}
    for position, field in enumerate(frame.schema.fields):
        name = identifier(field.name)
        if isinstance(field.dataType, T.TimestampType):
            selected.append(f"unix_micros({name})")
            readers[position] = _optional
        elif isinstance(field.dataType, T.ArrayType) and isinstance(field.dataType.elementType, T.TimestampType):
            selected.append(f"transform({name}, t -> unix_micros(t))")
            readers[position] = _listed
        else:
            selected.append(name)
    if not readers:
        return [tuple(row) for row in frame.collect()]
    zone = session_zone(frame)
    rows = [list(row) for row in frame.selectExpr(*selected).collect()]
    for row in rows:
        for position, reader in readers.items():
            row[position] = reader(row[position], zone)
    return [tuple(row) for row in rows]


def at_most(frame: DataFrame, rows: int | None) -> DataFrame:
    """So many rows of a query, or all of them for None."""
    return frame if rows is None else frame.limit(rows)


def session_zone(frame: DataFrame) -> dt.tzinfo:
    """Time zone of the frame's session.

    Raises
    ------
    InvalidValueError
        Python does not know the zone.
    """
    name = frame.sparkSession.conf.get("spark.sql.session.timeZone") or "UTC"
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, *parts = offset.groups(default="0")
        hours, minutes, seconds = map(int, parts)
        ahead = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return dt.timezone(-ahead if sign == "-" else ahead)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidValueError(
            f"Python does not know {name!r}, the session's time zone, so timestamps can't be shown in it. Set "
            "`spark.sql.session.timeZone` to a name such as 'America/Los_Angeles', or an offset such as '+01:00'."
        ) from error


def moment(micros: int, zone: dt.tzinfo) -> dt.datetime:
    """Aware datetime of microseconds since 1970 UTC."""
    local = (_EPOCH + dt.timedelta(microseconds=micros)).astimezone(zone)
    # With its offset alone: two datetimes of one ZoneInfo compare by wall time, wrongly where clocks are set back.
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()), fold=0)


def _optional(micros: int | None, zone: dt.tzinfo) -> dt.datetime | None:
    return None if micros is None else moment(micros, zone)


def _listed(values: list[int | None] | None, zone: dt.tzinfo) -> list[dt.datetime | None] | None:
    return None if values is None else [_optional(value, zone) for value in values]
