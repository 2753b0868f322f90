"""Counts by value: what is exchanged is one row per distinct value, stratum and partition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyspark.errors import TooManyValuesError
from handyspark.planner.collecting import collect
from handyspark.quoting import literal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Distinct", "tallies"]

MOST_VALUES: Final = 500_000
"""Values that one query may bring to the driver."""


@dataclass(frozen=True, kw_only=True)
class Distinct:
    """A column whose values are counted.

    Attributes
    ----------
    sql, sql_type
        The column within the projection, and its type in SQL.
    name
        As the user calls it.
    top, common
        Keep only so many, by their counts in each stratum or in all together.
    """

    sql: str
    sql_type: str
    name: str
    top: int | None
    common: bool


def tallies(
    frame: DataFrame, group: Sequence[str], items: Sequence[Distinct]
) -> list[dict[tuple[Any, ...], list[tuple[Any, int, int]]]]:
    """Count rows by value.

    Parameters
    ----------
    frame
        A projection.
    group
        Columns to group by; none for all rows together.
    items
        The columns.

    Returns
    -------
    list of dict
        For each item, by the group, a list of (value or None, count, count of all values that are not missing). A
        count of 0 stands for a value that is not among the top.

    Raises
    ------
    TooManyValuesError
        More than `MOST_VALUES` distinct values.
    """
    types = list(dict.fromkeys(item.sql_type for item in items))
    fields = [f"v{position}" for position in range(len(types))]
    structs = ", ".join(_struct(position, item, types, fields) for position, item in enumerate(items))
    counted = frame.selectExpr(*group, f"inline(array({structs}))").groupBy(*group, "item", *fields).count()
    if any(item.top is not None for item in items):
        counted = _top(counted, group, items, fields)
    else:
        counted = counted.selectExpr(*group, "item", *fields, "count", "0L AS total", "true AS kept")
    rows = collect(counted.limit(MOST_VALUES + 1))
    if len(rows) > MOST_VALUES:
        names = ", ".join(repr(item.name) for item in items)
        raise TooManyValuesError(
            f"More than {MOST_VALUES:,} distinct values in {names}: too many to bring to the driver. "
            "Round or bin the values first, or count within Spark by `groupBy(...).count()`."
        )
    return _by_item(rows, len(group), items, types)


def _struct(position: int, item: Distinct, types: Sequence[str], fields: Sequence[str]) -> str:
    values = ", ".join(
        f"'{field}', cast({item.sql if sql_type == item.sql_type else 'NULL'} as {sql_type})"
        for field, sql_type in zip(fields, types, strict=True)
    )
    return f"named_struct('item', {position}, {values})"


def _top(counted: DataFrame, group: Sequence[str], items: Sequence[Distinct], fields: Sequence[str]) -> DataFrame:
    known = " OR ".join(f"{field} IS NOT NULL" for field in fields)
    values = ", ".join(fields)
    own = ", ".join([*group, "item", "known"])
    most = literal([MOST_VALUES + 1 if item.top is None else item.top for item in items])
    common = literal([item.common for item in items])
    ranked = (
        counted.selectExpr("*", f"{known} AS known")
        .selectExpr(
            "*",
            f"sum(count) OVER (PARTITION BY {own}) AS total",
            f"sum(count) OVER (PARTITION BY item, known, {values}) AS everywhere",
        )
        .selectExpr(
            "*",
            f"row_number() OVER (PARTITION BY {own} ORDER BY count DESC, {values}) AS place_here",
            f"dense_rank() OVER (PARTITION BY item, known ORDER BY everywhere DESC, {values}) AS place_everywhere",
        )
    )
    kept = f"NOT known OR if({common}[item], place_everywhere, place_here) <= {most}[item]"
    # The first value stays even where it is not kept: it brings the total.
    return ranked.selectExpr(*group, "item", *fields, "count", "total", f"{kept} AS kept", "place_here").where(
        "kept OR place_here = 1"
    )


def _by_item(
    rows: Sequence[tuple[Any, ...]], width: int, items: Sequence[Distinct], types: Sequence[str]
) -> list[dict[tuple[Any, ...], list[tuple[Any, int, int]]]]:
    found: list[dict[tuple[Any, ...], list[tuple[Any, int, int]]]] = [{} for _ in items]
    for row in rows:
        item, *values, count, total, kept = row[width : width + len(types) + 4]
        value = values[types.index(items[item].sql_type)]
        found[item].setdefault(row[:width], []).append((value, count if kept else 0, total))
    return found
