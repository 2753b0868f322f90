"""Histograms of pairs of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from handyhooks import GridCounts
from handyspark.planner.families.bins import bins
from handyspark.planner.shapes.compiling import Compiled, Context
from handyspark.planner.shapes.edges import bin_sql, edges_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyhooks import Grid

__all__ = ["compiled"]


def compiled(request: Grid, context: Context) -> Compiled:
    """Compile a grid: one number for the cell of a row, from the numbers of its two bins."""
    x_edges = _edges(request.x_low, request.x_high, request.bins, 0, context)
    y_edges = _edges(request.y_low, request.y_high, request.bins, 1, context)
    x, y = (context.projection.number(context.column(position)) for position in request.columns)
    x_bin = bin_sql(context.projection, x, x_edges or [[]])
    y_bin = bin_sql(context.projection, y, y_edges or [[]])
    width = max((len(edges) for edges in y_edges), default=1)

    def read(raw: Sequence[Any], ordinal: int) -> GridCounts:
        own = ordinal if len(x_edges) > 1 else 0
        x_own, y_own = x_edges[own], y_edges[own]
        cells = raw[0] or {}
        counts = [
            [cells.get(i * width + j, 0) for j in range(max(len(y_own) - 1, 0))] for i in range(max(len(x_own) - 1, 0))
        ]
        return GridCounts(x_edges=x_own, y_edges=y_own, counts=counts)

    return Compiled(family=bins, items=(f"{x_bin} * {width} + {y_bin}",), read=read)


def _edges(low: Any, high: Any, number: Any, axis: int, context: Context) -> list[list[float]]:
    fields = zip(context.values(low), context.values(high), context.values(number), strict=True)
    return [edges_between(first, last, _along(n, axis), owner=context.job.owner) for first, last, n in fields]


def _along(number: Any, axis: int) -> Any:
    return number if isinstance(number, (int, np.integer)) else number[axis]
