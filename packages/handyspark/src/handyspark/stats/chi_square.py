"""The chi-square test of independence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from handyhooks import ANY
from handyspark.arguments import flag
from handyspark.errors import InvalidValueError, TooManyStrataError, TooManyValuesError
from handyspark.evaluation.predictions import asked_source
from handyspark.failures import guarded
from handyspark.planner import Job, ask
from handyspark.schema import require_kinds
from handyspark.stats.scipys import scipy_stats
from handyspark.strata import Strata
from handyspark.stratifying import strata_of

if TYPE_CHECKING:
    from handyspark.planner import Source

__all__ = ["ChiSquareResult", "chiSquareTest"]

_MOST_CELLS: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class ChiSquareResult:
    """What a chi-square test gives.

    Attributes
    ----------
    statistic
        Sum over the cells of (observed - expected)² / expected.
    pvalue
        Probability of a statistic at least as great where the columns are independent.
    dof
        Degrees of freedom.
    observed, expected
        Counts of rows, and counts that independence lets one expect; values of the first column down, of the second
        across.
    """

    statistic: float
    pvalue: float
    dof: int
    observed: pd.DataFrame
    expected: pd.DataFrame


@guarded
def chiSquareTest(
    sdf: Any, first: str, second: str, by: Any = None, *, correction: bool = True
) -> ChiSquareResult | pd.DataFrame:
    """Test whether two columns are independent, as `scipy.stats.chi2_contingency` on their table of counts.

    One pass, which counts the rows of each pair of values. Rows that miss either are left out. The values count as
    categories; numbers may be cut by `Bucket` and `Quantile` beforehand.

    Parameters
    ----------
    sdf
        A Spark DataFrame, a HandyFrame or a stratified one.
    first, second
        Names of the columns.
    by
        Strata, as `HandyFrame.stratify` takes them.
    correction
        Apply Yates' correction where there is one degree of freedom.

    Returns
    -------
    ChiSquareResult or pandas.DataFrame
        With strata a table of ``statistic``, ``pvalue`` and ``dof`` by stratum: a test of its own in each, on the
        values that occur in it.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError
        A column is not there, or of a type that has no categories; `correction` is no boolean.
    InvalidValueError
        Both columns are the same, no row has both values, or there are more than 100,000 pairs of values in all strata.
    MissingPackageError
        scipy is not installed.

    Examples
    --------
    >>> result = chiSquareTest(hdf, "Pclass", "Survived")
    >>> result.dof, result.observed.shape
    (2, (3, 2))
    """
    correction = flag(correction, "correction", "`chiSquareTest`")
    stats = scipy_stats("`chiSquareTest`")
    source = asked_source(sdf, by)
    require_kinds(source.schema.find_all([first, second]), ANY, owner="`chiSquareTest`")
    if first == second:
        raise InvalidValueError(f"`chiSquareTest` takes two columns; got {first!r} twice.")
    tests = {key: _tested(stats, counts, correction) for key, counts in _counted(source, first, second).items()}
    if source.strata is None:
        return tests[()]
    rows = [(test.statistic, test.pvalue, test.dof) for test in tests.values()]
    return pd.DataFrame(rows, index=source.strata.index(list(tests)), columns=["statistic", "pvalue", "dof"])


def _counted(source: Source, first: str, second: str) -> dict[tuple[Any, ...], pd.DataFrame]:
    """Table of counts of each stratum, in order; the one of an empty key without strata."""
    pair = strata_of(source, [first, second])
    before = () if source.strata is None else source.strata.keys
    cells = replace(source, strata=Strata(keys=(*before, *pair.keys), most=_MOST_CELLS))
    try:
        report = ask(cells, [Job(owner="`chiSquareTest`", columns=(), stages=({"rows": "count(1)"},))])
    except TooManyStrataError as error:
        raise TooManyValuesError(
            f"{first!r} and {second!r} have more than {_MOST_CELLS:,} pairs of values: the test is for columns of few. "
            "Cut numbers into intervals first."
        ) from error
    if not report.keys:
        raise InvalidValueError(f"There is nothing to test: no row has both {first!r} and {second!r}.")
    counts: dict[tuple[Any, ...], dict[tuple[Any, Any], int]] = {}
    for key, answers in zip(report.keys, report.answers[0], strict=True):
        values = tuple(part.label(value) for part, value in zip(pair.keys, key[-2:], strict=True))
        counts.setdefault(key[:-2], {})[values] = answers["rows"]
    if source.strata is not None:
        source.strata.in_order(counts)  # refuses too many
    tables = {}
    for key, of_stratum in counts.items():
        index = pd.MultiIndex.from_tuples(of_stratum, names=[first, second])
        tables[key] = pd.Series(list(of_stratum.values()), index=index).unstack(fill_value=0)
    return tables


def _tested(stats: Any, observed: pd.DataFrame, correction: bool) -> ChiSquareResult:
    found = stats.chi2_contingency(observed.to_numpy(), correction=correction)
    expected = pd.DataFrame(found.expected_freq, index=observed.index, columns=observed.columns)
    return ChiSquareResult(
        statistic=float(found.statistic),
        pvalue=float(found.pvalue),
        dof=int(found.dof),
        observed=observed,
        expected=expected,
    )
