"""Counts by value of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyhooks import Tally
from handyspark.planner.families.tallies import Distinct, tallies
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyhooks import Counts

__all__ = ["compiled"]


def compiled(request: Counts, context: Context) -> Compiled:
    """Compile counts by value."""
    ref = context.column(request.column)
    item = Distinct(
        sql=context.projection.column(ref),
        sql_type=ref.data_type.simpleString(),
        name=ref.name,
        top=context.value(request.top),
        common=request.common,
    )
    return Compiled(family=tallies, items=(item,), read=lambda raw, ordinal: _tally(raw[0] or []))


def _tally(rows: Sequence[tuple[Any, int, int]]) -> Tally:
    known = sorted((row for row in rows if row[0] is not None and row[1]), key=lambda row: row[0])
    known.sort(key=lambda row: -row[1])
    total = max((total for value, _, total in rows if value is not None), default=0)
    shown = sum(count for _, count, _ in known)
    return Tally(
        values=[value for value, _, _ in known],
        counts=[count for _, count, _ in known],
        other=max(total - shown, 0),
        missing=sum(count for value, count, _ in rows if value is None),
    )
