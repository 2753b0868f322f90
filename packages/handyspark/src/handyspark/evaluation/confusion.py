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
        return _asked(predictions, survey, threshold)
    return [_counted(tally, tally.low >= threshold) for tally in found]


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


def _counted(tally: Tally, reached: NDArray[np.bool_]) -> NDArray[np.float64]:
    # No differences: of weights, they would leave rests of rounding.
    return np.array([[of[~reached].sum(), of[reached].sum()] for of in (tally.negatives, tally.positives)])


def _asked(predictions: Predictions, survey: Survey, threshold: float) -> list[NDArray[np.float64]]:
    reached = f"score >= {literal(threshold)}"
    cells = [f"CASE WHEN {test} THEN {of} ELSE 0D END" for of in ("neg", "pos") for test in (f"NOT {reached}", reached)]
    sums = [F.expr(f"sum({cell})").alias(f"a{place}") for place, cell in enumerate(cells)]
    rows = collect(predictions.usable(survey.positive).groupBy(*predictions.keys).agg(*sums))
    by_key = {row[:-4]: np.array(row[-4:]).reshape(2, 2) for row in rows}
    return [by_key[key] for key in survey.keys]
