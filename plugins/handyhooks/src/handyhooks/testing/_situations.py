"""Columns that a check makes up: what a stratum holds, and what a column of each kind is like."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from handyhooks.spark_records import Column, ColumnKind

__all__ = ["Situation", "as_number", "columns_of", "describe", "positions", "value_at"]


class Situation(enum.Enum):
    """What a column holds in one stratum."""

    VALUES = "a hundred different values"
    ONE = "one value"
    CONSTANT = "a hundred times one value"
    NOTHING = "rows, but no values"

    @property
    def count(self) -> int:
        """Number of rows that hold a value."""
        return {Situation.ONE: 1, Situation.NOTHING: 0}.get(self, 100)


_NAMES: Final = ("Fare", "größe (cm)", "it's `odd`", "a.b")
_TYPES: Final[dict[str, str]] = {
    "integer": "bigint",
    "floating": "double",
    "decimal": "decimal(10,2)",
    "boolean": "boolean",
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "other": "array<int>",
}
_START: Final = dt.datetime(2020, 1, 1, 12, tzinfo=dt.timezone.utc)


def columns_of(kind: ColumnKind, count: int) -> tuple[Column, ...]:
    """Describe columns, the first ones with names that need care."""
    names = [*_NAMES, *(f"column {position}" for position in range(len(_NAMES), count))]
    return tuple(Column(name=name, kind=kind, type=_TYPES[kind]) for name in names[:count])


def describe(columns: Sequence[Column]) -> str:
    """Say in a few words what columns were made up."""
    return f"{len(columns)} {columns[0].kind} column{'s' if len(columns) > 1 else ''}"


def positions(situation: Situation, count: int) -> Iterator[float]:
    """Spread `count` ranks between 0 and 1; all in the middle where there is one value."""
    for index in range(min(count, situation.count)):
        yield index / max(count - 1, 1) if situation is Situation.VALUES else 0.5


def value_at(kind: ColumnKind, rank: float) -> Any:
    """Value of a made-up column at a rank between 0 and 1, of the type that Spark gives back."""
    number = 1 + 10 * rank
    if kind == "integer":
        return int(number)
    if kind == "floating":
        return number
    if kind == "decimal":
        return Decimal(f"{number:.2f}")
    if kind == "boolean":
        return rank > 0.5
    if kind == "string":
        return "abcdefghijkl"[int(number)]
    moment = _START + dt.timedelta(days=number)
    if kind == "timestamp":
        return moment.replace(tzinfo=None)
    return moment.date() if kind == "date" else [int(number)]


def as_number(value: Any) -> float:
    """Number that a value counts as where a shape needs one: dates as days since 1970."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.timezone.utc).timestamp() / 86_400
    return float((value - dt.date(1970, 1, 1)).days) if isinstance(value, dt.date) else float(value)
