"""From what users stratify by to strata: the edges of buckets and quantiles are looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as T

from handyhooks import NUMERICAL
from handyspark.arguments import whole_number
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.planner import Job, ask
from handyspark.planner.collecting import session_zone
from handyspark.planner.shapes.edges import edges_between
from handyspark.schema import require_kinds
from handyspark.strata import MOST_STRATA, Bucket, IntervalKey, Key, PlainKey, Quantile, Strata

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef
    from handyspark.strata import Cut

__all__ = ["strata_of"]


def strata_of(source: Source, by: str | Cut | Sequence[str | Cut], most: int = MOST_STRATA) -> Strata:
    """Work out strata, `most` of them allowed: one pass where there are buckets or quantiles, none else.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        `by` is no column, Bucket or Quantile, or nothing at all, or the same one twice; `most` is no positive integer.
    ColumnNotFoundError, UnsupportedColumnError
        There is no such column, or it can't be grouped by.
    """
    most = whole_number(most, "max_strata", "`stratify`", least=1)
    wanted = list(by) if isinstance(by, Iterable) and not isinstance(by, str) else [by]
    if not wanted:
        raise InvalidValueError("`stratify` needs at least one column, Bucket or Quantile.")
    for item in wanted:
        if not isinstance(item, (str, Bucket, Quantile)):
            raise InvalidTypeError(f"`stratify` takes names of columns, Bucket and Quantile; got {item!r}.")
    if len(set(wanted)) < len(wanted):
        raise InvalidValueError(f"`stratify` was given the same twice: {wanted!r}.")
    cuts = [item for item in wanted if not isinstance(item, str)]
    edges = dict(zip(cuts, _edges(source, cuts), strict=True))
    keys: list[Key] = []
    for item in wanted:
        if isinstance(item, str):
            keys.append(_plain_key(source, source.schema.find(item)))
        else:
            keys.append(IntervalKey(column=source.schema.find(item.column), edges=edges[item]))
    return Strata(keys=tuple(keys), most=most)


def _plain_key(source: Source, column: ColumnRef) -> PlainKey:
    if isinstance(column.data_type, T.TimestampType):
        return PlainKey(column=column, zone=session_zone(source.df))
    return PlainKey(column=column)


def _edges(source: Source, cuts: Sequence[Cut]) -> list[tuple[float, ...]]:
    jobs = []
    for cut in cuts:
        column = source.schema.find(cut.column)
        require_kinds([column], NUMERICAL, owner=f"`{type(cut).__name__}`")
        jobs.append(Job(owner=repr(cut), columns=(column,), stages=(_requests(cut),)))
    report = ask(source, jobs) if jobs else None
    return [_cut(cut, report.answers[i][0]) for i, cut in enumerate(cuts)] if report else []


def _requests(cut: Cut) -> dict[str, Any]:
    finite = "CASE WHEN abs(double({x})) < double('Infinity') THEN double({x}) END"
    if isinstance(cut, Bucket):
        return {"low": f"min({finite})", "high": f"max({finite})"}
    shares = ", ".join(f"{i / cut.bins!r}D" for i in range(cut.bins + 1))
    return {"edges": f"percentile_approx({finite}, array({shares}), 10000)"}


def _cut(cut: Cut, answers: Any) -> tuple[float, ...]:
    if isinstance(cut, Bucket):
        low, high = answers["low"], answers["high"]
        if low is None:
            raise InvalidValueError(f"Can't make {cut!r}: the column holds no value.")
        return (low, high) if low == high else tuple(edges_between(low, high, cut.bins, owner=repr(cut)))
    if not answers["edges"]:
        raise InvalidValueError(f"Can't make {cut!r}: the column holds no value.")
    edges = tuple(sorted(set(answers["edges"])))
    return edges if len(edges) > 1 else edges * 2
