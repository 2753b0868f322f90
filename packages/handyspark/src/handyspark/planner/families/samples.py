"""Queries that bring whole values of few rows: samples, and extremes where Spark has no aggregate for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handyspark.planner.collecting import collect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Ranked", "ranked"]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """The first rows of each stratum in some order.

    Attributes
    ----------
    values
        What to bring, as SQL over the projection.
    order, descending
        What to order by, as SQL over the projection.
    where
        Which rows count, as SQL over the projection.
    n
        How many per stratum.
    """

    values: tuple[str, ...]
    order: str
    where: str
    n: int
    descending: bool = False


def ranked(
    frame: DataFrame, group: Sequence[str], items: Sequence[Ranked]
) -> list[dict[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Bring the first rows of each stratum: one query an item.

    Within Spark each partition keeps its own first rows of a stratum, and only these are exchanged.

    Returns
    -------
    list of dict
        For each item, by the group, the values of the rows in order.
    """
    return [_first(frame, group, item) for item in items]


def _first(frame: DataFrame, group: Sequence[str], item: Ranked) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    named = [f"{sql} AS v{position}" for position, sql in enumerate(item.values)]
    rows = frame.where(item.where).selectExpr(*group, *named, f"{item.order} AS place")
    columns = [*group, *(f"v{position}" for position in range(len(named)))]
    if group:
        over = f"PARTITION BY {', '.join(group)} ORDER BY place {'DESC' if item.descending else 'ASC'}"
        first = rows.selectExpr("*", f"row_number() OVER ({over}) AS number").where(f"number <= {item.n}")
        ordered = first.selectExpr(*columns, "number").orderBy("number")
    else:
        ordered = rows.orderBy("place", ascending=not item.descending).limit(item.n)
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in collect(ordered):
        found.setdefault(row[: len(group)], []).append(row[len(group) : len(columns)])
    return found
