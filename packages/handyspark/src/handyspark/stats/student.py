"""Student's t-test of two means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from handyspark.arguments import flag
from handyspark.errors import InvalidTypeError
from handyspark.stats.scipys import scipy_stats
from handyspark.stats.summaries import StatisticalSummary

__all__ = ["TTestResult", "tTest"]


@dataclass(frozen=True, kw_only=True)
class TTestResult:
    """What a t-test gives: numbers for two samples; square tables by their labels for more, a pair in each cell.

    Attributes
    ----------
    statistic
        Difference of the means, the first's less the second's, in standard errors.
    pvalue
        Probability of a statistic at least as far from 0 where the means are equal.
    df
        Degrees of freedom.
    """

    statistic: Any
    pvalue: Any
    df: Any


def tTest(*summaries: StatisticalSummary, equal_var: bool = False) -> TTestResult:
    """Test whether means differ, two-sided, as `scipy.stats.ttest_ind` on the values: no pass over the data.

    Parameters
    ----------
    *summaries
        Two samples or more, from `StatisticalSummaryValues`. Of more than two, each pair is tested; no correction is
        made for how many tests that are.
    equal_var
        Take the variances for equal, and pool them (Student's test). By default they may differ (Welch's test).

    Returns
    -------
    TTestResult
        NaN where a sample has too few values or infinite ones, or both are one and the same constant.

    Raises
    ------
    InvalidTypeError
        There are fewer than two summaries, or something else is among them; `equal_var` is no boolean.
    MissingPackageError
        scipy is not installed.

    Notes
    -----
    With v the variance of a sample over its size, Welch's test has
    ``(v1 + v2)**2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))`` degrees of freedom (B. L. Welch, Biometrika 34, 1947).

    Examples
    --------
    >>> from handyspark.stats import StatisticalSummaryValues
    >>> bool(tTest(*StatisticalSummaryValues(hdf, "Fare", by="Survived")).pvalue < 0.001)
    True
    """
    pooled = flag(equal_var, "equal_var", "`tTest`")
    wrong = [item for item in summaries if not isinstance(item, StatisticalSummary)]
    if wrong or len(summaries) < 2:
        raise InvalidTypeError(
            "`tTest` takes two summaries or more, as `tTest(*StatisticalSummaryValues(hdf, 'Age', by='Sex'))`; got "
            + (repr(wrong[0]) if wrong else f"{len(summaries)}.")
        )
    stats = scipy_stats("`tTest`")
    size = len(summaries)
    found = np.array([_tested(stats, one, other, pooled) for one in summaries for other in summaries])
    if size == 2:
        statistic, pvalue, df = found[1].tolist()
        return TTestResult(statistic=statistic, pvalue=pvalue, df=df)
    labels = [summary.label for summary in summaries]
    tables = [pd.DataFrame(part.reshape(size, size), index=labels, columns=labels) for part in found.T]
    return TTestResult(statistic=tables[0], pvalue=tables[1], df=tables[2])


def _tested(stats: Any, one: StatisticalSummary, other: StatisticalSummary, pooled: bool) -> tuple[float, float, float]:
    """Statistic, p-value and degrees of freedom."""
    if one.n < 2 or other.n < 2 or math.isnan(one.variance + other.variance):
        return math.nan, math.nan, math.nan
    first, second = one.variance / one.n, other.variance / other.n
    if pooled:
        df = one.n + other.n - 2.0
        variance = ((one.n - 1) * one.variance + (other.n - 1) * other.variance) / df
        error = math.sqrt(variance * (1 / one.n + 1 / other.n))
    else:
        error = math.sqrt(first + second)
        # Two constants have no degrees of freedom: any will do, since the statistic is infinite or NaN.
        parts = first**2 / (one.n - 1) + second**2 / (other.n - 1)
        df = (first + second) ** 2 / parts if parts > 0 else 1.0
    difference = one.mean - other.mean
    statistic = difference / error if error > 0 else math.copysign(math.inf, difference) if difference else math.nan
    return statistic, float(2 * stats.t.sf(abs(statistic), df)), df
