"""Ranges that several panels share, and what of a column can be drawn."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from handyhooks import Column
from handyspark.errors import InvalidValueError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "all_dates",
    "greatest",
    "is_timed",
    "least",
    "number",
    "padded",
    "padded_dates",
    "padded_logarithm",
    "refuse_undrawable",
    "require_density",
    "require_span",
    "show_dates",
    "undrawable",
]

_EPOCH: Final = dt.date(1970, 1, 1)

_CALENDAR: Final = ((dt.date.min - _EPOCH).days, (dt.date.max - _EPOCH).days)
"""Days that Python and matplotlib have; Spark has years before 1 and after 9999 too."""


def is_timed(column: Column) -> bool:
    """Whether a column is drawn on an axis of dates."""
    return column.kind in ("date", "timestamp")


def number(column: Column, name: str) -> str:
    """SQL template of a column as the DOUBLE that it is binned by: dates in days since 1970.

    What no axis can show is null: infinite values, and dates out of the calendar.
    """
    drawable = _drawable(column, name)
    value = f"CASE WHEN {drawable} THEN {{{name}}} END" if drawable else f"{{{name}}}"
    if column.kind == "date":
        value = f"unix_date({value})"
    elif column.type == "timestamp_ntz":
        value = f"timestampdiff(MICROSECOND, timestamp_ntz'1970-01-01 00:00:00', {value}) / 86400000000D"
    elif column.kind == "timestamp":
        value = f"unix_micros({value}) / 86400000000D"
    return f"double({value})"


def undrawable(column: Column, name: str) -> dict[str, str]:
    """Ask how many dates `number` leaves out: `refuse_undrawable` reads the answer."""
    if not is_timed(column):
        return {}
    return {f"all_{name}": f"count({{{name}}})", f"drawable_{name}": f"count_if({_drawable(column, name)})"}


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


def _drawable(column: Column, name: str) -> str:
    """SQL template of a condition; none where all values can be shown."""
    if column.kind == "floating":
        return f"abs({{{name}}}) < double('Infinity')"
    if column.kind == "date":
        return f"{{{name}}} BETWEEN date'0001-01-01' AND date'9999-12-31'"
    if column.kind == "timestamp":
        return f"{{{name}}} BETWEEN timestamp'0001-01-02 00:00:00 UTC' AND timestamp'9999-12-31 23:59:59.999999 UTC'"
    return ""


def least(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the least of one answer over all strata."""
    return lambda every, **options: min(_present(every, name), default=None)


def greatest(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the greatest of one answer over all strata."""
    return lambda every, **options: max(_present(every, name), default=None)


def require_span(low: float, high: float) -> float:
    """Give how far apart the least and the greatest value are.

    Raises
    ------
    InvalidValueError
        So far that it is no floating-point number, or would not be with a margin.
    """
    span = high - low
    if not math.isfinite(2 * span):
        raise InvalidValueError(f"The values are too far apart, {low!r} and {high!r}. Divide them by something first.")
    return span


def require_density(density: Any) -> None:
    """Refuse densities of values that are next to each other as floating-point numbers go.

    Raises
    ------
    InvalidValueError
        One is no floating-point number.
    """
    if not np.isfinite(density).all():
        raise InvalidValueError("The values are too close together for a density. Multiply them by something first.")


def padded(low: float, high: float) -> tuple[float, float]:
    """Limits with matplotlib's usual margin; half a unit around a single value."""
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin


def padded_dates(low: float, high: float) -> tuple[float, float]:
    """Limits in days since 1970 with a margin, that stay within the calendar."""
    low, high = padded(low, high)
    return max(low, _CALENDAR[0]), min(high, _CALENDAR[1] + 0.999)


def all_dates(dates: Iterable[bool]) -> bool:
    """Whether what is drawn along one axis are dates.

    Raises
    ------
    InvalidValueError
        Some are, and some are numbers.
    """
    found = set(dates)
    if len(found) > 1:
        raise InvalidValueError("Dates and numbers can't be drawn along one axis. Draw each on Axes of its own.")
    return found == {True}


def show_dates(ax: Axes, name: Literal["x", "y"]) -> None:
    """Let an axis show dates, and no further than the calendar goes."""
    axis = ax.xaxis if name == "x" else ax.yaxis
    axis.axis_date()
    low, high = axis.get_view_interval()
    within = max(low, _CALENDAR[0]), min(high, _CALENDAR[1] + 0.999)
    if within != (low, high):
        ax.set(**{f"{name}lim": within})


def padded_logarithm(low: float, high: float) -> tuple[float, float]:
    """Limits of an axis of logarithms: a single count is no bar of no height."""
    margin = 10 ** max(0.05 * math.log10(high / low), 0.1)
    return low / max(margin, 2), high * margin


def _present(every: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [answers[name] for answers in every if answers[name] is not None]
