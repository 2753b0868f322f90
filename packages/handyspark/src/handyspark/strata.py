"""Strata: what rows are grouped by, and how a group is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import pandas as pd
from pyspark.sql import types as T

from handyspark.arguments import whole_number
from handyspark.errors import InvalidTypeError, TooManyStrataError, UnsupportedColumnError
from handyspark.planner.collecting import moment
from handyspark.quoting import literal

if TYPE_CHECKING:
    from handyspark.schema import ColumnRef

__all__ = ["Bucket", "IntervalKey", "Key", "PlainKey", "Quantile", "Strata", "interval_clauses"]

MOST_STRATA: Final = 1000
"""So many strata are allowed unless told otherwise."""

MOST_BINS: Final = 10_000
"""So many intervals may cut one column."""

_CHUNK: Final = 32
"""So many edges are compared one by one."""


@dataclass(frozen=True)
class Bucket:
    """Strata of equal width: the range of a numerical column, cut into `bins`.

    Parameters
    ----------
    column
        Name of the column.
    bins
        Number of buckets, from 1 to 10,000.

    Examples
    --------
    >>> Bucket("Age", 2)
    Bucket(column='Age', bins=2)
    """

    column: str
    bins: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "bins", _checked_bins(self, self.column, self.bins))


@dataclass(frozen=True)
class Quantile:
    """Strata of equal counts, as far as ties allow: a numerical column, cut at its quantiles.

    Parameters
    ----------
    column
        Name of the column.
    bins
        Number of strata, from 1 to 10,000; 4 cuts at the quartiles.

    Examples
    --------
    >>> Quantile("Fare", 4)
    Quantile(column='Fare', bins=4)
    """

    column: str
    bins: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "bins", _checked_bins(self, self.column, self.bins))


Cut: TypeAlias = Bucket | Quantile


def _checked_bins(cut: object, column: Any, bins: Any) -> int:
    name = type(cut).__name__
    if not isinstance(column, str):
        raise InvalidTypeError(f"The `column` of {name} must be the name of a column; got {column!r}.")
    return whole_number(bins, "bins", name, least=1, most=MOST_BINS)


class Key(Protocol):
    """One part of a stratum's key."""

    @property
    def column(self) -> ColumnRef:
        """The column that it is taken from."""

    @property
    def name(self) -> str:
        """Name of the index level that shows it."""

    @property
    def sql(self) -> str:
        """SQL of the part; null where the row belongs to no stratum."""

    @property
    def sql_type(self) -> str:
        """SQL type of the part."""

    def label(self, value: Any) -> Any:
        """Show a part in an index."""

    def clause(self, value: Any) -> str:
        """Show a part in a clause."""


@dataclass(frozen=True, kw_only=True)
class PlainKey:
    """A column by its values.

    Attributes
    ----------
    column
        The column.
    zone
        Time zone that timestamps are shown in.
    """

    column: ColumnRef
    zone: dt.tzinfo = dt.timezone.utc

    def __post_init__(self) -> None:
        if self.column.kind == "other":
            raise UnsupportedColumnError(
                f"Can't stratify by {self.column.name!r}, a column of type {self.column.data_type.simpleString()}."
            )

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def sql(self) -> str:
        """The column: NaN as null, -0.0 as 0.0, a TIMESTAMP as microseconds."""
        if self.column.kind == "floating":
            return f"{self.column.clean_sql} + {'0F' if isinstance(self.column.data_type, T.FloatType) else '0D'}"
        if isinstance(self.column.data_type, T.TimestampType):
            return f"unix_micros({self.column.sql})"
        return self.column.sql

    @property
    def sql_type(self) -> str:
        """Type of `sql`."""
        if isinstance(self.column.data_type, T.TimestampType):
            return "bigint"
        return self.column.data_type.simpleString()

    def label(self, value: Any) -> Any:
        """The value, as pandas has it."""
        if isinstance(self.column.data_type, T.TimestampType):
            return pd.Timestamp(moment(value, self.zone).replace(tzinfo=None))
        return pd.Timestamp(value) if isinstance(value, dt.datetime) else value

    def clause(self, value: Any) -> str:
        """Give ``column == "value"``."""
        text = str(self.label(value)).replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name} == "{text}"'


