"""Entropy and mutual information, in bits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handyhooks import ANY
from handyspark.planner import Job, ask
from handyspark.planner.requests import JointCounts
from handyspark.schema import require_kinds
from handyspark.statistics.matrices import square
from handyspark.tables import numbers_table

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["entropy", "mutual_information"]


def entropy(source: Source, columns: Sequence[ColumnRef]) -> pd.Series[float] | pd.DataFrame:
    """Shannon's entropy of each column's values in bits; 0 for a constant column, NaN for one without values.

    One pass; what is exchanged is one row per distinct value, stratum and partition.
    """
    require_kinds(columns, ANY, owner="`entropy`")
    jobs = [Job(owner="`entropy`", columns=(column, column), stages=({"joint": JointCounts()},)) for column in columns]
    report = ask(source, jobs)
    labels = [column.name for column in columns]
    return numbers_table(source, report, labels, lambda answers: answers["joint"].joint_entropy, name="entropy")


def mutual_information(source: Source, columns: Sequence[ColumnRef]) -> pd.DataFrame:
    """Mutual information of each pair in bits, over the rows where both have a value; entropies on the diagonal.

    ``I(X; Y) = H(X) + H(Y) - H(X, Y)`` (Cover and Thomas, Elements of Information Theory, 2.45). One pass; what is
    exchanged is one row per distinct pair of values, stratum and partition.
    """
    require_kinds(columns, ANY, owner="`mutual_info`")
    pairs = [*combinations(range(len(columns)), 2), *((i, i) for i in range(len(columns)))]
    jobs = [
        Job(owner="`mutual_info`", columns=(columns[i], columns[j]), stages=({"joint": JointCounts()},))
        for i, j in pairs
    ]
    report = ask(source, jobs)

    def matrix(ordinal: int) -> np.ndarray[Any, Any]:
        filled = np.full((len(columns), len(columns)), np.nan)
        for (i, j), of_pair in zip(pairs, report.answers, strict=True):
            filled[i, j] = filled[j, i] = of_pair[ordinal]["joint"].mutual_information
        return filled

    return square(source, report, columns, matrix)
