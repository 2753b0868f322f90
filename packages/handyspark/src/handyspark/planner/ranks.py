"""SQL of ranks within strata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handyspark.schema import ColumnRef

__all__ = ["rank_sql"]


def rank_sql(column: ColumnRef, other: ColumnRef | None, keys: Sequence[str]) -> str:
    """SQL of a value's rank, from 1 on; ties share their mean rank.

    It is a window over all values of a stratum: rows are sorted and exchanged.

    Parameters
    ----------
    column
        What is ranked.
    other
        Rank only rows that have a value of this column too; None for all that have a value.
    keys
        SQL of the parts of a stratum's key.
    """
    present = f"{column.clean_sql} IS NOT NULL" + (f" AND {other.clean_sql} IS NOT NULL" if other else "")
    among = ", ".join([*(f"({sql})" for sql in keys), f"({present})"])
    least = f"rank() OVER (PARTITION BY {among} ORDER BY {column.clean_sql})"
    ties = f"count(1) OVER (PARTITION BY {among}, {column.clean_sql})"
    return f"CASE WHEN {present} THEN {least} + ({ties} - 1) / 2D END"
