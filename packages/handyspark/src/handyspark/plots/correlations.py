"""Correlations of all pairs of columns, as a heat map that says the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from handyhooks import NUMERICAL, Column, Option, PlotKind
from handyspark.errors import UnsupportedColumnError
from handyspark.labels import plain
from handyspark.planner.requests import Correlation
from handyspark.plots.heat import heat_map
from handyspark.plots.ranges import is_timed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["CORRELATIONS", "CorrelationMatrix", "draw_matrix"]


_AXIS: Final = {"pearson": "Pearson's r", "spearman": "Spearman's rho"}


@dataclass(frozen=True, kw_only=True)
class CorrelationMatrix:
    """Correlations of `columns` by `columns`, by a method; NaN of a constant column."""

    columns: tuple[str, ...]
    method: str
    values: tuple[tuple[float, ...], ...]


def _stages(columns: Sequence[Column], *, method: str, **options: Any) -> tuple[Stage, ...]:
    timed = [column.name for column in columns if is_timed(column)]
    if timed and method == "pearson":
        raise UnsupportedColumnError(
            f"The plot kind 'correlations' takes numbers and booleans by the method 'pearson'; not {timed[0]!r}, a "
            "column of dates or timestamps. The method 'spearman' takes these too."
        )
    # A request that no plugin has: the hook spec's types don't know it.
    stage: dict[str, Any] = {f"spread{i}": f"max({{x{i}}}) > min({{x{i}}})" for i in range(len(columns))}
    for pair in combinations(range(len(columns)), 2):
        stage[_name(*pair)] = Correlation(columns=pair, ranks="column" if method == "spearman" else None)
    return (stage,)


def _name(i: int, j: int) -> str:
    return f"r{i}_{j}"


def _data(columns: Sequence[Column], answers: Mapping[str, Any], *, method: str, **options: Any) -> CorrelationMatrix:
    values = [[math.nan] * len(columns) for _ in columns]
    for i in range(len(columns)):
        if answers[f"spread{i}"]:
            values[i][i] = 1.0
    for i, j in combinations(range(len(columns)), 2):
        r = answers[_name(i, j)]
        if r is not None and not math.isnan(r):
            values[i][j] = values[j][i] = min(max(r, -1.0), 1.0)
    return CorrelationMatrix(
        columns=tuple(column.name for column in columns), method=method, values=tuple(map(tuple, values))
    )


def _example(columns: Sequence[Column], *, method: str, **options: Any) -> CorrelationMatrix:
    values = tuple((1.0,) * len(columns) for _ in columns)
    return CorrelationMatrix(columns=tuple(column.name for column in columns), method=method, values=values)


def draw_matrix(ax: Axes, values: Any, names: Sequence[str], **style: Any) -> list[Any]:
    """Draw a matrix of correlations: orange below 0, purple above, on a scale from -1 to 1.

    Parameters
    ----------
    ax
        Where to.
    values
        Square matrix.
    names
        Names of its rows and columns.
    **style
        For `matplotlib.axes.Axes.imshow`.
    """
    labels = list(map(plain, names))
    look = {"vmin": -1.0, "vmax": 1.0, "cmap": "PuOr", "aspect": "equal", **style}
    return heat_map(ax, values, labels, labels, texts=lambda r: f"{r:.2f}", **look)


def _draw(ax: Axes, series: Sequence[tuple[str, CorrelationMatrix]], **style: Any) -> list[Any]:
    ((_, data),) = series
    ax.set_xlabel(_AXIS[data.method])
    return draw_matrix(ax, data.values, data.columns, **style)


CORRELATIONS: Final = PlotKind(
    name="correlations",
    summary="Correlations of all pairs of columns, as a heat map.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    columns=(2, 30),
    accepts=(*NUMERICAL, "boolean", "date", "timestamp"),
    options=(
        Option(
            name="method",
            default="pearson",
            kind="string",
            choices=("pearson", "spearman"),
            doc="Pearson's of numbers and booleans; or Spearman's, of dates and timestamps too, as `cols.corr` has it.",
        ),
    ),
)
