"""Counting by score: each distinct score while there are few, bins between quantiles where there are many.

Bins lie between quantiles of each stratum, and each quantile is a bin of its own. So a score that many rows share is
never lumped with others, and skewed scores are cut where they lie. What is exchanged is one row per bin, stratum and
partition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyspark.sql import functions as F

from handyspark.evaluation.tally import Tally
from handyspark.ordinals import ordinal_sql
from handyspark.planner.collecting import collect
from handyspark.planner.cost import count_query, measured
from handyspark.quoting import array, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from handyspark.planner import Source
    from handyspark.strata import Strata

__all__ = ["tallied", "tallies"]

_MOST_SCORES: Final = 500_000
"""So many distinct scores are told apart in all strata together."""

_SURE: Final = 0.7
"""Share of an estimated number of distinct scores (standard error 5%) that there are for certain."""

_MOST_QUANTILES: Final = 4096
_MOST_EDGES: Final = 65_536
"""So many quantiles in a stratum, and in all together: they travel with the query."""

_ACCURACY: Final = 10_000


def tallies(
    usable: DataFrame, strata: Strata | None, keys: Sequence[tuple[Any, ...]], distinct: float, bins: int
) -> list[Tally]:
    """Count by score in each stratum: exactly while there are at most `bins` distinct scores.

    Parameters
    ----------
    usable
        The strata's keys (``k0``, ...), ``score``, and the weight by class, ``pos`` and ``neg``.
    strata, keys
        What rows are grouped by, and which strata there are; one empty key without strata.
    distinct
        Estimate of how many distinct scores there are, in all strata together.
    bins
        So many distinct scores are told apart in each stratum, on average.
    """
    names = [] if strata is None else strata.key_names
    most = min(bins * len(keys), _MOST_SCORES)
    if distinct * _SURE <= most:
        figures = ("score AS low", "score AS high", "pos", "neg", "(pos + neg) * score AS sums")
        sums = (F.expr(f"sum({name})").alias(name) for name in ("pos", "neg"))
        grouped = usable.groupBy(*names, "score").agg(*sums).limit(most + 1)
        columns = _fetched(grouped.selectExpr(*names, *figures))
        if len(columns[0]) <= most:
            return _by_stratum(columns, keys)
    return _by_stratum(_binned(usable, strata, keys, bins), keys)


def tallied(source: Source, *, score: str, weight: str, bins: int) -> dict[tuple[Any, ...], Tally]:
    """Count weights by score in each stratum that has any, in order: two passes, or three or four with more scores.

    Parameters
    ----------
    source
        What is asked.
    score, weight
        SQL of a score, and of its weight. Rows that miss either (null or NaN) or weigh nothing are left out.
    bins
        As for `tallies`.

    Returns
    -------
    dict
        Tallies by key, with every weight among the positives; one empty key without strata.
    """
    strata = source.strata
    names = [] if strata is None else strata.key_names
    keys = [] if strata is None else strata.key_sql
    selected = [f"{sql} AS {name}" for sql, name in zip(keys, names, strict=True)]
    usable = source.df.selectExpr(*selected, f"{score} AS score", f"{weight} AS pos", "0D AS neg")
    present = " AND ".join(f"{name} IS NOT NULL" for name in [*names, "score"])
    usable = usable.where(f"{present} AND NOT isnan(score) AND pos > 0")
    with measured(source.cost):
        rows = collect(usable.groupBy(*names).agg(F.expr("approx_count_distinct(score)"), F.expr("count(1)")))
        distinct = {row[:-2]: row[-2] for row in rows if row[-1]}
        if not distinct:
            return {}
        ordered = [()] if strata is None else strata.in_order(distinct)
        return dict(zip(ordered, tallies(usable, strata, ordered, sum(distinct.values()), bins), strict=True))


def _binned(usable: DataFrame, strata: Strata | None, keys: Sequence[tuple[Any, ...]], bins: int) -> list[NDArray[Any]]:
    """Keys and figures of each bin."""
    names = [] if strata is None else strata.key_names
    cuts = max(min(bins, _MOST_QUANTILES, _MOST_EDGES // len(keys)), 2)
    size = 1 << (2 * cuts - 1).bit_length()
    edges = literal(_edges(usable, names, keys, cuts, size))
    start = "0" if strata is None else f"{ordinal_sql(strata.key_types, keys)} * {size}"
    steps = ", ".join(str(size >> halving) for halving in range(1, size.bit_length()))
    place = f"aggregate(array({steps}), {start}, (i, step) -> if(get({edges}, i + step) <= score, i + step, i))"
    infinite = "double('Infinity')"
    cell = f"CASE score WHEN {infinite} THEN -1 WHEN -{infinite} THEN -2 ELSE {place} END"
    figures = ("min(score)", "max(score)", "sum(pos)", "sum(neg)", "sum((pos + neg) * score)")
    aggregates = (F.expr(sql).alias(f"a{i}") for i, sql in enumerate(figures))
    return _fetched(usable.groupBy(*names, F.expr(cell).alias("cell")).agg(*aggregates).drop("cell"))


def _edges(
    usable: DataFrame, names: Sequence[str], keys: Sequence[tuple[Any, ...]], cuts: int, size: int
) -> list[float]:
    """Edges of bins of each stratum, ascending: `size` for each, the last one repeated.

    Each quantile, and the least score, is followed by the next DOUBLE: between these two lies a bin of one score.
    """
    finite = "CASE WHEN abs(score) < double('Infinity') THEN score END"
    shares = array(np.linspace(0.0, 1.0, cuts).tolist())
    requests = (f"min({finite}) AS low", f"percentile_approx({finite}, {shares}, {_ACCURACY}) AS quantiles")
    rows = collect(usable.groupBy(*names).agg(*map(F.expr, requests)))
    found = {row[: len(names)]: [row[-2], *row[-1][1:]] for row in rows if row[-2] is not None}
    edges: list[float] = []
    for key in keys:
        quantiles = np.array(found.get(key, [0.0]))
        after = np.minimum(np.nextafter(quantiles, np.inf), np.finfo(float).max)
        mine = np.sort(np.r_[quantiles, after])
        edges += np.pad(mine, (0, size - len(mine)), mode="edge").tolist()
    return edges


def _fetched(frame: DataFrame) -> list[Any]:
    """Columns of a query's result. Arrow brings many rows eight times faster; PySpark 3.5 does not offer it."""
    count_query()
    if hasattr(type(frame), "toArrow"):
        table = frame.toArrow()
        return [
            column.to_numpy() if str(kind) == "double" else column.to_pylist()
            for column, kind in zip(table.columns, table.schema.types, strict=True)
        ]
    rows = frame.collect()
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in frame.columns]


def _by_stratum(columns: Sequence[Any], keys: Sequence[tuple[Any, ...]]) -> list[Tally]:
    """Tally of each stratum, highest scores first, from columns of keys and five figures."""
    *parts, low, high, positives, negatives, sums = columns
    place = {key: number for number, key in enumerate(keys)}
    found = [place[key] for key in zip(*parts, strict=True)] if parts else [0] * len(low)
    figures = np.array([low, high, positives, negatives, sums], dtype=float)
    order = np.lexsort((-figures[0], found))
    ends = np.searchsorted(np.asarray(found, dtype=np.int64)[order], np.arange(1, len(keys)))
    return [
        Tally(low=low, high=high, positives=positives, negatives=negatives, sums=sums)
        for low, high, positives, negatives, sums in np.split(figures[:, order], ends, axis=1)
    ]
