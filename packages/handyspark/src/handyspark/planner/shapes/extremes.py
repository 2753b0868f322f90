"""The smallest and largest values of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyhooks import ExtremeValues
from handyspark.planner.families.aggregates import aggregates
from handyspark.planner.families.samples import Ranked, ranked
from handyspark.planner.shapes.compiling import Compiled, Context
from handyspark.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyhooks import Extremes

__all__ = ["compiled"]

_FIRST_WITH_SEVERAL = (4, 2)
"""Spark's first line whose `max_by` and `min_by` keep more than one value."""


def compiled(request: Extremes, context: Context) -> Compiled:
    """Compile extremes: aggregates where Spark has them, else one query a side."""
    name = context.projection.column(context.column(request.column))
    n = int(context.value(request.n))
    low = _condition(name, "<", request.below, context)
    high = _condition(name, ">", request.above, context)
    if context.version >= _FIRST_WITH_SEVERAL:
        return Compiled(
            family=aggregates,
            items=(
                f"min_by({name}, {name}, {n}) FILTER (WHERE {low})",
                f"max_by({name}, {name}, {n}) FILTER (WHERE {high})",
            ),
            read=lambda raw, ordinal: ExtremeValues(lowest=list(raw[0] or []), highest=list(raw[1] or [])),
        )
    return Compiled(
        family=ranked,
        items=(
            Ranked(values=(name,), order=name, where=low, n=n),
            Ranked(values=(name,), order=name, where=high, n=n, descending=True),
        ),
        read=lambda raw, ordinal: ExtremeValues(lowest=_firsts(raw[0]), highest=_firsts(raw[1])),
    )


def _condition(name: str, operator: str, bound: Any, context: Context) -> str:
    present = f"{name} IS NOT NULL"
    if bound is None:
        return present
    sql = context.projection.value(context.known, bound) if isinstance(bound, str) else literal(bound)
    return f"{present} AND {name} {operator} {sql}"


def _firsts(rows: Sequence[tuple[Any, ...]] | None) -> list[Any]:
    return [row[0] for row in rows or []]
