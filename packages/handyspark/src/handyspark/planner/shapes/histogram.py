"""Histograms of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyhooks import Bins
from handyspark.planner.families.bins import bins
from handyspark.planner.shapes.compiling import Compiled, Context
from handyspark.planner.shapes.edges import bin_sql, edges_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyhooks import Histogram

__all__ = ["compiled"]


def compiled(request: Histogram, context: Context) -> Compiled:
    """Compile a histogram."""
    fields = zip(context.values(request.low), context.values(request.high), context.values(request.bins), strict=True)
    edges = [edges_between(low, high, n, owner=context.job.owner) for low, high, n in fields]
    value = context.projection.number(context.column(request.column))
    item = bin_sql(context.projection, value, edges or [[]])

    def read(raw: Sequence[Any], ordinal: int) -> Bins:
        own = edges[ordinal] if len(edges) > 1 else edges[0]
        counts = raw[0] or {}
        return Bins(edges=own, counts=[counts.get(number, 0) for number in range(len(own) - 1)])

    return Compiled(family=bins, items=(item,), read=read)
