"""HandyFrame: a Spark DataFrame of either kind of session, with more methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handyspark.arguments import whole_number
from handyspark.cleaning import Cleaning
from handyspark.display import FIRST, html_table
from handyspark.errors import InvalidOperationError, InvalidTypeError
from handyspark.failures import readable
from handyspark.failures.guarding import with_readable_methods, with_readable_steps
from handyspark.fetching import fetch
from handyspark.functions import applied, assigned
from handyspark.missing import missing
from handyspark.planner import Cost, Source
from handyspark.planner.cost import count_query, measured
from handyspark.response import classes, is_classification
from handyspark.safety import Release, brought, iterated, limit_of
from handyspark.schema import schema_of
from handyspark.stages import number_of_stages
from handyspark.state import State
from handyspark.strata import MOST_STRATA
from handyspark.stratifying import strata_of
from handyspark.vectors import Vectors
from handyspark.wrapping import HandyGroupedData, dataframe_classes, handy_class

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from pyspark.sql import DataFrame as _Base
    from pyspark.sql import DataFrameWriter, Row

    from handyspark.columns import ColumnsAccessor
    from handyspark.pandas_columns import PandasAccessor
    from handyspark.strata import Cut
    from handyspark.stratified import StratifiedFrame
else:
    _Base = object

__all__ = ["HandyFrame", "handy", "made"]


@readable
class HandyFrame(Cleaning, Vectors, _Base):
    """A Spark DataFrame with pandas-like columns, statistics, plots and cleaning.

    It is a DataFrame in every respect (``isinstance`` holds), and those of its methods that return DataFrames return
    HandyFrames.
    Made by `handy` or by ``df.toHandy()``, never by calling the class.
    """

    _plain: _Base
    _state: State
    _cost: Cost

    def toHandy(self) -> HandyFrame:
        """Return the frame itself."""
        return self

    def notHandy(self) -> _Base:
        """Return the plain DataFrame."""
        return self._plain

    @property
    def cols(self) -> ColumnsAccessor:
        """Columns by name, position or kind: ``hdf.cols["Age"]``, ``hdf.cols[["Age", "Fare"]]``, ``hdf.cols[:]``."""
        from handyspark.columns import ColumnsAccessor

        return ColumnsAccessor(self._source(), self._state)

    @property
    def pandas(self) -> PandasAccessor:
        """Columns as pandas: ``hdf.pandas["Name"].str.find("Mrs.")`` is a Spark column, with pandas' result."""
        from handyspark.pandas_columns import PandasAccessor

        return PandasAccessor(self._source())

    @property
    def nrows(self) -> int:
        """Number of rows: one pass over the data."""
        with measured(self._cost):
            count_query()
            return self._plain.count()

    @property
    def ncols(self) -> int:
        """Number of columns."""
        return len(self._plain.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and number of columns: one pass over the data."""
        return self.nrows, self.ncols

    @property
    def stages(self) -> int:
        """Number of stages in Spark's plan of the frame: no pass over the data.

        One, and one more for each exchange of rows between executors; what is cached does not count.
        """
        return number_of_stages(self._plain)

    def collect(self) -> list[Row]:
        """Bring the rows, up to the safety limit."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.collect(), lambda rows, n: rows[:n])

    def toPandas(self) -> pd.DataFrame:
        """Bring the rows as Spark's ``toPandas`` does, up to the safety limit."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.toPandas(), lambda rows, n: rows.iloc[:n])

    def toArrow(self) -> Any:
        """Bring the rows as a table of pyarrow, up to the safety limit; from PySpark 4.0 on."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.toArrow(), lambda rows, n: rows.slice(0, n))

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """Bring the rows one partition after the other, up to the safety limit."""
        limit = limit_of(self._state)
        rows = self._plain if limit is None else self._plain.limit(limit + 1)
        iterator = rows.toLocalIterator(prefetchPartitions)
        return with_readable_steps(iterator if limit is None else iterated(iterator, limit))

    @property
    def plot(self) -> Any:
        """Spark's own plots, from PySpark 4.0 on; those of this package are ``cols[...].hist()`` and their kin."""
        return self._plain.plot

    @property
    def write(self) -> DataFrameWriter:
        """Spark's own writer."""
        return with_readable_methods(self._plain.write)

    def assign(self, **new: Any) -> HandyFrame:
        """Add columns, or replace them: by functions of columns, by Columns, or by single values.

        Parameters
        ----------
        **new
            Names and values. A function's arguments name the columns it takes; it sees each as a pandas Series, a batch
            of rows at a time, and returns as many values. Arguments with a default keep it; those by keyword only are
            columns as well; a NumPy function of one input takes the column it is assigned to. Integers with missing
            values come as floating numbers with NaN, as pandas has them. The type of the result is what
            ``StringType.ret(f)`` says, or the function's annotation (``-> float``, ``-> list[float]``, a Spark type or
            DDL); else that of the first argument's column, unless that can't hold what the function returns for the
            first rows. Executors need pandas and pyarrow, neither handyspark nor your own modules.

        Returns
        -------
        HandyFrame
            Several new columns see those before them, as in pandas.

        Raises
        ------
        ColumnNotFoundError, InvalidTypeError
            A function names what is no column, or takes ``*args``; a value makes no column.

        Examples
        --------
        >>> dict(hdf.assign(tenfold=lambda Fare: Fare * 10).dtypes)["tenfold"]
        'double'
        """
        return made(assigned(self._plain, new), self._state)

    def apply(self, function: Callable[..., Any], *, name: str) -> HandyFrame:
        """Make one new column by a function of columns, alone: see `assign`."""
        return made(applied(self._plain, function, name), self._state)

    def safety_off(self) -> HandyFrame:
        """Return a frame whose next action goes without the safety limit.

        Good for one action of the frame or of a frame made of it, also where that action fails; the limit is back
        afterwards. Actions are those that the limit is for: `collect`, `toPandas`, ``cols[...][:]`` and their kin.
        """
        return made(self._plain, replace(self._state, release=Release()))

    def set_safety_limit(self, limit: int) -> HandyFrame:
        """Return a frame whose `collect`, `toPandas`, ``cols[...][:]`` and their kin bring at most `limit` rows.

        These are `toArrow`, `toLocalIterator` and `values` besides.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            The limit is no positive integer.
        """
        limit = whole_number(limit, "limit", "`set_safety_limit`", least=1)
        return made(self._plain, replace(self._state, safety_limit=limit))

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """Rows as a NumPy array, shape (rows, columns), up to the safety limit."""
        return self.cols[:][:].to_numpy()

    def set_response(self, column: str) -> HandyFrame:
        """Return a frame that knows which column is to be predicted.

        Raises
        ------
        ColumnNotFoundError
            There is no such column.
        """
        return made(self._plain, replace(self._state, response=self._source().schema.find(column).name))

    @property
    def response(self) -> str | None:
        """Name of the response column, set by `set_response`; None for none."""
        return self._state.response

    @property
    def is_classification(self) -> bool:
        """The response is a class: an integer, a boolean or a string. False without a response."""
        return self.response is not None and is_classification(self._source().schema.find(self.response))

    @property
    def classes(self) -> list[Any] | None:
        """Classes of the response in ascending order: one pass. None where it is no class."""
        if self.response is None or not self.is_classification:
            return None
        source = self._source()
        return classes(source, source.schema.find(self.response))

    @property
    def nclasses(self) -> int | None:
        """Number of classes of the response: one pass. None where it is no class."""
        found = self.classes
        return None if found is None else len(found)

    def explain_passes(self) -> Cost:
        """Tell what the last call on this frame cost: queries, each one pass over the data, and seconds."""
        return self._cost

    def stratify(self, by: str | Cut | Sequence[str | Cut], max_strata: int = MOST_STRATA) -> StratifiedFrame:
        """Group rows for what is asked next.

        Parameters
        ----------
        by
            Names of columns, `Bucket` and `Quantile`, mixed freely. Buckets and quantiles take one pass, now: their
            edges stay as they are. Rows that miss a value of these belong to no stratum.
        max_strata
            So many strata are allowed; what is asked of more is refused.

        Raises
        ------
        ColumnNotFoundError, InvalidTypeError, InvalidValueError
            Something in `by` is not there, or can't be grouped by; `max_strata` is no positive integer.
        """
        from handyspark.stratified import StratifiedFrame

        return StratifiedFrame(self, strata_of(self._source(), by, max_strata))

    def isnull(self, ratio: bool = False) -> pd.Series[float]:
        """Count what is missing (null or NaN) in each column, or give its share.

        One pass. The Series is named ``missing``, or ``missing(ratio)``, and indexed by column.
        """
        source = self._source()
        return missing(source, source.schema.columns, ratio=ratio)

    def outliers(self, method: str = "tukey", ratio: bool = False, **options: Any) -> pd.Series[float]:
        """Count outliers in each numerical column, or give their share.

        Parameters
        ----------
        method
            ``"tukey"``, or any that a plugin brings.
        ratio
            Give shares of the values that are not missing.
        **options
            Of the method. For ``"tukey"``, `k` is 3 here: values that are far out.

        Returns
        -------
        pandas.Series
            Indexed by column; a method that looks at several columns together gives one entry.

        Raises
        ------
        UnknownNameError
            The method is not installed.
        InvalidTypeError, InvalidValueError
            An option is not right.
        """
        return self.cols[:].outliers(method, ratio, **options)

    def transform(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> HandyFrame:
        """Spark's own: call ``func(frame, *args, **kwargs)``, which returns a frame."""
        result = func(self, *args, **kwargs)
        if not isinstance(result, dataframe_classes()):
            raise InvalidTypeError(f"The function given to `transform` must return a DataFrame; got {result!r}.")
        return self._adopt(result)

    def __repr__(self) -> str:
        columns = ", ".join(f"{name}: {data_type}" for name, data_type in self._plain.dtypes)
        return f"HandyFrame[{columns}]"

    def _repr_html_(self) -> str | None:
        """Show the first rows in a notebook; a streaming frame has none to show."""
        if self._plain.isStreaming:
            return None
        # By position: a frame can be looked at even where names repeat.
        source = made(self._plain.toDF(*map(str, range(self.ncols))), self._state)._source()
        rows = fetch(source, source.schema.columns, FIRST + 1, limit=FIRST)
        return html_table(rows.iloc[:FIRST], self._plain.dtypes, more=len(rows) > FIRST)

    def __copy__(self) -> HandyFrame:
        return made(self._plain, self._state)

    def __deepcopy__(self, memo: Any) -> HandyFrame:
        return made(self._plain, self._state)

    def __reduce__(self) -> Any:
        raise InvalidOperationError(
            "A HandyFrame can't be pickled: its data stay in Spark. Save them by `hdf.write`, or bring them by "
            "`toPandas`."
        )

    @property
    def _handy(self) -> HandyFrame:
        return self

    def _asked(self) -> Source:
        return self._source()

    def _source(self) -> Source:
        if self._plain.isStreaming:
            raise InvalidOperationError(
                "A streaming DataFrame has no end to compute over: HandySpark needs a batch one."
            )
        return Source(df=self._plain, schema=schema_of(self._plain), cost=self._cost)

    def _adopt(self, result: Any) -> Any:
        """Turn DataFrames among what a DataFrame method gave into HandyFrames with this frame's state."""
        if isinstance(result, HandyFrame):
            return result
        if isinstance(result, dataframe_classes()):
            return made(result, self._state)
        if isinstance(result, list):
            return [self._adopt(item) for item in result]
        if type(result).__name__ in ("DataFrameWriterV2", "MergeIntoWriter"):
            return with_readable_methods(result)
        if type(result).__name__ == "GroupedData":
            return HandyGroupedData(self, result)
        return result


def handy(df: Any) -> HandyFrame:
    """Make a HandyFrame of a Spark DataFrame, as ``df.toHandy()`` does.

    Parameters
    ----------
    df
        A DataFrame of a classic or a Spark Connect session.

    Raises
    ------
    InvalidTypeError
        `df` is no Spark DataFrame.
    """
    if isinstance(df, HandyFrame):
        return df
    if not isinstance(df, dataframe_classes()):
        raise InvalidTypeError(f"A Spark DataFrame is expected; got {type(df).__module__}.{type(df).__qualname__}.")
    return made(df, State())


def made(plain: Any, state: State) -> HandyFrame:
    """Make a HandyFrame of a plain DataFrame and what it carries besides."""
    base: Any = type(plain)
    made: HandyFrame = object.__new__(handy_class(HandyFrame, base))
    made.__dict__.update(plain.__dict__)
    made.__dict__.update(_plain=plain, _state=state, _cost=Cost())
    return made
