"""Requests that only handyspark itself makes: not part of the hook spec."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["Correlation", "Hexagons", "JointCounts", "JointSums", "Percentile"]


@dataclass(frozen=True, kw_only=True)
class Percentile:
    """A quantile: the least value that at least the given share of the values does not exceed.

    Attributes
    ----------
    share
        From 0 to 1.
    accuracy
        Of `percentile_approx`: the rank is off by at most 1 / accuracy.
    """

    share: float
    accuracy: int


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Correlation of two columns over the rows that miss neither; None where one of them is constant.

    Attributes
    ----------
    columns
        The two columns, by position.
    ranks
        None for Pearson's; for Spearman's, Pearson's of ranks, ``"column"`` to rank each column once among all its
        values, or ``"pair"`` among the rows that have both. The two differ only where values are missing.
    """

    columns: tuple[int, int] = (0, 1)
    ranks: Literal["column", "pair"] | None = None


@dataclass(frozen=True, kw_only=True)
class Hexagons:
    """Counts of two columns' pairs by the hexagon they lie in, as `matplotlib.axes.Axes.hexbin` counts them.

    Attributes
    ----------
    lattice
        Name of the answer that holds the lattice, a `handyspark.planner.shapes.hexagons.Lattice`, or None where no
        row has both values.
    """

    lattice: str


@dataclass(frozen=True, kw_only=True)
class JointCounts:
    """How two columns' values occur together, summed up for entropies: rows that miss either are left out."""


@dataclass(frozen=True, kw_only=True)
class JointSums:
    """Answer to `JointCounts`: sums over distinct pairs of values, n being the count of a pair.

    Attributes
    ----------
    count
        Sum of n.
    joint, first, second
        Sum of n log2(m), where m counts the rows with the pair, with its first and with its second value.
    """

    count: int
    joint: float
    first: float
    second: float

    @property
    def joint_entropy(self) -> float:
        """Entropy of the pairs in bits; NaN without rows."""
        return math.log2(self.count) - self.joint / self.count if self.count else math.nan

    @property
    def mutual_information(self) -> float:
        """Mutual information in bits; NaN without rows."""
        if not self.count:
            return math.nan
        return max(math.log2(self.count) + (self.joint - self.first - self.second) / self.count, 0.0)
