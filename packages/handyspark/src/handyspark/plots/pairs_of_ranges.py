"""What plots of two columns share: the ends of both, of the rows that have both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handyhooks import Column, Shared
from handyspark.labels import plain
from handyspark.plots.ranges import (
    greatest,
    is_timed,
    least,
    number,
    padded,
    padded_dates,
    refuse_undrawable,
    undrawable,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_axes", "drawn_columns", "ends", "limits_between"]


def ends(columns: Sequence[Column]) -> dict[str, Any]:
    """Ask for ``x_low``, ``x_high``, ``y_low`` and ``y_high`` of all strata together."""
    asked: dict[str, Any] = {}
    for position, axis in enumerate("xy"):
        value = number(columns[position], f"x{position}")
        other = f"FILTER (WHERE {number(columns[1 - position], f'x{1 - position}')} IS NOT NULL)"
        asked |= undrawable(columns[position], f"x{position}")
        asked[f"own_{axis}_low"] = f"min({value}) {other}"
        asked[f"own_{axis}_high"] = f"max({value}) {other}"
        asked[f"{axis}_low"] = Shared(least(f"own_{axis}_low"))
        asked[f"{axis}_high"] = Shared(greatest(f"own_{axis}_high"))
    return asked


def drawn_columns(columns: Sequence[Column], answers: Mapping[str, Any]) -> tuple[Column, Column]:
    """Give the columns along x and y, unless they hold dates that no axis can show.

    Raises
    ------
    InvalidValueError
        There are some.
    """
    for position, column in enumerate(columns):
        refuse_undrawable(column, f"x{position}", answers)
    return columns[0], columns[1]


def draw_axes(ax: Axes, columns: Sequence[Column]) -> None:
    """Name both axes, and let those of dates show dates."""
    ax.set(xlabel=plain(columns[0].name), ylabel=plain(columns[1].name))
    if is_timed(columns[0]):
        ax.xaxis_date()
    if is_timed(columns[1]):
        ax.yaxis_date()


def limits_between(columns: Sequence[Column], x_ends: Any, y_ends: Any) -> Any:
    """Limits of both axes, from ascending numbers along each; none without numbers."""
    if not len(x_ends) or not len(y_ends):
        return None, None
    x, y = (
        (padded_dates if is_timed(column) else padded)(float(numbers[0]), float(numbers[-1]))
        for column, numbers in zip(columns, (x_ends, y_ends), strict=True)
    )
    return x, y
