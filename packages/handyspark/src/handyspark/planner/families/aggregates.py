"""Queries of plain aggregates and of sketches: one row per stratum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.planner.collecting import at_most, collect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["aggregates"]

MOST_FIELDS: Final = 90
"""Buffer fields in one query: past 100 Spark gives up code generation for all of it."""

_FUNCTION: Final = re.compile(r"\b([a-z_][a-z0-9_]*)\s*\(", re.IGNORECASE)

_FIELDS: Final = {
    "count": 1,
    "count_if": 1,
    "min": 1,
    "max": 1,
    "sum": 2,
    "avg": 2,
    "mean": 2,
    "stddev": 3,
    "stddev_samp": 3,
    "stddev_pop": 3,
    "var_samp": 3,
    "var_pop": 3,
    "variance": 3,
    "covar_samp": 4,
    "covar_pop": 4,
    "skewness": 4,
    "kurtosis": 5,
    "corr": 6,
    "max_by": 2,
    "min_by": 2,
    "bool_and": 1,
    "bool_or": 1,
    "any_value": 2,
    "regr_slope": 7,
    "regr_intercept": 7,
}
"""Buffer fields of Spark's aggregates; what is not listed is taken for a sketch."""

_SKETCHES: Final = frozenset(
    {
        "percentile_approx",
        "approx_percentile",
        "approx_count_distinct",
        "percentile",
        "percentile_cont",
        "percentile_disc",
        "median",
        "mode",
        "collect_list",
        "collect_set",
        "array_agg",
        "histogram_numeric",
        "count_min_sketch",
        "hll_sketch_agg",
        "bitmap_construct_agg",
    }
)
"""Aggregates that keep an object, not fields. Mixed with plain ones, they slow both down sevenfold."""

_SKETCH_FIELDS: Final = 6


def aggregates(
    frame: DataFrame, group: Sequence[str], items: Sequence[str], most: int | None = None
) -> list[dict[tuple[Any, ...], Any]]:
    """Answer aggregates written in SQL.

    Parameters
    ----------
    frame
        A projection.
    group
        Columns to group by; none for one row in all.
    items
        Aggregates as SQL over the projection.
    most
        Groups to bring at most; None for all.

    Returns
    -------
    list of dict
        For each item, its value by the group.
    """
    found: dict[str, dict[tuple[Any, ...], Any]] = {}
    for batch in _batches(list(dict.fromkeys(items))):
        named = [f"{sql} AS v{position}" for position, sql in enumerate(batch)]
        rows = collect(at_most(_grouped(frame, group, named), most))
        for position, sql in enumerate(batch):
            found[sql] = {row[: len(group)]: row[len(group) + position] for row in rows}
    return [found[sql] for sql in items]


def _grouped(frame: DataFrame, group: Sequence[str], named: Sequence[str]) -> DataFrame:
    return frame.groupBy(*group).agg(*(F.expr(sql) for sql in named))


def _batches(items: Sequence[str]) -> Iterator[list[str]]:
    sketches = [sql for sql in items if _is_sketch(sql)]
    if sketches and all(_is_sketch(sql) or _is_count(sql) for sql in items):
        # Counts alone are not worth a pass of their own.
        yield from _packed(items)
        return
    yield from _packed([sql for sql in items if not _is_sketch(sql)])
    yield from _packed(sketches)


def _packed(items: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    fields = 0
    for sql in items:
        cost = _fields(sql)
        if batch and fields + cost > MOST_FIELDS:
            yield batch
            batch, fields = [], 0
        batch.append(sql)
        fields += cost
    if batch:
        yield batch


def _functions(sql: str) -> list[str]:
    return [name.lower() for name in _FUNCTION.findall(sql)]


def _is_sketch(sql: str) -> bool:
    return bool(_SKETCHES.intersection(_functions(sql))) or "distinct" in sql.lower()


def _is_count(sql: str) -> bool:
    return {name for name in _functions(sql) if name in _FIELDS} in ({"count"}, {"count_if"})


def _fields(sql: str) -> int:
    if _is_sketch(sql):
        return _SKETCH_FIELDS
    return sum(_FIELDS.get(name, 0) for name in _functions(sql)) or 4
