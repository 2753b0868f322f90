"""Counts by a small integer: all columns and strata in one query, exploded into (item, bin) pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handyspark.planner.collecting import collect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["OUTSIDE", "bins"]

OUTSIDE = -1
"""Bin of a row that is missing or in no bin: counted too, so that each stratum shows up."""


def bins(frame: DataFrame, group: Sequence[str], items: Sequence[str]) -> list[dict[tuple[Any, ...], dict[int, int]]]:
    """Count rows by bin.

    Parameters
    ----------
    frame
        A projection.
    group
        Columns to group by; none for all rows together.
    items
        SQL of bin numbers from 0 on, null for none.

    Returns
    -------
    list of dict
        For each item, counts by bin by the group.
    """
    numbers = ", ".join(f"coalesce(cast({sql} as int), {OUTSIDE})" for sql in items)
    exploded = frame.selectExpr(*group, f"posexplode(array({numbers})) AS (item, bin)")
    rows = collect(exploded.groupBy(*group, "item", "bin").count())
    found: list[dict[tuple[Any, ...], dict[int, int]]] = [{} for _ in items]
    width = len(group)
    for row in rows:
        item, number, count = row[width:]
        found[item].setdefault(row[:width], {})[number] = count
    return found
