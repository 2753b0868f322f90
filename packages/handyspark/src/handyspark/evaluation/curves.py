"""From counts by score to curves, areas and figures of merit: plain NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.tally import Tally

    Floats = NDArray[np.float64]

__all__ = [
    "area_under_pr",
    "area_under_roc",
    "average_precision",
    "f_measure",
    "gain",
    "kolmogorov_smirnov",
    "lift",
    "precision",
    "rates",
    "recall",
    "roc",
    "shares_of_beta",
]


def rates(tally: Tally) -> tuple[Floats, Floats]:
    """False and true positive rate at each threshold; NaN without a negative, or a positive."""
    return _share(tally.negatives), _share(tally.positives)


def recall(tally: Tally) -> Floats:
    """Share of the positives that reach each threshold."""
    return _share(tally.positives)


def precision(tally: Tally) -> Floats:
    """Share of positives among what reaches each threshold."""
    true = np.cumsum(tally.positives)
    return true / np.cumsum(tally.positives + tally.negatives)


def f_measure(tally: Tally, beta: float = 1.0) -> Floats:
    """F-measure at each threshold: (1 + beta²) P R / (beta² P + R), and 0 where nothing positive is found."""
    true = np.cumsum(tally.positives)
    false = np.cumsum(tally.negatives)
    missed = tally.positives.sum() - true
    of_recall, of_precision = shares_of_beta(beta)
    return true / (true + of_recall * missed + of_precision * false)


def shares_of_beta(beta: float) -> tuple[float, float]:
    """Share of recall, and of precision, in an F-measure: beta² / (1 + beta²), and 1 / (1 + beta²)."""
    length = math.hypot(1.0, beta)
    return (beta / length) ** 2, (1 / length) ** 2


def roc(tally: Tally) -> tuple[Floats, Floats]:
    """The ROC curve from (0, 0) on."""
    false, true = rates(tally)
    return np.r_[0.0, false], np.r_[0.0, true]


def area_under_roc(tally: Tally) -> float:
    """Area under the ROC curve by trapezoids, which is exact."""
    return _trapezoids(*roc(tally))


def area_under_pr(tally: Tally) -> float:
    """Area under precision against recall by trapezoids, from (0, precision at the highest threshold) on."""
    points = precision(tally)
    return _trapezoids(np.r_[0.0, recall(tally)], np.r_[points[:1], points])


def average_precision(tally: Tally) -> float:
    """Mean precision weighted by the gain in recall, as scikit-learn's `average_precision_score`."""
    return float(np.sum(np.diff(np.r_[0.0, recall(tally)]) * precision(tally)))


def gain(tally: Tally) -> tuple[Floats, Floats]:
    """Share of all rows that reach each threshold, and share of the positives among all that do; from (0, 0) on."""
    return np.r_[0.0, _share(tally.positives + tally.negatives)], np.r_[0.0, recall(tally)]


def lift(tally: Tally) -> tuple[Floats, Floats]:
    """Share of all rows that reach each threshold, and how many times more positives are among them than overall."""
    share = _share(tally.positives + tally.negatives)
    return share, recall(tally) / share


def kolmogorov_smirnov(tally: Tally) -> tuple[float, float]:
    """Greatest distance between true and false positive rate, either way, and the threshold where it is reached."""
    false, true = rates(tally)
    distance = np.abs(true - false)
    if np.isnan(distance).any():
        return float("nan"), float("nan")
    place = int(np.argmax(distance))
    return float(distance[place]), float(tally.low[place])


def _share(weights: Floats) -> Floats:
    running = np.cumsum(weights)
    total = running[-1] if len(running) else 0.0
    return running / total if total > 0 else np.full(len(running), np.nan)


def _trapezoids(x: Floats, y: Floats) -> float:
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))
