"""Correlations of pairs of columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from handyhooks import NUMERICAL
from handyspark.planner import Job, ask
from handyspark.planner.requests import Correlation
from handyspark.schema import ORDERED, require_kinds
from handyspark.statistics.matrices import square

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["correlate"]


def correlate(
    source: Source, columns: Sequence[ColumnRef], *, ranks: Literal["column", "pair"] | None = None
) -> pd.DataFrame:
    """Correlate each pair, over the rows where both have a value: one pass.

    A constant column correlates with nothing, itself included: NaN, as in pandas.

    Parameters
    ----------
    source
        The data.
    columns
        What the matrix shows.
    ranks
        As in `handyspark.planner.requests.Correlation`.
    """
    require_kinds(columns, (*(ORDERED if ranks else NUMERICAL), "boolean"), owner="`corr`")
    pairs = list(combinations(columns, 2))
    jobs = [Job(owner="`corr`", columns=pair, stages=({"r": Correlation(ranks=ranks)},)) for pair in pairs]
    spread = {"spread": "max({x}) > min({x})"}
    jobs += [Job(owner="`corr`", columns=(column,), stages=(spread,)) for column in columns]
    report = ask(source, jobs)

    def matrix(ordinal: int) -> np.ndarray[Any, Any]:
        filled = np.full((len(columns), len(columns)), np.nan)
        for (i, j), of_pair in zip(combinations(range(len(columns)), 2), report.answers, strict=False):
            r = of_pair[ordinal]["r"]
            filled[i, j] = filled[j, i] = np.nan if r is None else np.clip(r, -1.0, 1.0)
        for i, of_column in enumerate(report.answers[len(pairs) :]):
            if of_column[ordinal]["spread"]:
                filled[i, i] = 1.0
        return filled

    return square(source, report, columns, matrix)
