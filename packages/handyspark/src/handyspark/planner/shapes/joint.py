"""Counts of pairs of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import types as T

from handyspark.planner.families.joints import joints
from handyspark.planner.requests import JointCounts, JointSums
from handyspark.planner.shapes.compiling import Compiled, Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handyspark.schema import ColumnRef

__all__ = ["compiled"]


def compiled(request: JointCounts, context: Context) -> Compiled:
    """Compile joint counts."""
    first, second = (_text(context, ref) for ref in context.job.columns)
    return Compiled(family=joints, items=((first, second),), read=_sums)


def _sums(raw: Sequence[Any], ordinal: int) -> JointSums:
    count, joint, first, second = raw[0] or (0, 0.0, 0.0, 0.0)
    return JointSums(count=count, joint=joint, first=first, second=second)


def _text(context: Context, ref: ColumnRef) -> str:
    """SQL of a text that differs where values differ: -0.0 and 0.0 are one, so are two names of one moment."""
    name = context.projection.column(ref)
    if ref.kind == "floating":
        return f"cast({name} + 0 as string)"
    return (
        f"cast(unix_micros({name}) as string)"
        if isinstance(ref.data_type, T.TimestampType)
        else f"cast({name} as string)"
    )
