"""Pairs: the lower half of a scatter matrix, with a histogram of each column on its diagonal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Grid, Histogram, Option, PlotKind, Shared
from handyspark.labels import plain
from handyspark.plots.ranges import greatest, least, number, padded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["PAIRS", "PairCounts"]

_GAP: Final = 0.12
"""Share of a cell that is left free between two."""


@dataclass(frozen=True, kw_only=True)
class PairCounts:
    """Counts of columns, and of all pairs of them.

    Attributes
    ----------
    columns
        Their names.
    edges, counts
        Edges of the bins of each column, and its counts there.
    pairs
        By positions (i, j) with i < j: counts in the cells of i by j.
    """

    columns: tuple[str, ...]
    edges: tuple[np.ndarray, ...]
    counts: tuple[np.ndarray, ...]
    pairs: Mapping[tuple[int, int], np.ndarray]


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    for i, column in enumerate(columns):
        value = number(column, f"x{i}")
        first |= {f"own_low{i}": f"min({value})", f"own_high{i}": f"max({value})"}
        first |= {f"low{i}": Shared(least(f"own_low{i}")), f"high{i}": Shared(greatest(f"own_high{i}"))}
        second[f"histogram{i}"] = Histogram(low=f"low{i}", high=f"high{i}", bins="bins", column=i)
    for i, j in combinations(range(len(columns)), 2):
        second[f"grid{i}_{j}"] = Grid(
            x_low=f"low{i}", x_high=f"high{i}", y_low=f"low{j}", y_high=f"high{j}", bins="bins", columns=(i, j)
        )
    return first, second


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> PairCounts:
    histograms = [answers[f"histogram{i}"] for i in range(len(columns))]
    sizes = [len(histogram.counts) for histogram in histograms]
    return PairCounts(
        columns=tuple(column.name for column in columns),
        edges=tuple(np.array(histogram.edges) for histogram in histograms),
        counts=tuple(np.array(histogram.counts, dtype="int64") for histogram in histograms),
        pairs={
            (i, j): np.array(answers[f"grid{i}_{j}"].counts, dtype="int64").reshape(sizes[i], sizes[j])
            for i, j in combinations(range(len(columns)), 2)
        },
    )


def _example(columns: Sequence[Column], **options: Any) -> PairCounts:
    return PairCounts(
        columns=tuple(column.name for column in columns),
        edges=(np.array([0.0, 1.0]),) * len(columns),
        counts=(np.array([1]),) * len(columns),
        pairs={pair: np.array([[1]]) for pair in combinations(range(len(columns)), 2)},
    )


def _draw(ax: Axes, series: Sequence[tuple[str, PairCounts]], **style: Any) -> list[Any]:
    ((_, data),) = series
    number = len(data.columns)
    ax.set_axis_off()
    artists: list[Any] = []
    for row in range(number):
        # Above the diagonal the same pairs would stand once more.
        for across in range(row + 1):
            side = (1 - _GAP) / number
            cell = ax.inset_axes((across / number, 1 - row / number - side, side, side))
            artists += _cell(cell, data, row, across, style)
            _label(cell, data, row, across)
    return artists


def _cell(cell: Axes, data: PairCounts, row: int, across: int, style: Mapping[str, Any]) -> list[Any]:
    x, y = data.edges[across], data.edges[row]
    if not len(x) or not len(y):
        return []
    cell.set_xlim(*padded(x[0], x[-1]))
    if row == across:
        return [cell.stairs(data.counts[row], x, fill=True)]
    cell.set_ylim(*padded(y[0], y[-1]))
    counts = data.pairs[across, row]
    # Cells without rows stay blank; the shade grows with the logarithm, to show the few as well as the many.
    shades = np.ma.masked_equal(np.log1p(counts), 0)
    # With vmin a norm of the user's own would be refused.
    scale = {} if "norm" in style else {"vmin": 0.0}
    return [cell.pcolormesh(x, y, shades.T, **{"rasterized": True, **scale, **style})]


def _label(cell: Axes, data: PairCounts, row: int, across: int) -> None:
    last = len(data.columns) - 1
    cell.tick_params(labelsize="x-small", labelbottom=row == last, labelleft=across == 0 and row != 0)
    if row == last:
        cell.set_xlabel(plain(data.columns[across]), fontsize="small")
    if across == 0:
        cell.set_ylabel(plain(data.columns[row]), fontsize="small")
        # Beneath each other, however wide the numbers beside them are.
        cell.yaxis.set_label_coords(-0.45, 0.5)


PAIRS: Final = PlotKind(
    name="pairs",
    summary="Each column against each other one in a grid of cells, and its histogram on the diagonal.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    columns=(2, 5),
    options=(
        Option(name="bins", default=20, kind="integer", bounds=(1, 100), doc="Number of bins along each column."),
    ),
)
