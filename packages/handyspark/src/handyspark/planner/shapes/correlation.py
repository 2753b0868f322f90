"""Correlations of two columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from handyspark.planner.families.aggregates import aggregates
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyspark.planner.requests import Correlation
    from handyspark.schema import ColumnRef

__all__ = ["compiled"]

_FIRST_WITH_CONSTANTS = (4, 3)
"""Spark's first line whose `corr` gives null for a constant column; those before fail on it in ANSI mode."""


def compiled(request: Correlation, context: Context) -> Compiled:
    """Compile a correlation: Spark's own where it takes constant columns, else from co-moments."""
    first, second = (context.column(position) for position in request.columns)
    x, y = _compared(request, context, first, second), _compared(request, context, second, first)
    if context.version >= _FIRST_WITH_CONSTANTS:
        return Compiled(family=aggregates, items=(f"corr({x}, {y})",), read=lambda raw, ordinal: raw[0])
    items = (f"covar_pop({x}, {y})", f"var_pop(if({y} IS NULL, NULL, {x}))", f"var_pop(if({x} IS NULL, NULL, {y}))")
    return Compiled(family=aggregates, items=items, read=lambda raw, ordinal: _normed(raw))


def _compared(request: Correlation, context: Context, ref: ColumnRef, other: ColumnRef) -> str:
    if request.ranks is None:
        return f"cast({context.projection.column(ref)} as double)"
    return context.projection.rank(ref, other if request.ranks == "pair" else None)


def _normed(raw: Sequence[Any]) -> float | None:
    covariance, *variances = raw
    return covariance / math.sqrt(variances[0]) / math.sqrt(variances[1]) if all(variances) else None
