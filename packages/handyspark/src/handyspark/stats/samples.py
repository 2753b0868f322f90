"""Samples as counts by value: what the distribution of a column is known by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pyspark.sql import functions as F

from handyspark.evaluation.cells import tallies
from handyspark.planner.collecting import collect
from handyspark.planner.cost import measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["Sample", "sample_label", "samples"]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Counts of values in bins that ascend and don't overlap; shape (bins,) each.

    Attributes
    ----------
    low, high
        Least and greatest value of each bin; equal where it holds one distinct value.
    counts
        Values in each bin.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counts: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of values."""
        return int(self.counts.sum())

    @property
    def exact(self) -> bool:
        """Each bin holds one distinct value."""
        return bool((self.low == self.high).all())

    @property
    def reached(self) -> NDArray[np.float64]:
        """Share of the values up to the end of each bin, after a 0; shape (bins + 1,)."""
        return np.r_[0, np.cumsum(self.counts)] / self.n

    def bounds(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Least and greatest share of the values that can lie at or below each of some values."""
        reached = self.reached
        return (
            reached[np.searchsorted(self.high, at, side="right")],
            reached[np.searchsorted(self.low, at, side="right")],
        )


def samples(source: Source, column: ColumnRef, bins: int) -> dict[tuple[Any, ...], Sample]:
    """Count values in each stratum that has any, in order: two passes, or three with more than `bins` distinct values.

    What is missing (null and NaN) is left out. Rows are never collected.
    """
    strata = source.strata
    names = [] if strata is None else strata.key_names
    keys = [] if strata is None else strata.key_sql
    selected = [f"{sql} AS {name}" for sql, name in zip(keys, names, strict=True)]
    usable = source.df.selectExpr(*selected, f"cast({column.clean_sql} as double) AS score", "1D AS pos", "0D AS neg")
    usable = usable.where(" AND ".join(f"{name} IS NOT NULL" for name in [*names, "score"]))
    with measured(source.cost):
        rows = collect(usable.groupBy(*names).agg(F.expr("approx_count_distinct(score)"), F.expr("count(1)")))
        distinct = {row[:-2]: row[-2] for row in rows if row[-1]}
        if not distinct:
            return {}
        ordered = [()] if strata is None else strata.in_order(distinct)
        found = tallies(usable, strata, ordered, sum(distinct.values()), bins)
    return {
        key: Sample(low=tally.low[::-1], high=tally.high[::-1], counts=tally.positives[::-1].astype(np.int64))
        for key, tally in zip(ordered, found, strict=True)
    }


def sample_label(column: str, clause: str, *, several: bool) -> str:
    """What a sample is called: the column, where there are several or no strata, and the clause of its stratum."""
    return ", ".join(text for text in (column if several or not clause else "", clause) if text)
