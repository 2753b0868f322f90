"""Statistics of chosen columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from handyspark.arguments import flag
from handyspark.columns.selection import Selection
from handyspark.counting import value_counts
from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.failures import readable
from handyspark.missing import missing
from handyspark.statistics.correlation import correlate
from handyspark.statistics.information import entropy, mutual_information
from handyspark.statistics.summarizing import aggregate, summarize
from handyspark.statistics.table import BY_NAME, Statistic, number_of_unique, percentile

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ColumnStatistics"]


@readable
class ColumnStatistics(Selection):
    """What columns are summed up by.

    Results are a Series indexed by column and named after the statistic. In strata, one column gives a Series indexed
    by stratum, and several a DataFrame of strata x columns. Missing values (null and NaN) are left out.
    """

    def value_counts(self, dropna: bool = True) -> pd.Series[int]:
        """Count rows by value: one pass.

        Parameters
        ----------
        dropna
            Leave out what is missing (null and NaN, which count as one).

        Returns
        -------
        pandas.Series
            Named after the column and descending by count. In strata: named ``value_counts``, indexed by strata and
            value, in ascending order.

        Raises
        ------
        InvalidValueError
            There is more than one column.
        TooManyValuesError
            There are more than 500,000 different values.
        """
        return value_counts(self._source, self._only_one("value_counts"), dropna=dropna)

    def isnull(self, ratio: bool = False) -> pd.Series[float] | pd.DataFrame:
        """Count what is missing (null or NaN), or give its share: one pass.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            Named ``missing`` or ``missing(ratio)``, indexed by column. In strata: indexed by stratum for one column, a
            DataFrame of strata x columns for several.
        """
        return missing(self._source, self._columns, ratio=ratio)

    def mean(self) -> pd.Series[float] | pd.DataFrame:
        """Arithmetic mean of numbers and booleans: one pass. See `agg` for the shape of all statistics."""
        return self._summary("mean")

    def min(self) -> pd.Series[Any] | pd.DataFrame:
        """Least value: one pass."""
        return self._summary("min")

    def max(self) -> pd.Series[Any] | pd.DataFrame:
        """Greatest value: one pass."""
        return self._summary("max")

    def stddev(self) -> pd.Series[float] | pd.DataFrame:
        """Sample standard deviation (divided by n - 1) of numbers and booleans: one pass."""
        return self._summary("stddev")

    def var(self) -> pd.Series[float] | pd.DataFrame:
        """Sample variance (divided by n - 1) of numbers and booleans: one pass."""
        return self._summary("var")

    def median(self, precision: float = 1e-4) -> pd.Series[Any] | pd.DataFrame:
        """Median, as `percentile` of 50."""
        return summarize(self._source, self._columns, percentile(50, precision=precision, name="median"))

    def q1(self, precision: float = 1e-4) -> pd.Series[Any] | pd.DataFrame:
        """First quartile, as `percentile` of 25."""
        return summarize(self._source, self._columns, percentile(25, precision=precision, name="q1"))

    def q3(self, precision: float = 1e-4) -> pd.Series[Any] | pd.DataFrame:
        """Third quartile, as `percentile` of 75."""
        return summarize(self._source, self._columns, percentile(75, precision=precision, name="q3"))

    def percentile(self, perc: float, precision: float = 1e-4) -> pd.Series[Any] | pd.DataFrame:
        """Quantile of numbers, dates and timestamps: one pass.

        Parameters
        ----------
        perc
            Percentage, from 0 to 100.
        precision
            Relative rank error that is allowed.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            Values of the column: `numpy.quantile(method="inverted_cdf")` within the rank error, the same in every run.
            Named ``percentile(perc)``.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            `perc` or `precision` is not right.
        """
        return summarize(self._source, self._columns, percentile(perc, precision=precision))

    def mode(self) -> pd.Series[Any] | pd.DataFrame:
        """Most frequent value, the least of equally frequent ones: one pass."""
        return self._summary("mode")

    def nunique(self, exact: bool = False) -> pd.Series[int] | pd.DataFrame:
        """Number of different values: one pass.

        Parameters
        ----------
        exact
            Count each value; else estimate by HyperLogLog++ (relative standard deviation 5 per cent), which
            exchanges far less.
        """
        return summarize(self._source, self._columns, number_of_unique(exact=flag(exact, "exact", "`nunique`")))

    def agg(self, statistics: Sequence[str]) -> pd.DataFrame:
        """Several statistics at once, in as many passes as the dearest one takes: two at most.

        Parameters
        ----------
        statistics
            Some of ``count``, ``isnull``, ``mean``, ``stddev``, ``var``, ``min``, ``max``, ``q1``, ``median``, ``q3``,
            ``mode``, ``nunique``.

        Returns
        -------
        pandas.DataFrame
            Statistics x columns; in strata, strata x (column, statistic).

        Raises
        ------
        InvalidTypeError, InvalidValueError
            What is given is no list, or names a statistic that there is not; or no column is chosen.
        UnsupportedColumnError
            A column of a kind that a statistic makes no sense for.
        """
        if isinstance(statistics, str) or not isinstance(statistics, Sequence) or not statistics:
            raise InvalidTypeError(f"`agg` takes a list of statistics, one at least; got {statistics!r}.")
        if not self._columns:
            raise InvalidValueError("There is no column to sum up: none was chosen.")
        return aggregate(self._source, self._columns, [_statistic(name) for name in statistics])

    def corr(self, method: str = "pearson", exact: bool = False) -> pd.DataFrame:
        """Correlation of each pair; rows where either is missing are left out of that pair alone.

        Parameters
        ----------
        method
            ``"pearson"`` of numbers and booleans, one pass; or ``"spearman"`` of these, dates and timestamps: one pass
            too, but for ranking rows are sorted and exchanged.
        exact
            For ``"spearman"``: rank for each pair anew among its rows, as pandas does. Else each column is ranked once,
            which gives the same where nothing is missing.

        Returns
        -------
        pandas.DataFrame
            Columns x columns; in strata one below the other, as pandas' ``groupby(...).corr()``. NaN for constant
            columns.

        Raises
        ------
        InvalidValueError
            The method is none of the two.
        """
        exact = flag(exact, "exact", "`corr`")
        if method not in ("pearson", "spearman"):
            raise InvalidValueError(f"The `method` of `corr` must be 'pearson' or 'spearman'; got {method!r}.")
        ranks: Literal["column", "pair"] = "pair" if exact else "column"
        return correlate(self._source, self._columns, ranks=ranks if method == "spearman" else None)

    def entropy(self) -> pd.Series[float] | pd.DataFrame:
        """Shannon's entropy of the values in bits: one pass."""
        return entropy(self._source, self._columns)

    def mutual_info(self) -> pd.DataFrame:
        """Mutual information of each pair in bits, entropies on the diagonal: one pass.

        Rows where either is missing are left out of that pair alone.

        Returns
        -------
        pandas.DataFrame
            Columns x columns; in strata one below the other.
        """
        return mutual_information(self._source, self._columns)

    def _summary(self, name: str) -> pd.Series[Any] | pd.DataFrame:
        return summarize(self._source, self._columns, BY_NAME[name])


def _statistic(name: str) -> Statistic:
    if name not in BY_NAME:
        raise InvalidValueError(
            f"There is no statistic {name!r}; choose from {', '.join(BY_NAME)}.{near(str(name), list(BY_NAME))}"
        )
    return BY_NAME[name]
