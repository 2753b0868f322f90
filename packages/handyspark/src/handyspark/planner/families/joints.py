"""Counts of pairs of values, summed up within Spark: only the sums reach the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from handyspark.planner.collecting import at_most, collect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["joints"]


def joints(
    frame: DataFrame, group: Sequence[str], items: Sequence[tuple[str, str]], most: int | None = None
) -> list[dict[tuple[Any, ...], tuple[int, float, float, float]]]:
    """Sum counts of pairs.

    Parameters
    ----------
    frame
        A projection.
    group
        Columns to group by; none for all rows together.
    items
        Pairs of SQL of texts that stand for the two values, null where missing.
    most
        Groups to bring at most; None for all.

    Returns
    -------
    list of dict
        For each item, by the group: rows, and the sums of `JointSums`.
    """
    structs = ", ".join(
        f"named_struct('item', {position}, 'a', {first}, 'b', {second})"
        for position, (first, second) in enumerate(items)
    )
    pairs = frame.selectExpr(*group, f"inline(array({structs}))").groupBy(*group, "item", "a", "b").count()
    by = ", ".join([*group, "item"])
    margins = pairs.selectExpr(
        *group,
        "item",
        "if(a IS NULL OR b IS NULL, 0L, count) AS n",
        f"sum(if(b IS NULL, 0L, count)) OVER (PARTITION BY {by}, a) AS of_a",
        f"sum(if(a IS NULL, 0L, count)) OVER (PARTITION BY {by}, b) AS of_b",
    )
    sums = margins.groupBy(*group, "item").agg(
        F.expr("sum(n)"),
        *(F.expr(f"sum(if(n = 0, 0D, n * log2({m})))") for m in ("n", "of_a", "of_b")),
    )
    found: list[dict[tuple[Any, ...], tuple[int, float, float, float]]] = [{} for _ in items]
    for row in collect(at_most(sums, None if most is None else most * len(items))):
        item, *values = row[len(group) :]
        found[item][row[: len(group)]] = tuple(values)
    return found
