"""Ranges that several panels share, and what of a column can be drawn."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from handyhooks import Column
from handyspark.errors import InvalidValueError

__all__ = [
    "drawable",
    "finite",
    "greatest",
    "is_timed",
    "least",
    "number",
    "padded",
    "padded_dates",
    "padded_logarithm",
    "refuse_undrawable",
    "undrawable",
]

_EPOCH: Final = dt.date(1970, 1, 1)

_CALENDAR: Final = ((dt.date.min - _EPOCH).days, (dt.date.max - _EPOCH).days)
"""Days that Python and matplotlib have; Spark has years before 1 and after 9999 too."""


def is_timed(column: Column) -> bool:
    """Whether a column is drawn on an axis of dates."""
    return column.kind in ("date", "timestamp")


def finite(column: Column, name: str) -> str:
    """SQL template of a column without its infinite values."""
    if column.kind != "floating":
        return f"{{{name}}}"
    return f"CASE WHEN abs({{{name}}}) < double('Infinity') THEN {{{name}}} END"


def number(column: Column, name: str) -> str:
    """SQL template of a column as a DOUBLE: dates in days since 1970, infinite values as null."""
    if column.kind == "date":
        return f"double(unix_date({{{name}}}))"
    if column.kind == "timestamp":
        return f"unix_micros(cast({{{name}}} as timestamp)) / 86400000000D"
    return f"double({finite(column, name)})"


def drawable(column: Column, name: str) -> str:
    """SQL template of a column without what no axis can show: infinite values, and dates out of the calendar."""
    if not is_timed(column):
        return finite(column, name)
    return f"CASE WHEN {_in_calendar(column, name)} THEN {{{name}}} END"


def undrawable(column: Column, name: str) -> dict[str, str]:
    """Ask how many dates `drawable` leaves out: `refuse_undrawable` reads the answer."""
    if not is_timed(column):
        return {}
    return {f"all_{name}": f"count({{{name}}})", f"drawable_{name}": f"count({drawable(column, name)})"}


def refuse_undrawable(column: Column, name: str, answers: Mapping[str, Any]) -> None:
    """Refuse dates that no axis can show: left out they would be missed.

    Raises
    ------
    InvalidValueError
        There are some.
    """
    left_out = answers.get(f"all_{name}", 0) - answers.get(f"drawable_{name}", 0)
    if left_out:
        raise InvalidValueError(
            f"The column {column.name!r} holds dates before the year 1 or after 9999, {left_out:,} of them: no axis of "
            "dates reaches there. Filter them out first."
        )


def _in_calendar(column: Column, name: str) -> str:
    if column.kind == "date":
        return f"{{{name}}} BETWEEN date'0001-01-01' AND date'9999-12-31'"
    return f"{{{name}}} BETWEEN timestamp'0001-01-02 00:00:00 UTC' AND timestamp'9999-12-31 23:59:59.999999 UTC'"


def least(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the least of one answer over all strata."""
    return lambda every, **options: min(_present(every, name), default=None)


def greatest(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the greatest of one answer over all strata."""
    return lambda every, **options: max(_present(every, name), default=None)


def padded(low: float, high: float) -> tuple[float, float]:
    """Limits with matplotlib's usual margin; half a unit around a single value."""
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin


def padded_dates(low: float, high: float) -> tuple[float, float]:
    """Limits in days since 1970 with a margin, that stay within the calendar."""
    low, high = padded(low, high)
    return max(low, _CALENDAR[0]), min(high, _CALENDAR[1] + 0.999)


def padded_logarithm(low: float, high: float) -> tuple[float, float]:
    """Limits of an axis of logarithms: a single count is no bar of no height."""
    margin = 10 ** max(0.05 * math.log10(high / low), 0.1)
    return low / max(margin, 2), high * margin


def _present(every: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [answers[name] for answers in every if answers[name] is not None]
