"""Columns: choosing them, and what can be asked of a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import types as T

from handyhooks import NUMERICAL
from handyspark.counting import value_counts
from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.fetching import fetch, rows_wanted
from handyspark.missing import missing
from handyspark.outliers import count_outliers
from handyspark.schema import CATEGORICAL, CONTINUOUS, NUMERIC

if TYPE_CHECKING:
    import pandas as pd

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef
    from handyspark.state import State

__all__ = ["Columns", "ColumnsAccessor"]

_BY_KIND: Final = {
    "numerical": NUMERIC,
    "continuous": CONTINUOUS,
    "categorical": CATEGORICAL,
    "string": (T.StringType,),
    "array": (T.ArrayType,),
}


class ColumnsAccessor:
    """What ``hdf.cols`` is: ``cols["Age"]``, ``cols[["Age", "Fare"]]``, ``cols[0]``, ``cols[:]``, ``cols["array"]``."""

    def __init__(self, source: Source, state: State) -> None:
        self._source = source
        self._state = state

    @property
    def numerical(self) -> list[str]:
        """Names of the columns of integers, floating numbers and decimals."""
        return self._source.schema.of_types(NUMERIC)

    @property
    def continuous(self) -> list[str]:
        """Names of the columns of floating numbers and decimals."""
        return self._source.schema.of_types(CONTINUOUS)

    @property
    def categorical(self) -> list[str]:
        """Names of the columns of integers, booleans and strings."""
        return self._source.schema.of_types(CATEGORICAL)

    @property
    def string(self) -> list[str]:
        """Names of the columns of strings."""
        return self._source.schema.of_types(_BY_KIND["string"])

    @property
    def array(self) -> list[str]:
        """Names of the columns of arrays."""
        return self._source.schema.of_types(_BY_KIND["array"])

    def __getitem__(self, key: str | int | slice | Sequence[str | int]) -> Columns:
        """Choose columns.

        Raises
        ------
        ColumnNotFoundError
            There is no such column, and no such kind.
        InvalidTypeError, InvalidValueError
            The key is no name, position, slice or list of these.
        """
        schema = self._source.schema
        if isinstance(key, slice):
            return self._columns(schema.columns[key], single=False)
        if isinstance(key, str) and key in _BY_KIND and key not in schema.names:
            return self._columns([schema.find(name) for name in schema.of_types(_BY_KIND[key])], single=False)
        if isinstance(key, (str, int)):
            return self._columns([self._one(key)], single=True)
        if not isinstance(key, Sequence):
            raise InvalidTypeError(f"Columns are chosen by name, position, slice, or a list of these; got {key!r}.")
        return self._columns([self._one(item) for item in key], single=False)

    def __repr__(self) -> str:
        return f"cols[{', '.join(self._source.schema.names)}]"

    def _one(self, key: str | int) -> ColumnRef:
        schema = self._source.schema
        if isinstance(key, bool) or not isinstance(key, (str, int)):
            raise InvalidTypeError(f"A column is chosen by name or position; got {key!r}.")
        if isinstance(key, str):
            return schema.find(key)
        if not -len(schema.columns) <= key < len(schema.columns):
            raise InvalidValueError(f"There is no column {key}: the frame has {len(schema.columns)}.")
        return schema.columns[key]

    def _columns(self, columns: Sequence[ColumnRef], *, single: bool) -> Columns:
        return Columns(self._source, self._state, columns, single=single)


class Columns:
    """Some columns of a frame, by themselves or in strata."""

    def __init__(self, source: Source, state: State, columns: Sequence[ColumnRef], *, single: bool) -> None:
        self._source = source
        self._state = state
        self._columns = tuple(columns)
        self._single = single

    def __getitem__(self, key: slice) -> pd.Series[Any] | pd.DataFrame:
        """Fetch the first rows: ``[:N]``, or ``[:]`` up to the safety limit, which warns where it cuts.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            A Series for a single column. Integers with missing values are ``Int64``.

        Raises
        ------
        InvalidOperationError
            Anything but the first rows is asked for.
        """
        if self._source.strata is not None:
            raise InvalidOperationError("Rows of strata can't be fetched by `[:N]`; fetch them before `stratify`.")
        rows = rows_wanted(key)
        fetched = fetch(self._source.df, self._columns, rows, limit=self._state.safety_limit)
        return fetched.iloc[:, 0] if self._single else fetched

    def __repr__(self) -> str:
        return f"Columns[{', '.join(f'{c.name}: {c.data_type.simpleString()}' for c in self._columns)}]"

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

    def outliers(self, method: str = "tukey", ratio: bool = False, **options: Any) -> pd.Series[float] | pd.DataFrame:
        """Count outliers, or give their share: see `HandyFrame.outliers`.

        Of several chosen columns, those that are not numerical are left out; a single one is refused.
        """
        columns = [column for column in self._columns if column.kind in NUMERICAL]
        if not columns:
            listed = ", ".join(repr(column.name) for column in self._columns)
            raise UnsupportedColumnError(f"`outliers` takes numerical columns; there is none in {listed}.")
        if method == "tukey":
            options = {"k": 3.0, **options}
        return count_outliers(self._source, columns, method, options, ratio=ratio)

    def hist(self, bins: int = 10, ax: Any = None, **style: Any) -> Any:
        """Histogram: numbers and dates in `bins` bins of equal width, categories by their counts.

        Two passes, one for categories. Counts are those of `numpy.histogram`; infinite values are left out.

        Parameters
        ----------
        bins
            Number of bins; for strings and booleans how many of the most frequent get a bar of their own.
        ax
            Axes to draw on, one a panel; None for a new figure.
        **style
            For `matplotlib.axes.Axes.hist`, or for `bar` with categories.

        Returns
        -------
        Axes, array of Axes, or (Figure, array of Axes)
            One Axes a column; in strata the figure and one Axes a stratum.
        """
        return self.plot("hist", ax=ax, bins=bins, **style)

    def boxplot(self, ax: Any = None, showfliers: bool = True, k: float = 1.5, **style: Any) -> Any:
        """Box plots side by side in one Axes, a box a column and stratum: two passes.

        Parameters
        ----------
        ax
            Axes to draw on; None for a new figure.
        showfliers
            Draw what lies beyond the whiskers, up to the 500 most extreme values a side.
        k
            Whiskers reach the last value within k interquartile ranges of the box.
        **style
            For `matplotlib.axes.Axes.bxp`.

        Returns
        -------
        Axes, or (Figure, Axes) in strata
        """
        return self.plot("boxplot", ax=ax, showfliers=showfliers, k=k, **style)

    def scatterplot(self, ax: Any = None, bins: int = 30, **style: Any) -> Any:
        """Two columns in a grid of bins x bins cells, circles sized by count: two passes.

        Parameters
        ----------
        ax
            Axes to draw on, one a stratum; None for a new figure.
        bins
            Number of bins along each axis.
        **style
            For `matplotlib.axes.Axes.scatter`.

        Returns
        -------
        Axes, or (Figure, array of Axes) in strata
        """
        return self.plot("scatterplot", ax=ax, bins=bins, **style)

    def plot(self, kind: str, ax: Any = None, **options: Any) -> Any:
        """Draw any kind of plot, built in or from a plugin.

        Parameters
        ----------
        kind
            ``"hist"``, ``"boxplot"``, ``"scatterplot"``, or what a plugin brings.
        ax
            Axes to draw on; None for a new figure.
        **options
            Options of the kind; what it does not know goes to matplotlib.

        Raises
        ------
        UnknownNameError
            The kind is not installed.
        UnsupportedColumnError
            A column is of a type that it can't take.
        InvalidTypeError, InvalidValueError
            An option, or the number of columns, is not right.
        """
        from handyspark.plotting import plot

        return plot(self._source, self._columns, kind, ax, options)

    def _only_one(self, operation: str) -> ColumnRef:
        if len(self._columns) != 1:
            raise InvalidValueError(f"`{operation}` takes one column; got {len(self._columns)}. Choose `cols[name]`.")
        return self._columns[0]
