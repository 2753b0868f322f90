"""Queries that bring whole values of few rows: samples, and extremes where Spark has no aggregate for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handyspark.planner.collecting import collect
from handyspark.quoting import literal

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
    """Bring the first rows of each stratum: one query for all items.

    Within Spark each partition keeps its own first rows of a stratum, and only these are exchanged.

    Returns
    -------
    list of dict
        For each item, by the group, the values of the rows in order.
    """
    if not group and len(items) == 1:
        return [_first(frame, items[0])]
    return _first_by_group(frame, group, items)


def _first(frame: DataFrame, item: Ranked) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    named = [f"{sql} AS v{position}" for position, sql in enumerate(item.values)]
    rows = frame.where(item.where).selectExpr(*named, f"{item.order} AS place")
    first = rows.orderBy("place", ascending=not item.descending).limit(item.n)
    return {(): [row[: len(named)] for row in collect(first)]}


def _first_by_group(
    frame: DataFrame, group: Sequence[str], items: Sequence[Ranked]
) -> list[dict[tuple[Any, ...], list[tuple[Any, ...]]]]:
    orders = [_order_fields(frame, items, descending=descending) for descending in (False, True)]
    value_fields, places = _value_fields(frame, items)
    fields = {**value_fields, **orders[0], **orders[1]}
    structs = ", ".join(
        f"named_struct('item', if({item.where}, {position}, NULL), {_struct(fields, position)})"
        for position, item in enumerate(items)
    )
    rows = frame.selectExpr(*group, f"inline(array({structs}))").where("item IS NOT NULL")
    order = ", ".join([*orders[0], *(f"{field} DESC" for field in orders[1])])
    over = f"PARTITION BY {', '.join([*group, 'item'])} ORDER BY {order}"
    most = literal([item.n for item in items])
    # Spark sorts out what no partition needs to send where the limit is a constant alone.
    first = (
        rows.selectExpr("*", f"row_number() OVER ({over}) AS number")
        .where(f"number <= {max(item.n for item in items)}")
        .where(f"number <= get({most}, item)")
    )
    found: list[dict[tuple[Any, ...], list[tuple[Any, ...]]]] = [{} for _ in items]
    selected = first.selectExpr(*group, "item", *value_fields, "number").orderBy("number")
    for row in collect(selected):
        key, item, values = row[: len(group)], row[len(group)], row[len(group) + 1 : -1]
        found[item].setdefault(key, []).append(tuple(values[place] for place in places[item]))
    return found


def _struct(fields: dict[str, tuple[str, dict[int, str]]], position: int) -> str:
    return ", ".join(
        f"'{field}', cast({by_item.get(position, 'NULL')} as {sql_type})"
        for field, (sql_type, by_item) in fields.items()
    )


def _types(frame: DataFrame, sql: Sequence[str]) -> list[str]:
    if not sql:
        return []
    selected = frame.selectExpr(*(f"{each} AS t{position}" for position, each in enumerate(sql)))
    return [field.dataType.simpleString() for field in selected.schema.fields]


def _order_fields(
    frame: DataFrame, items: Sequence[Ranked], *, descending: bool
) -> dict[str, tuple[str, dict[int, str]]]:
    """One field for each type that is ordered by: its type, and its SQL by item."""
    own = {position: item.order for position, item in enumerate(items) if item.descending == descending}
    prefix = "d" if descending else "a"
    types = _types(frame, list(own.values()))
    fields: dict[str, tuple[str, dict[int, str]]] = {}
    for (position, sql), sql_type in zip(own.items(), types, strict=True):
        name = f"{prefix}{list(dict.fromkeys(types)).index(sql_type)}"
        fields.setdefault(name, (sql_type, {}))[1][position] = sql
    return fields


def _value_fields(
    frame: DataFrame, items: Sequence[Ranked]
) -> tuple[dict[str, tuple[str, dict[int, str]]], list[list[int]]]:
    """Fields that items share where types allow: type and SQL by item; and for each item where its values are."""
    types = iter(_types(frame, [sql for item in items for sql in item.values]))
    by_place: dict[tuple[str, int], dict[int, str]] = {}
    places: list[list[int]] = []
    for position, item in enumerate(items):
        used: Counter[str] = Counter()
        own = []
        for sql in item.values:
            sql_type = next(types)
            place = (sql_type, used[sql_type])
            used[sql_type] += 1
            by_place.setdefault(place, {})[position] = sql
            own.append(list(by_place).index(place))
        places.append(own)
    named = {f"v{number}": (sql_type, by_item) for number, ((sql_type, _), by_item) in enumerate(by_place.items())}
    return named, places
