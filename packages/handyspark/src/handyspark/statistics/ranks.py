"""Spearman's correlation: Pearson's, of ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd
from pyspark.sql import types as T

from handyspark.quoting import identifier
from handyspark.schema import ORDERED, ColumnRef, require_kinds
from handyspark.statistics.correlation import correlate

if TYPE_CHECKING:
    from handyspark.planner import Source

__all__ = ["spearman"]


def spearman(source: Source, columns: Sequence[ColumnRef], *, exact: bool) -> pd.DataFrame:
    """Spearman's rank correlation of each pair: ties share their mean rank.

    Ranking is a window over all values of a column (of a stratum), so here rows are sorted and exchanged.

    Parameters
    ----------
    source
        The data.
    columns
        The columns.
    exact
        Rank anew for each pair, among the rows where both have a value, as pandas does; else once a column, among
        all its values. The two differ only where values are missing.
    """
    require_kinds(columns, (*ORDERED, "boolean"), owner="`corr`")
    keys = ", ".join(f"({sql})" for sql in source.strata.key_sql) if source.strata else ""
    pairs = list(combinations(range(len(columns)), 2))
    names: dict[tuple[int, int | None], str] = {}
    for i, j in pairs:
        for own, other in ((i, j), (j, i)):
            names[own, other if exact else None] = f"handyspark rank {own} {other if exact else ''}"
    ranks = [
        f"{_rank_sql(columns[own], None if other is None else columns[other], keys)} AS {identifier(name)}"
        for (own, other), name in names.items()
    ]
    ranked = replace(source, df=source.df.selectExpr("*", *ranks))
    refs = {key: ColumnRef(name=name, path=(name,), data_type=T.DoubleType()) for key, name in names.items()}
    chosen = [(refs[i, j if exact else None], refs[j, i if exact else None]) for i, j in pairs]
    return correlate(ranked, columns, chosen)


def _rank_sql(column: ColumnRef, other: ColumnRef | None, keys: str) -> str:
    present = f"{column.clean_sql} IS NOT NULL" + (f" AND {other.clean_sql} IS NOT NULL" if other else "")
    among = ", ".join(part for part in (keys, f"({present})") if part)
    least = f"rank() OVER (PARTITION BY {among} ORDER BY {column.clean_sql})"
    ties = f"count(1) OVER (PARTITION BY {among}, {column.clean_sql})"
    return f"CASE WHEN {present} THEN {least} + ({ties} - 1) / 2D END"
