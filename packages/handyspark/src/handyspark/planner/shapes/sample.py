"""A few rows, drawn by a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handyspark.planner.families.samples import Ranked, ranked
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from handyhooks import Sample

__all__ = ["compiled"]


def compiled(request: Sample, context: Context) -> Compiled:
    """Compile a sample: the rows with the least hashes of row and seed."""
    names = tuple(context.projection.column(ref) for ref in context.job.columns)
    complete = " AND ".join(f"{name} IS NOT NULL" for name in names) if request.complete else "true"
    item = Ranked(
        values=names,
        order=f"xxhash64({context.projection.row()}, {int(context.value(request.seed))}L)",
        where=complete,
        n=int(context.value(request.n)),
    )
    return Compiled(family=ranked, items=(item,), read=lambda raw, ordinal: list(raw[0] or []))
