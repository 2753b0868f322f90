"""Scatter plots of any number of rows: cells of a grid as circles, sized by count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Grid, Option, PlotKind, Shared
from handyspark.plots.pairs_of_ranges import draw_axes, drawn_columns, ends, limits_between
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["SCATTERPLOT", "CellCounts"]

_LARGEST: Final = 150.0
"""Area of the circle of the fullest cell, in square points."""


@dataclass(frozen=True, kw_only=True)
class CellCounts:
    """Counts in the cells of a grid.

    Attributes
    ----------
    columns
        The columns along x and y.
    x_edges, y_edges
        Edges of the cells; of dates in days since 1970.
    counts
        Shape (x bins, y bins).
    most
        Count of the fullest cell of all strata: circles of several panels have one scale.
    """

    columns: tuple[Column, Column]
    x_edges: np.ndarray
    y_edges: np.ndarray
    counts: np.ndarray
    most: int


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    grid = Grid(x_low="x_low", x_high="x_high", y_low="y_low", y_high="y_high", bins="bins")
    return ends(columns), {"grid": grid, "most": Shared(_most)}


def _most(every: Sequence[Mapping[str, Any]], **options: Any) -> int:
    return max((count for answers in every for row in answers["grid"].counts for count in row), default=0)


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> CellCounts:
    grid = answers["grid"]
    shape = (max(len(grid.x_edges) - 1, 0), max(len(grid.y_edges) - 1, 0))
    return CellCounts(
        columns=drawn_columns(columns, answers),
        x_edges=np.array(grid.x_edges),
        y_edges=np.array(grid.y_edges),
        counts=np.array(grid.counts, dtype="int64").reshape(shape),
        most=answers["most"],
    )


def _example(columns: Sequence[Column], **options: Any) -> CellCounts:
    edges = np.array([0.0, 1.0])
    return CellCounts(
        columns=(columns[0], columns[1]), x_edges=edges, y_edges=edges, counts=np.ones((1, 1), dtype="int64"), most=1
    )


def _draw(ax: Axes, series: Sequence[tuple[str, CellCounts]], **style: Any) -> Any:
    ((_, data),) = series
    draw_axes(ax, data.columns)
    x_cells, y_cells = np.nonzero(data.counts)
    if not len(x_cells):
        return ax.scatter([], [], **style)
    counts = data.counts[x_cells, y_cells]
    x = (data.x_edges[:-1] + data.x_edges[1:])[x_cells] / 2
    y = (data.y_edges[:-1] + data.y_edges[1:])[y_cells] / 2
    return ax.scatter(x, y, **{"s": _LARGEST * counts / data.most, "alpha": 0.6, **style})


def _limits(data: CellCounts) -> Any:
    return limits_between(data.columns, data.x_edges, data.y_edges)


SCATTERPLOT: Final = PlotKind(
    name="scatterplot",
    summary="Two columns in a grid of cells, a circle a cell, its area by the count.",
    stages=_stages,
    data=_data,
    draw=_draw,
    limits=_limits,
    example=_example,
    columns=(2, 2),
    accepts=ORDERED,
    options=(
        Option(name="bins", default=30, kind="integer", bounds=(1, 1_000), doc="Number of bins along each axis."),
    ),
)
