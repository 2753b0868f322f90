"""Counts of positives and negatives by score: all that the curves of a classifier are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tally"]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Weights by score, highest scores first; shape (bins,) each.

    Attributes
    ----------
    low, high
        Least and greatest score of each bin; equal where it holds one distinct score.
    positives, negatives
        Weight of either class in each bin.
    sums
        Sum of weight times score in each bin.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    positives: NDArray[np.float64]
    negatives: NDArray[np.float64]
    sums: NDArray[np.float64]

    @property
    def exact(self) -> bool:
        """Each bin holds one distinct score."""
        return bool((self.low == self.high).all())

    @property
    def roc_errors(self) -> NDArray[np.float64]:
        """Most that each bin can add to the error of the area under the ROC curve.

        Within a bin the true curve lies somewhere in a rectangle whose diagonal is drawn: half of the rectangle.
        """
        total = self.positives.sum() * self.negatives.sum()
        found = np.where(self.low == self.high, 0.0, self.positives * self.negatives)
        return found / (2 * total) if total > 0 else found * 0.0

    @property
    def pr_errors(self) -> NDArray[np.float64]:
        """Most that each bin can add to the error of either area under precision and recall.

        The bin's share of the positives, times the distance of the greatest from the least precision that any order
        within the bin can give.
        """
        true, false = np.cumsum(self.positives), np.cumsum(self.negatives)
        before_true, before_false = true - self.positives, false - self.negatives
        total = true[-1] if len(true) else 0.0
        if not total > 0:
            return np.zeros(len(true))
        most = true / np.maximum(true + before_false, np.finfo(float).tiny)
        least = before_true / np.maximum(before_true + false, np.finfo(float).tiny)
        return np.where(self.low == self.high, 0.0, self.positives / total * (most - least))
