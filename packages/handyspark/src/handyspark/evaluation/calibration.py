"""Calibration: how often what is given a score is positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from handyspark.errors import InvalidValueError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.tally import Tally

__all__ = ["calibration"]


def calibration(tally: Tally, bins: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean score and share of positives in equally wide bins of the score, as scikit-learn's `calibration_curve`.

    Bins without rows are left out. A cell of several scores counts where its mean lies.

    Raises
    ------
    InvalidValueError
        The scores are no probabilities.
    """
    if len(tally.low) and not (tally.low[-1] >= 0 and tally.high[0] <= 1):
        raise InvalidValueError(
            f"Calibration is for probabilities, from 0 to 1; these scores reach from {tally.low[-1]:.6g} to "
            f"{tally.high[0]:.6g}."
        )
    weights = tally.positives + tally.negatives
    means = np.where(tally.low == tally.high, tally.low, tally.sums / weights)
    place = np.searchsorted(np.linspace(0.0, 1.0, bins + 1)[1:-1], means)
    total, positive, scores = (np.bincount(place, v, minlength=bins) for v in (weights, tally.positives, tally.sums))
    filled = total > 0
    return scores[filled] / total[filled], positive[filled] / total[filled]
