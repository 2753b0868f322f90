"""HandyFrame: a Spark DataFrame of either kind of session, with more methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handyspark.bringing import Bringing
from handyspark.cleaning import Cleaning
from handyspark.display import FIRST, html_table
from handyspark.errors import InvalidOperationError, InvalidTypeError
from handyspark.failures import readable
from handyspark.failures.guarding import with_readable_methods
from handyspark.fetching import fetch
from handyspark.functions import applied, assigned
from handyspark.missing import missing
from handyspark.planner import Cost, Source
from handyspark.planner.cost import count_query, measured
from handyspark.response import Responding
from handyspark.schema import schema_of
from handyspark.stages import number_of_stages
from handyspark.state import State
from handyspark.strata import MOST_STRATA
from handyspark.stratifying import strata_of
from handyspark.vectors import Vectors
from handyspark.wrapping import HandyGroupedData, dataframe_classes, handy_class

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame as _Base
    from pyspark.sql import DataFrameWriter
    from pyspark.sql.streaming.readwriter import DataStreamWriter

    from handyspark.columns import ColumnsAccessor
    from handyspark.pandas_columns import PandasAccessor
    from handyspark.strata import Cut
    from handyspark.stratified import StratifiedFrame
else:
    _Base = object

__all__ = ["HandyFrame", "handy", "made"]


@readable
class HandyFrame(Cleaning, Bringing, Responding, Vectors, _Base):
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

    @property
    def plot(self) -> Any:
        """Spark's own plots, from PySpark 4.0 on; those of this package are ``cols[...].hist()`` and their kin."""
        return self._plain.plot

    @property
    def write(self) -> DataFrameWriter:
        """Spark's own writer."""
        return with_readable_methods(self._plain.write)

    @property
    def writeStream(self) -> DataStreamWriter:
        """Spark's own writer of streams."""
        return with_readable_methods(self._plain.writeStream)

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

    def _with(self, **changes: Any) -> HandyFrame:
        return made(self._plain, replace(self._state, **changes))

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
