"""Means and co-moments of several columns, over the rows where none is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyhooks import MomentValues
from handyspark.planner.families.aggregates import aggregates
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyhooks import Moments

__all__ = ["compiled"]


def compiled(request: Moments, context: Context) -> Compiled:
    """Compile moments: population covariances are numerically stable in Spark, sums of products are not."""
    names = [context.projection.number(ref) for ref in context.job.columns]
    conditions = [f"{name} IS NOT NULL" for name in names]
    if request.where is not None:
        conditions.append(f"({context.render(request.where)})")
    chosen = f"FILTER (WHERE {context.projection.computed(' AND '.join(conditions))})"
    pairs = [(i, j) for i in range(len(names)) for j in range(i, len(names))]
    items = (
        f"count(1) {chosen}",
        *(f"avg({name}) {chosen}" for name in names),
        *(f"covar_pop({names[i]}, {names[j]}) {chosen}" for i, j in pairs),
    )

    def read(raw: Sequence[Any], ordinal: int) -> MomentValues:
        count, means = raw[0], raw[1 : len(names) + 1]
        by_pair = dict(zip(pairs, raw[len(names) + 1 :], strict=True))
        comoments = [
            [_times(by_pair[min(i, j), max(i, j)], count) for j in range(len(names))] for i in range(len(names))
        ]
        return MomentValues(count=count, means=list(means), comoments=comoments)

    return Compiled(family=aggregates, items=items, read=read)


def _times(value: float | None, count: int) -> float | None:
    return None if value is None else value * count
