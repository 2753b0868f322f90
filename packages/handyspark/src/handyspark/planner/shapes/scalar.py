"""Aggregates that a record writes as SQL itself."""

from __future__ import annotations

from handyspark.planner.families.aggregates import aggregates
from handyspark.planner.shapes.compiling import Compiled, Context

__all__ = ["compiled"]


def compiled(request: str, context: Context) -> Compiled:
    """Compile a SQL template."""
    return Compiled(family=aggregates, items=(context.render(request),), read=lambda raw, ordinal: raw[0])
