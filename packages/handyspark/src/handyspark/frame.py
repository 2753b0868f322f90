"""HandyFrame: a Spark DataFrame of either kind of session, with more methods."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError
from handyspark.missing import missing
from handyspark.planner import Source
from handyspark.schema import Schema
from handyspark.state import State
from handyspark.stratifying import strata_of

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame as _Base

    from handyspark.columns import ColumnsAccessor
    from handyspark.strata import Cut
    from handyspark.stratified import StratifiedFrame
else:
    _Base = object

__all__ = ["HandyFrame", "dataframe_classes", "handy"]


class HandyFrame(_Base):
    """A Spark DataFrame with pandas-like columns, statistics, plots and cleaning.

    It is a DataFrame in every respect (``isinstance`` holds), and those of its methods that return DataFrames return
    HandyFrames.
    Made by `handy` or by ``df.toHandy()``, never by calling the class.
    """

    _plain: _Base
    _state: State

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
    def nrows(self) -> int:
        """Number of rows: one pass over the data."""
        return self._plain.count()

    @property
    def ncols(self) -> int:
        """Number of columns."""
        return len(self._plain.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and number of columns: one pass over the data."""
        return self.nrows, self.ncols

    def set_safety_limit(self, limit: int) -> HandyFrame:
        """Return a frame whose ``cols[...][:]`` brings at most `limit` rows.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            The limit is no positive integer.
        """
        if isinstance(limit, bool) or not isinstance(limit, int):
            raise InvalidTypeError(f"The safety limit must be an integer; got {limit!r}.")
        if limit < 1:
            raise InvalidValueError(f"The safety limit must be at least 1; got {limit}.")
        return _made(self._plain, State(safety_limit=limit))

    def stratify(self, by: str | Cut | Sequence[str | Cut]) -> StratifiedFrame:
        """Group rows for what is asked next.

        Parameters
        ----------
        by
            Names of columns, `Bucket` and `Quantile`, mixed freely. Buckets and quantiles take one pass, now: their
            edges stay as they are. Rows that miss a value of these belong to no stratum.

        Raises
        ------
        ColumnNotFoundError, InvalidTypeError, InvalidValueError
            Something in `by` is not there, or can't be grouped by.
        """
        from handyspark.stratified import StratifiedFrame

        source = self._source()
        return StratifiedFrame(Source(df=source.df, schema=source.schema, strata=strata_of(source, by)), self._state)

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

    def __copy__(self) -> HandyFrame:
        return _made(self._plain, self._state)

    def __reduce__(self) -> Any:
        raise InvalidOperationError(
            "A HandyFrame can't be pickled: its data stay in Spark. Save them by `hdf.write`, or bring them by "
            "`toPandas`."
        )

    def _source(self) -> Source:
        if self._plain.isStreaming:
            raise InvalidOperationError(
                "A streaming DataFrame has no end to compute over: HandySpark needs a batch one."
            )
        case_sensitive = self._plain.sparkSession.conf.get("spark.sql.caseSensitive") == "true"
        return Source(df=self._plain, schema=Schema(self._plain.schema, case_sensitive=case_sensitive))

    def _adopt(self, result: Any) -> Any:
        """Turn DataFrames among what a DataFrame method gave into HandyFrames with this frame's state."""
        if isinstance(result, HandyFrame):
            return result
        if isinstance(result, dataframe_classes()):
            return _made(result, self._state)
        if isinstance(result, list):
            return [self._adopt(item) for item in result]
        if type(result).__name__ == "GroupedData":
            return _HandyGroupedData(self, result)
        return result


class _HandyGroupedData:
    """What ``groupBy`` and its kin give: Spark's own, whose results are HandyFrames."""

    def __init__(self, frame: HandyFrame, grouped: Any) -> None:
        self._frame = frame
        self._grouped = grouped

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._grouped, name)
        if not callable(value):
            return value

        @functools.wraps(value)
        def call(*args: Any, **kwargs: Any) -> Any:
            result = value(*args, **kwargs)
            if type(result).__name__ == "GroupedData":
                return _HandyGroupedData(self._frame, result)
            return self._frame._adopt(result)

        return call

    def __repr__(self) -> str:
        return repr(self._grouped)


@functools.cache
def dataframe_classes() -> tuple[type, ...]:
    """Spark's DataFrame classes: on 3.5 that of Connect is not a subclass of the other."""
    from pyspark.sql import DataFrame

    try:
        from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
    except ImportError:
        return (DataFrame,)
    return (DataFrame, ConnectDataFrame)


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
    return _made(df, State())


def _made(plain: Any, state: State) -> HandyFrame:
    base: Any = type(plain)
    made: HandyFrame = object.__new__(_handy_class(base))
    made.__dict__.update(plain.__dict__)
    made.__dict__.update(_plain=plain, _state=state)
    return made


@functools.cache
def _handy_class(base: Any) -> type[HandyFrame]:
    """Subclass of one of Spark's DataFrame classes whose methods give HandyFrames."""
    methods = {
        name: _adopting(name, method)
        for name in dir(base)
        if (not name.startswith("_") or name == "__getitem__")
        and not hasattr(HandyFrame, name)
        and callable(method := getattr(base, name))
    }
    return type("HandyFrame", (HandyFrame, base), {**methods, "__module__": __name__, "__doc__": HandyFrame.__doc__})


def _adopting(name: str, method: Any) -> Any:
    @functools.wraps(method)
    def adopting(self: HandyFrame, *args: Any, **kwargs: Any) -> Any:
        return self._adopt(getattr(self._plain, name)(*args, **kwargs))

    return adopting
