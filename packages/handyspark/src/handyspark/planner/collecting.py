"""Running a query and bringing its few rows to the driver."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyspark.sql import types as T

from handyspark.planner.cost import count_query
from handyspark.quoting import identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

__all__ = ["collect", "moment", "session_zone"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def collect(frame: DataFrame) -> list[tuple[Any, ...]]:
    """Rows as tuples; a TIMESTAMP as an aware datetime in the session's time zone.

    Spark's own conversion goes through the local time zone of this process, which is ambiguous for an hour a
    year: timestamps travel as microseconds instead.
    """
    count_query()
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


def session_zone(frame: DataFrame) -> dt.tzinfo:
    """Time zone of the frame's session; UTC where Python does not know it."""
    name = frame.sparkSession.conf.get("spark.sql.session.timeZone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return _fixed_offset(name)


def _fixed_offset(name: str) -> dt.tzinfo:
    offset = name.removeprefix("GMT").removeprefix("UTC")
    try:
        return dt.datetime.strptime(offset, "%z").tzinfo or dt.timezone.utc
    except ValueError:
        return dt.timezone.utc


def moment(micros: int, zone: dt.tzinfo) -> dt.datetime:
    """Aware datetime of microseconds since 1970 UTC."""
    return (_EPOCH + dt.timedelta(microseconds=micros)).astimezone(zone)


def _optional(micros: int | None, zone: dt.tzinfo) -> dt.datetime | None:
    return None if micros is None else moment(micros, zone)


def _listed(values: list[int | None] | None, zone: dt.tzinfo) -> list[dt.datetime | None] | None:
    return None if values is None else [_optional(value, zone) for value in values]
