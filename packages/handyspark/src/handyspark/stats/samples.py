"""Samples as counts by value: what the distribution of a column is known by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.evaluation.cells import tallied

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
    found = tallied(source, score=f"cast({column.clean_sql} as double)", weight="1D", bins=bins)
    return {
        key: Sample(low=tally.low[::-1], high=tally.high[::-1], counts=tally.positives[::-1].astype(np.int64))
        for key, tally in found.items()
    }


def sample_label(column: str, clause: str, *, several: bool) -> str:
    """What a sample is called: the column, where there are several or no strata, and the clause of its stratum."""
    return ", ".join(text for text in (column if several or not clause else "", clause) if text)
