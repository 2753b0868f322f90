"""Methods and attributes of pandas' ``Series.dt``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyspark.sql import functions as F

from handyspark.pandas_columns.by_index import ZONES
from handyspark.pandas_columns.method import SAME, Method, Native
from handyspark.pandas_columns.operands import micros, moment

if TYPE_CHECKING:
    from pyspark.sql import Column

    from handyspark.pandas_columns.operands import Operand

__all__ = ["DATES"]

# Written out: the calendar module speaks the language of the process.
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)

_DIRECTIVES: Final = {"Y": "y", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss", "f": "SSSSSS", "j": "DDD"}
"""Directives of strftime, and the patterns of Spark's that mean the same for every moment."""


def _simple(compute: Callable[[Column], Column]) -> Native:
    return lambda own, given: compute(own.column)


def _in_table(names: list[str], position: Callable[[Column], Column]) -> Native:
    def native(own: Operand, given: dict[str, Any]) -> Column | None:
        if given:
            return None
        # Spark would take a missing position for one that it has.
        return F.when(F.isnotnull(own.column), F.element_at(F.array(*map(F.lit, names)), position(own.column)))

    return native


def _first(c: Column) -> Column:
    return F.dayofmonth(c) == 1


def _last(c: Column) -> Column:
    return c.cast("date") == F.last_day(c)


def _quarter_starts(c: Column) -> Column:
    return F.month(c) % 3 == 1


def _leap(c: Column) -> Column:
    year = F.year(c)
    return (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))


def _microsecond(c: Column) -> Column:
    return ((F.date_part(F.lit("SECOND"), c) * 1_000_000).cast("int")) % 1_000_000


def _steps(given: dict[str, Any]) -> int | None:
    """Microseconds of a fixed frequency; None where there are none, or options."""
    if set(given) != {"freq"}:
        return None
    nanoseconds = pd.Timedelta(pd.tseries.frequencies.to_offset(given["freq"])).value
    return None if nanoseconds % 1000 or nanoseconds <= 0 else nanoseconds // 1000


def _floor(own: Operand, given: dict[str, Any]) -> Column | None:
    step = _steps(given)
    if step is None:
        return None
    if step == 86_400_000_000:
        return _normalize(own, {})
    clock = micros(own.column)
    return moment(clock - F.pmod(clock, F.lit(step).cast("bigint")), own.data_type)


def _ceil(own: Operand, given: dict[str, Any]) -> Column | None:
    step = _steps(given)
    if step is None:
        return None
    clock = micros(own.column)
    return moment(clock + F.pmod(-clock, F.lit(step).cast("bigint")), own.data_type)


def _normalize(own: Operand, given: dict[str, Any]) -> Column:
    return own.column.cast("date").cast(own.data_type)


def _strftime(own: Operand, given: dict[str, Any]) -> Column | None:
    pieces = re.findall(r"%.|[^%]+", given["date_format"], flags=re.DOTALL)
    if "".join(pieces) != given["date_format"]:
        return None
    pattern = ""
    for piece in pieces:
        if piece[0] != "%":
            pattern += "'" + piece.replace("'", "''") + "'"
        elif piece[1] in _DIRECTIVES:
            pattern += _DIRECTIVES[piece[1]]
        else:
            return None
    # Adjacent letters would be one pattern, and Spark can't print a lone fraction of many kinds of text.
    if not pattern or re.search(r"%.%", given["date_format"]) or not given["date_format"].isascii():
        return None
    return F.date_format(own.column.cast("timestamp_ntz"), pattern)


def _attribute(names: str, returns: str, compute: Callable[[Column], Column]) -> list[Method]:
    return [
        Method(name=name, returns=returns, native=_simple(compute), kinds=("datetime",), attribute=True)
        for name in names.split()
    ]


def _method(name: str, returns: str, native: Native | None = None, when: str = "") -> Method:
    return Method(name=name, returns=returns, native=native, when=when, kinds=("datetime",))


_FREQUENCY: Final = "for frequencies of whole microseconds"

DATES: Final = (
    *_attribute("year", "int", F.year),
    *_attribute("month", "int", F.month),
    *_attribute("day", "int", F.dayofmonth),
    *_attribute("hour", "int", F.hour),
    *_attribute("minute", "int", F.minute),
    *_attribute("second", "int", F.second),
    *_attribute("microsecond", "int", _microsecond),
    *_attribute("nanosecond", "int", lambda c: F.when(F.isnotnull(c), F.lit(0))),
    *_attribute("dayofweek day_of_week weekday", "int", F.weekday),
    *_attribute("dayofyear day_of_year", "int", F.dayofyear),
    *_attribute("quarter", "int", F.quarter),
    *_attribute("days_in_month daysinmonth", "int", lambda c: F.dayofmonth(F.last_day(c))),
    *_attribute("is_month_start", "boolean", _first),
    *_attribute("is_month_end", "boolean", _last),
    *_attribute("is_quarter_start", "boolean", lambda c: _first(c) & _quarter_starts(c)),
    *_attribute("is_quarter_end", "boolean", lambda c: _last(c) & (F.month(c) % 3 == 0)),
    *_attribute("is_year_start", "boolean", lambda c: F.dayofyear(c) == 1),
    *_attribute("is_year_end", "boolean", lambda c: _last(c) & (F.month(c) == 12)),
    *_attribute("is_leap_year", "boolean", _leap),
    *_attribute("date", "date", lambda c: c.cast("date")),
    _method("day_name", "string", _in_table(_DAYS, lambda c: F.weekday(c) + 1), "in English"),
    _method("month_name", "string", _in_table(_MONTHS, F.month), "in English"),
    _method("normalize", SAME, _normalize),
    _method("floor", SAME, _floor, _FREQUENCY),
    _method("ceil", SAME, _ceil, _FREQUENCY),
    _method("round", SAME),
    _method("strftime", "string", _strftime, "for %Y %m %d %H %M %S %f %j with something between them"),
    *ZONES,
)
"""Attributes and methods of ``Series.dt``."""