@dataclass(frozen=True, kw_only=True)
class IntervalKey:
    """A column by the interval that its value lies in: closed on the left, the last one on the right too.

    Attributes
    ----------
    column
        The column.
    edges
        Exact ascending edges, one more than there are intervals. Two equal edges make one interval of one value.
    """

    column: ColumnRef
    edges: tuple[float, ...]

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def sql(self) -> str:
        """Number of the interval, from 0 on; null outside of all and where the value is missing."""
        value = f"cast({self.column.clean_sql} as double)"
        return (
            f"CASE WHEN {value} >= {literal(self.edges[0])} AND {value} <= {literal(self.edges[-1])} THEN "
            f"least({_reached(self.edges, value)} - 1, {len(self.edges) - 2}) END"
        )

    @property
    def sql_type(self) -> str:
        """Type of `sql`."""
        return "int"

    def label(self, value: int) -> str:
        """Give the clause: intervals are shown by it everywhere."""
        return self.clause(value)

    def clause(self, value: int) -> str:
        """Give ``column >= low and column < high``."""
        return interval_clauses(self.column.name, self.edges)[value]


def _reached(edges: Sequence[float], value: str) -> str:
    """SQL of how many of ascending edges are not above a value; of the first one at least."""
    chunks = [edges[start : start + _CHUNK] for start in range(0, len(edges), _CHUNK)]
    if len(chunks) == 1:
        return _not_above(literal(edges), value)
    before = f"({_reached([chunk[0] for chunk in chunks], value)} - 1)"
    return f"{before} * {_CHUNK} + {_not_above(f'get({literal(chunks)}, {before})', value)}"


def _not_above(edges: str, value: str) -> str:
    return f"size(filter({edges}, edge -> edge <= {value}))"


def interval_clauses(name: str, edges: Sequence[float]) -> list[str]:
    """Clauses of all intervals, with four decimals, or as many more as tell the edges apart."""
    shown = _distinct_texts(edges)
    last = len(edges) - 2
    return [
        f"{name} >= {shown[i]} and {name} {'<=' if i == last else '<'} {shown[i + 1]}" for i in range(len(edges) - 1)
    ]


def _distinct_texts(edges: Sequence[float]) -> list[str]:
    for decimals in range(4, 18):
        texts = [f"{edge:.{decimals}f}" for edge in edges]
        if len(set(texts)) == len(set(edges)):
            return texts
    return [repr(edge) for edge in edges]


@dataclass(frozen=True, kw_only=True)
class Strata:
    """What rows are grouped by.

    Attributes
    ----------
    keys
        Parts of the key, first strata first.
    most
        Number of strata that is allowed.
    """

    keys: tuple[Key, ...]
    most: int = MOST_STRATA

    @property
    def key_names(self) -> list[str]:
        """Short names of the parts within queries."""
        return [f"k{position}" for position in range(len(self.keys))]

    @property
    def key_sql(self) -> list[str]:
        """SQL of the parts."""
        return [key.sql for key in self.keys]

    @property
    def key_types(self) -> list[str]:
        """SQL types of the parts."""
        return [key.sql_type for key in self.keys]

    def in_order(self, keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Sort keys as pandas' groupby does.

        Raises
        ------
        TooManyStrataError
            There are more than `most`.
        """
        ordered = sorted(keys)
        if len(ordered) > self.most:
            by = ", ".join(repr(key.name) for key in self.keys)
            raise TooManyStrataError(
                f"Stratifying by {by} gives more than {self.most:,} strata. Group a numerical column by Bucket or "
                "Quantile, or allow more by `stratify(..., max_strata=...)`."
            )
        return ordered

    def index(self, keys: Sequence[tuple[Any, ...]]) -> pd.Index:
        """Pandas index that shows strata: plain columns by value, intervals by clause."""
        labels = [[part.label(value) for part, value in zip(self.keys, key, strict=True)] for key in keys]
        if len(self.keys) == 1:
            return pd.Index([label for (label,) in labels], name=self.keys[0].name)
        return pd.MultiIndex.from_tuples([tuple(row) for row in labels], names=[key.name for key in self.keys])

    def clause(self, key: tuple[Any, ...]) -> str:
        """Show one stratum."""
        return " and ".join(part.clause(value) for part, value in zip(self.keys, key, strict=True))
