"""Kolmogorov-Smirnov tests: a sample against a distribution, and two samples against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from handyhooks import NUMERICAL
from handyspark.arguments import number, whole_number
from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.evaluation.predictions import asked_source
from handyspark.failures import guarded
from handyspark.schema import require_kinds
from handyspark.stats.samples import Sample, sample_label, samples
from handyspark.stats.scipys import scipy_stats

__all__ = [
    "KolmogorovSmirnovResult",
    "KolmogorovSmirnovTest",
    "TwoSampleKolmogorovSmirnovResult",
    "twoSampleKolmogorovSmirnovTest",
]

_MOST_FOR_EXACT: Final = 10_000
"""Values in a sample up to which scipy gives the exact p-value of two of them."""


@dataclass(frozen=True, kw_only=True)
class KolmogorovSmirnovResult:
    """What a test of one sample gives.

    Attributes
    ----------
    statistic
        Greatest distance of the sample's distribution function from the other one.
    pvalue
        Probability of a statistic at least as great where the sample is from that distribution.
    n
        Number of values.
    error_bound
        Most that `statistic` can be off; 0 while distinct values are told apart.
    """

    statistic: float
    pvalue: float
    n: int
    error_bound: float


@dataclass(frozen=True, kw_only=True)
class TwoSampleKolmogorovSmirnovResult:
    """What a test of two samples gives.

    Attributes
    ----------
    statistic
        Greatest distance of the two distribution functions.
    pvalue
        Probability of a statistic at least as great where both samples are from one distribution.
    samples
        What the samples are: columns, clauses of strata, or both.
    n
        Number of values of each.
    error_bound
        Most that `statistic` can be off; 0 while distinct values are told apart.
    """

    statistic: float
    pvalue: float
    samples: tuple[str, str]
    n: tuple[int, int]
    error_bound: float


@guarded
def KolmogorovSmirnovTest(
    sdf: Any, col: str, dist: str = "normal", *params: float, by: Any = None, numBins: int = 50_000
) -> KolmogorovSmirnovResult | pd.DataFrame:
    """Test whether a column is from a distribution, two-sided, as `scipy.stats.kstest` on its values.

    Two passes, or three where there are more than `numBins` distinct values; rows are never collected.

    Parameters
    ----------
    sdf
        A Spark DataFrame, a HandyFrame or a stratified one.
    col
        Name of a numerical column. What is missing (null or NaN) is left out.
    dist
        Name of a continuous distribution of `scipy.stats`; ``"normal"`` is its ``"norm"``.
    *params
        Its parameters as scipy takes them: shapes, then location and scale; for ``"normal"`` mean and standard
        deviation, 0 and 1 where they are left out. Estimated from the same column, they make the p-value too great.
    by
        Strata, as `HandyFrame.stratify` takes them.
    numBins
        So many distinct values are told apart in each stratum, on average and to 500,000 in all. Where there are more,
        each stratum is cut at so many quantiles, to 4,096 and 65,536 in all, and `error_bound` says how far off the
        statistic can be: half of what the fullest bin between two quantiles holds, or less.

    Returns
    -------
    KolmogorovSmirnovResult or pandas.DataFrame
        With strata a table of the same by stratum.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError
        The column is not there, or not numerical.
    InvalidTypeError, InvalidValueError
        scipy has no such distribution, or it does not take these parameters; or the column holds no value.
    MissingPackageError
        scipy is not installed.

    Examples
    --------
    >>> result = KolmogorovSmirnovTest(hdf, "Age", "normal", 30, 14)
    >>> bool(0 < result.statistic < 0.2), result.error_bound
    (True, 0.0)
    """
    owner = "`KolmogorovSmirnovTest`"
    stats = scipy_stats(owner)
    bins = whole_number(numBins, "numBins", owner, least=2, most=500_000)
    distribution = _distribution(stats, dist, params)
    source = asked_source(sdf, by)
    column = source.schema.find(col)
    require_kinds([column], NUMERICAL, owner=owner)
    found = samples(source, column, bins)
    if not found:
        raise InvalidValueError(f"There is nothing to test: {col!r} holds no value.")
    tests = [_against(stats, sample, distribution) for sample in found.values()]
    if source.strata is None:
        return tests[0]
    return pd.DataFrame([asdict(test) for test in tests], index=source.strata.index(list(found)))


@guarded
def twoSampleKolmogorovSmirnovTest(
    sdf: Any, columns: str | Sequence[str], by: Any = None, *, numBins: int = 50_000
) -> TwoSampleKolmogorovSmirnovResult:
    """Test whether two samples are from one distribution, two-sided, as `scipy.stats.ks_2samp` on their values.

    Two passes a column, or three where it has more than `numBins` distinct values; rows are never collected.

    Parameters
    ----------
    sdf
        A Spark DataFrame, a HandyFrame or a stratified one.
    columns
        Name of one numerical column, in two strata, or names of two columns. What is missing is left out.
    by
        Strata, as `HandyFrame.stratify` takes them: two, where there is one column.
    numBins
        As for `KolmogorovSmirnovTest`.

    Returns
    -------
    TwoSampleKolmogorovSmirnovResult
        The p-value is exact up to 10,000 values in the greater sample, as scipy's, unless they were binned.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError
        A column is not there, or not numerical.
    InvalidValueError
        There are not two samples, or one holds no value.
    MissingPackageError
        scipy is not installed.

    Examples
    --------
    >>> result = twoSampleKolmogorovSmirnovTest(hdf, "Fare", by="Survived")
    >>> result.samples
    ('Survived == "0"', 'Survived == "1"')
    """
    owner = "`twoSampleKolmogorovSmirnovTest`"
    stats = scipy_stats(owner)
    bins = whole_number(numBins, "numBins", owner, least=2, most=500_000)
    source = asked_source(sdf, by)
    refs = source.schema.find_all(columns)
    require_kinds(refs, NUMERICAL, owner=owner)
    found: list[tuple[str, Sample]] = []
    for ref in refs:
        for key, sample in samples(source, ref, bins).items():
            clause = "" if source.strata is None else source.strata.clause(key)
            found.append((sample_label(ref.name, clause, several=len(refs) > 1), sample))
    if len(found) != 2:
        names = ", ".join(label for label, _ in found[:5]) + (", ..." if len(found) > 5 else "")
        raise InvalidValueError(
            f"{owner} needs two samples with values: two columns, or one column in two strata. There are {len(found)}"
            + (f": {names}." if found else ".")
        )
    (first_label, first), (second_label, second) = found
    least, most = _distance(first, second)
    statistic = (least + most) / 2
    if first.exact and second.exact and max(first.n, second.n) <= _MOST_FOR_EXACT:
        pvalue = stats.ks_2samp(*(np.repeat(sample.low, sample.counts) for sample in (first, second))).pvalue
    else:
        # scipy's own for large samples: that of one sample whose size is half of their harmonic mean.
        pvalue = stats.kstwo.sf(statistic, np.round(first.n * second.n / (first.n + second.n)))
    return TwoSampleKolmogorovSmirnovResult(
        statistic=statistic,
        pvalue=float(np.clip(pvalue, 0, 1)),
        samples=(first_label, second_label),
        n=(first.n, second.n),
        error_bound=(most - least) / 2,
    )


def _against(stats: Any, sample: Sample, distribution: Any) -> KolmogorovSmirnovResult:
    """Compare with a distribution: the statistic lies in the middle of what it can be at least and at most."""
    reached = sample.reached
    low, high = distribution.cdf(sample.low), distribution.cdf(sample.high)
    before, after = reached[:-1], reached[1:]
    # Within a bin the sample's share rises from `before` to `after` while the other one rises from `low` to `high`.
    least = max(float((low - before).max()), float((after - high).max()))
    most = max(float((high - before).max()), float((after - low).max()))
    statistic = (least + most) / 2
    pvalue = float(np.clip(stats.kstwo.sf(statistic, sample.n), 0, 1))
    return KolmogorovSmirnovResult(statistic=statistic, pvalue=pvalue, n=sample.n, error_bound=(most - least) / 2)


def _distance(first: Sample, second: Sample) -> tuple[float, float]:
    """Least and greatest distance that two distribution functions can have."""
    at = np.unique(np.concatenate([first.low, first.high, second.low, second.high]))
    first_least, first_most = first.bounds(at)
    second_least, second_most = second.bounds(at)
    least = max(float((first_least - second_most).max()), float((second_least - first_most).max()), 0.0)
    return least, max(float((first_most - second_least).max()), float((second_most - first_least).max()))


def _distribution(stats: Any, name: Any, params: Sequence[Any]) -> Any:
    """The distribution of scipy with these parameters."""
    owner = "`KolmogorovSmirnovTest`"
    known = {key: value for key, value in vars(stats).items() if isinstance(value, stats.rv_continuous)}
    known["normal"] = stats.norm
    if not isinstance(name, str):
        raise InvalidTypeError(f"The `dist` of {owner} must be the name of a distribution of scipy; got {name!r}.")
    if name not in known:
        # scipy's names are often the beginning of the usual ones: 'expon', 'lognorm', 'triang'.
        beginnings = [key for key in known if len(key) > 3 and name.startswith(key)]
        raise InvalidValueError(
            f"The `dist` of {owner} must be 'normal' or a continuous distribution of scipy.stats; got {name!r}."
            f"{near(name, beginnings or list(known))}"
        )
    values = [number(value, "params", owner) for value in params]
    shapes = [shape.strip() for shape in (known[name].shapes or "").split(",") if shape]
    takes = ", ".join([*shapes, "loc=0", "scale=1"])
    if not len(shapes) <= len(values) <= len(shapes) + 2:
        raise InvalidTypeError(f"The distribution {name!r} takes ({takes}); got {len(values)} parameters.")
    distribution = known[name](*values)
    if np.isnan(distribution.support()).any():
        raise InvalidValueError(f"The distribution {name!r} takes ({takes}), and none of these: {params!r}.")
    return distribution
