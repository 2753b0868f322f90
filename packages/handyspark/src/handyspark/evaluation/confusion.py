"""Confusion matrices of a binary classifier at a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyspark.sql import functions as F

from handyspark.planner.collecting import collect
from handyspark.quoting import literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.labels import Survey
    from handyspark.evaluation.predictions import Predictions
    from handyspark.evaluation.tally import Tally

__all__ = ["counted_at", "labelled"]


def counted_at(
    predictions: Predictions, survey: Survey, found: Sequence[Tally], threshold: float
) -> list[NDArray[np.float64]]:
    """Confusion matrix of each stratum; one pass where the threshold lies within a bin of any, none else."""
    if any(((tally.low < threshold) & (threshold <= tally.high)).any() for tally in map(_several, found)):
        reached = _reached(predictions, survey, threshold)
    else:
        reached = [
            (float(tally.positives[tally.low >= threshold].sum()), float(tally.negatives[tally.low >= threshold].sum()))
            for tally in found
        ]
    matrices = []
    for tally, (true, false) in zip(found, reached, strict=True):
        positives, negatives = tally.positives.sum(), tally.negatives.sum()
        matrices.append(np.array([[negatives - false, false], [positives - true, true]]))
    return matrices


def labelled(matrix: NDArray[np.float64], classes: Sequence[Any]) -> pd.DataFrame:
    """Table of a confusion matrix: actual classes down, predicted ones across; whole counts as integers."""
    table = pd.DataFrame(
        matrix,
        index=pd.Index(list(classes), name="Actual"),
        columns=pd.MultiIndex.from_product([["Predicted"], list(classes)]),
    )
    return table.astype("int64") if (matrix == np.round(matrix)).all() else table


def _several(tally: Tally) -> Any:
    several = tally.low < tally.high
    return replace(tally, low=tally.low[several], high=tally.high[several])


def _reached(predictions: Predictions, survey: Survey, threshold: float) -> list[tuple[float, float]]:
    at_or_above = f"score >= {literal(threshold)}"
    sums = [F.expr(f"sum(CASE WHEN {at_or_above} THEN {name} ELSE 0D END)").alias(name) for name in ("pos", "neg")]
    rows = collect(predictions.usable(survey.positive).groupBy(*predictions.keys).agg(*sums))
    by_key = {row[:-2]: (row[-2], row[-1]) for row in rows}
    return [by_key[key] for key in survey.keys]
