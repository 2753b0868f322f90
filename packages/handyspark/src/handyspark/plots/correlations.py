"""Correlations of all pairs of columns, as a heat map that says the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from handyhooks import NUMERICAL, Column, Option, PlotKind
from handyspark.labels import plain
from handyspark.plots.heat import heat_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["CORRELATIONS", "CorrelationMatrix", "draw_matrix"]


@dataclass(frozen=True, kw_only=True)
class CorrelationMatrix:
    """Correlations of `columns` by `columns`; NaN of a constant column."""

    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    stage: dict[str, Any] = {f"spread{i}": f"var_pop(double({{x{i}}}))" for i in range(len(columns))}
    for i, j in combinations(range(len(columns)), 2):
        x, y = f"double({{x{i}}})", f"double({{x{j}}})"
        # Not Spark's `corr`, which fails on constant columns before 4.3.
        stage[f"together{i}_{j}"] = f"covar_pop({x}, {y})"
        stage[f"first{i}_{j}"] = f"var_pop(if({y} IS NULL, NULL, {x}))"
        stage[f"second{i}_{j}"] = f"var_pop(if({x} IS NULL, NULL, {y}))"
    return (stage,)


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> CorrelationMatrix:
    values = [[math.nan] * len(columns) for _ in columns]
    for i in range(len(columns)):
        if answers[f"spread{i}"]:
            values[i][i] = 1.0
    for i, j in combinations(range(len(columns)), 2):
        first, second = answers[f"first{i}_{j}"], answers[f"second{i}_{j}"]
        if first and second:
            r = answers[f"together{i}_{j}"] / math.sqrt(first) / math.sqrt(second)
            values[i][j] = values[j][i] = r if math.isnan(r) else min(max(r, -1.0), 1.0)
    return CorrelationMatrix(columns=tuple(column.name for column in columns), values=tuple(map(tuple, values)))


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
    ax.set_xlabel("Pearson's r")
    return draw_matrix(ax, data.values, data.columns, **style)


CORRELATIONS: Final = PlotKind(
    name="correlations",
    summary="Correlations of all pairs of columns, as a heat map.",
    stages=_stages,
    data=_data,
    draw=_draw,
    columns=(2, 30),
    accepts=(*NUMERICAL, "boolean"),
    options=(
        Option(
            name="method",
            default="pearson",
            kind="string",
            choices=("pearson",),
            doc="Pearson's; for Spearman's see `handyspark.plot.correlations`.",
        ),
    ),
)
