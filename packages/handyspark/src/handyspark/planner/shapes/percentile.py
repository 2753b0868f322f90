"""Single quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handyspark.planner.families.quantiles import quantiles
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from handyspark.planner.requests import Percentile

__all__ = ["compiled"]


def compiled(request: Percentile, context: Context) -> Compiled:
    """Compile a quantile."""
    name = context.projection.column(context.column(0))
    item = (name, request.share, request.accuracy)
    return Compiled(family=quantiles, items=(item,), read=lambda raw, ordinal: raw[0])
