"""Scatter plots of any number of rows: cells of a grid as circles, sized by count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Grid, Option, PlotKind, Shared
from handyspark.labels import plain
from handyspark.plots.ranges import finite, greatest, least, padded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["SCATTERPLOT", "CellCounts"]

_LARGEST: Final = 150.0
"""Area of the circle of the fullest cell, in square points."""


@dataclass(frozen=True, kw_only=True)
class CellCounts:
    """Counts in the cells of a grid, `counts` of shape (x bins, y bins)."""

    x_name: str
    y_name: str
    x_edges: np.ndarray
    y_edges: np.ndarray
    counts: np.ndarray


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    first: dict[str, Any] = {}
    for position, axis in enumerate("xy"):
        value = finite(columns[position], f"x{position}")
        other = f"FILTER (WHERE {finite(columns[1 - position], f'x{1 - position}')} IS NOT NULL)"
        first[f"own_{axis}_low"] = f"min({value}) {other}"
        first[f"own_{axis}_high"] = f"max({value}) {other}"
        first[f"{axis}_low"] = Shared(least(f"own_{axis}_low"))
        first[f"{axis}_high"] = Shared(greatest(f"own_{axis}_high"))
    return first, {"grid": Grid(x_low="x_low", x_high="x_high", y_low="y_low", y_high="y_high", bins="bins")}


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> CellCounts:
    grid = answers["grid"]
    shape = (max(len(grid.x_edges) - 1, 0), max(len(grid.y_edges) - 1, 0))
    return CellCounts(
        x_name=columns[0].name,
        y_name=columns[1].name,
        x_edges=np.array(grid.x_edges),
        y_edges=np.array(grid.y_edges),
        counts=np.array(grid.counts, dtype="int64").reshape(shape),
    )


def _draw(ax: Axes, series: Sequence[tuple[str, CellCounts]], **style: Any) -> Any:
    ((_, data),) = series
    ax.set(xlabel=plain(data.x_name), ylabel=plain(data.y_name))
    x_cells, y_cells = np.nonzero(data.counts)
    if not len(x_cells):
        return ax.scatter([], [], **style)
    counts = data.counts[x_cells, y_cells]
    x = (data.x_edges[:-1] + data.x_edges[1:])[x_cells] / 2
    y = (data.y_edges[:-1] + data.y_edges[1:])[y_cells] / 2
    return ax.scatter(x, y, **{"s": _LARGEST * counts / counts.max(), "alpha": 0.6, **style})


def _limits(data: CellCounts) -> Any:
    if not len(data.x_edges) or not len(data.y_edges):
        return None, None
    return padded(data.x_edges[0], data.x_edges[-1]), padded(data.y_edges[0], data.y_edges[-1])


SCATTERPLOT: Final = PlotKind(
    name="scatterplot",
    summary="Two columns in a grid of cells, a circle a cell, its area by the count.",
    stages=_stages,
    data=_data,
    draw=_draw,
    limits=_limits,
    columns=(2, 2),
    options=(
        Option(name="bins", default=30, kind="integer", bounds=(1, 1_000), doc="Number of bins along each axis."),
    ),
)
