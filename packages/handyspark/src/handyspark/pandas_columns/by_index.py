"""Methods of a Series that go by its index in pandas: here the column is the index."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.pandas_columns.literals import literal, plain, understood
from handyspark.pandas_columns.method import Method, Native
from handyspark.pandas_columns.operands import micros_of_day

if TYPE_CHECKING:
    from pyspark.sql import Column

    from handyspark.pandas_columns.operands import Operand

__all__ = ["BY_INDEX", "ZONES"]


def _between_time(own: Operand, given: dict[str, Any]) -> Column | None:
    start, end = (_micros(given[name]) for name in ("start_time", "end_time"))
    if start is None or end is None:
        return None
    clock, inclusive = micros_of_day(own.column), given.get("inclusive", "both")
    after = clock >= start if inclusive in ("both", "left") else clock > start
    before = clock <= end if inclusive in ("both", "right") else clock < end
    return after & before if start <= end else after | before


def _at_time(own: Operand, given: dict[str, Any]) -> Column | None:
    time = _micros(given["time"])
    return None if time is None or set(given) != {"time"} else micros_of_day(own.column) == time


def _micros(time: Any) -> int | None:
    """Microseconds since midnight of a usual time; None where it is pandas that knows."""
    if isinstance(time, str) and re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?", time):
        hour, minute, second = map(int, f"{time}:0".split(":")[:3])
        time = dt.time(hour, minute, second)
    if not isinstance(time, dt.time) or time.tzinfo is not None:
        return None
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000_000 + time.microsecond


def _truncate(own: Operand, given: dict[str, Any]) -> Column | None:
    before, after = (understood(own.kind, given.get(name)) for name in ("before", "after"))
    if not all(bound is None or plain(own.kind, bound) for bound in (before, after)):
        return None
    kept = F.when(F.isnotnull(own.column), F.lit(True))
    if before is not None:
        kept = kept & (own.compared >= literal(own.kind, before))
    if after is not None:
        kept = kept & (own.compared <= literal(own.kind, after))
    return kept


def _tz_localize(own: Operand, given: dict[str, Any]) -> Column | None:
    if given["tz"] is not None:
        return None
    return own.column.cast("timestamp_ntz") if own.kind == "moment" else own.column


def _of_zones(name: str, **options: Any) -> Method:
    return Method(name=name, kinds=("datetime",), through="dt", zoned=True, **options)


ZONES: Final = (
    _of_zones("tz_convert", returns="timestamp_ntz"),
    _of_zones("tz_localize", returns="timestamp", native=_tz_localize, when="for None (giving TIMESTAMP_NTZ)"),
)
"""What a Series and its ``.dt`` have alike."""


def _choosing(name: str, native: Native, when: str, kinds: tuple[str, ...] = ("datetime",)) -> Method:
    return Method(name=name, returns="boolean", native=native, when=when, kinds=kinds, through="index")


_TIMES: Final = "for times, or text as 9:30 or 9:30:15"

BY_INDEX: Final = (
    _choosing("at_time", _at_time, _TIMES),
    _choosing("between_time", _between_time, _TIMES),
    _choosing("truncate", _truncate, "for bounds of the column's type", ("integer", "floating", "string", "datetime")),
    *ZONES,
)
"""Methods of a Series. Those that choose rows give a condition, true for the rows that pandas keeps."""
