"""Correlations of pairs of columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handyhooks import NUMERICAL
from handyspark.planner import Job, ask
from handyspark.schema import require_kinds
from handyspark.statistics.matrices import square

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["pearson"]


def pearson(source: Source, columns: Sequence[ColumnRef]) -> pd.DataFrame:
    """Pearson's correlation of each pair, over the rows where both have a value: one pass.

    A constant column correlates with nothing, itself included: NaN, as in pandas.
    """
    require_kinds(columns, (*NUMERICAL, "boolean"), owner="`corr`")
    numbers = [f"cast({{x{position}}} as double)" for position in (0, 1)]
    pairs = list(combinations(range(len(columns)), 2))
    jobs = [
        Job(owner="`corr`", columns=(columns[i], columns[j]), stages=({"r": f"corr({numbers[0]}, {numbers[1]})"},))
        for i, j in pairs
    ]
    spread = {"spread": f"var_pop({numbers[0]})"}
    jobs += [Job(owner="`corr`", columns=(column,), stages=(spread,)) for column in columns]
    report = ask(source, jobs)

    def matrix(ordinal: int) -> np.ndarray[Any, Any]:
        diagonal = [answers[ordinal]["spread"] for answers in report.answers[len(pairs) :]]
        filled = np.diag([1.0 if variance else np.nan for variance in diagonal])
        for (i, j), of_pair in zip(pairs, report.answers, strict=False):
            r = of_pair[ordinal]["r"]
            filled[i, j] = filled[j, i] = np.nan if r is None else r
        return filled

    return square(source, report, columns, matrix)
