"""A frame whose rows are grouped by strata."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from handyspark.arguments import whole_number
from handyspark.cleaning import Cleaning
from handyspark.columns import ColumnsAccessor
from handyspark.errors import ColumnNotFoundError, InvalidOperationError, InvalidTypeError
from handyspark.failures import readable
from handyspark.missing import missing
from handyspark.planner import Job, ask
from handyspark.planner.cost import count_query, measured
from handyspark.stratified_rows import first_rows, in_strata, without_duplicates

if TYPE_CHECKING:
    from pyspark.sql import Row

    from handyspark.frame import HandyFrame
    from handyspark.planner import Cost, Source
    from handyspark.strata import Strata

__all__ = ["StratifiedFrame"]

ROW_BY_ROW: Final = frozenset(
    {
        "alias",
        "assign",
        "cache",
        "colRegex",
        "disassemble",
        "drop",
        "dropna",
        "fillna",
        "filter",
        "hint",
        "persist",
        "replace",
        "safety_off",
        "select",
        "selectExpr",
        "set_safety_limit",
        "to",
        "unpersist",
        "where",
        "withColumn",
        "withColumnRenamed",
        "withColumns",
        "withColumnsRenamed",
        "withMetadata",
        "withWatermark",
    }
)
"""Methods of a DataFrame that look at one row at a time: strata are none of their business."""


@readable
class StratifiedFrame(Cleaning):
    """What ``hdf.stratify(...)`` gives: the same questions, answered for each stratum.

    Methods of a DataFrame that look at one row at a time (`filter`, `withColumn`, `select`, ...) act as ever, and what
    they give is stratified still. `take`, `head`, `limit`, `sample`, `dropDuplicates` and `count` act within each
    stratum. Rows that miss what they are stratified by belong to no stratum.
    """

    def __init__(self, frame: HandyFrame, strata: Strata) -> None:
        self._frame = frame
        self._strata = strata

    @property
    def _source(self) -> Source:
        return replace(self._frame._source(), strata=self._strata)

    @property
    def _handy(self) -> HandyFrame:
        return self._frame

    def _asked(self) -> Source:
        return self._source

    @property
    def cols(self) -> ColumnsAccessor:
        """Columns by name, position or kind, as in `HandyFrame.cols`."""
        return ColumnsAccessor(self._source, self._frame._state)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._frame.columns)

    def isnull(self, ratio: bool = False) -> pd.DataFrame:
        """Count what is missing in each stratum (rows) and column (columns), or give its share."""
        return missing(self._source, self._source.schema.columns, ratio=ratio)

    def outliers(self, method: str = "tukey", ratio: bool = False, **options: Any) -> pd.DataFrame:
        """Count outliers in each stratum (rows) and numerical column (columns): see `HandyFrame.outliers`."""
        return self.cols[:].outliers(method, ratio, **options)

    def count(self) -> pd.Series[int]:
        """Count the rows of each stratum: a Series named ``count``, indexed by stratum."""
        source = self._source
        report = ask(source, [Job(owner="`count`", columns=(), stages=({"rows": "count(1)"},))])
        counts = [answers["rows"] for answers in report.answers[0]]
        return pd.Series(counts, index=self._strata.index(report.keys), name="count", dtype="int64")

    def limit(self, num: int) -> HandyFrame:
        """First `num` rows of each stratum, as one frame in strata order."""
        return self._frame._adopt(first_rows(self._source, self._strata, _rows(num, "limit")))

    def take(self, num: int) -> list[Row]:
        """First `num` rows of each stratum, as one list in strata order."""
        with measured(self._frame._cost):
            count_query()
            return first_rows(self._source, self._strata, _rows(num, "take")).collect()

    def head(self, n: int = 1) -> list[Row]:
        """First `n` rows of each stratum, as one list in strata order."""
        return self.take(n)

    def sample(self, *args: Any, **kwargs: Any) -> HandyFrame:
        """Sample each stratum: arguments as in Spark's ``DataFrame.sample``."""
        rows = in_strata(self._source, self._strata)
        return self._frame._adopt(rows.sample(*args, **kwargs))

    def dropDuplicates(self, subset: Sequence[str] | None = None) -> HandyFrame:
        """Keep one row of each stratum for each combination of values in `subset` (all columns for None)."""
        if isinstance(subset, str):
            raise InvalidTypeError(f"The `subset` of `dropDuplicates` must be a list of columns; got {subset!r}.")
        source = self._source
        for name in subset or ():
            source.schema.find(name)
        return self._frame._adopt(without_duplicates(source, self._strata, subset))

    def drop_duplicates(self, subset: Sequence[str] | None = None) -> HandyFrame:
        """Keep one row of each stratum, as `dropDuplicates`."""
        return self.dropDuplicates(subset)

    def explain_passes(self) -> Cost:
        """Tell what the last call cost: queries, each one pass over the data, and seconds."""
        return self._frame.explain_passes()

    def toHandy(self) -> HandyFrame:
        """Return the frame without its strata."""
        return self._frame

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(type(self._frame), name):
            raise AttributeError(f"A stratified frame has no attribute {name!r}.")
        if name not in ROW_BY_ROW:
            raise InvalidOperationError(
                f"`{name}` does not know strata. Call it before `stratify`, or on `.toHandy()`, the frame without them."
            )
        return self._row_by_row(getattr(self._frame, name))

    def _row_by_row(self, method: Callable[..., Any]) -> Callable[..., StratifiedFrame]:
        @functools.wraps(method)
        def call(*args: Any, **kwargs: Any) -> StratifiedFrame:
            made = StratifiedFrame(method(*args, **kwargs), self._strata)
            made._check_keys(method.__name__)
            return made

        return call

    def _check_keys(self, method: str) -> None:
        names = [key.column.name for key in self._strata.keys]
        try:
            self._source.schema.find_all(names)
        except ColumnNotFoundError as error:
            by = ", ".join(map(repr, names))
            raise InvalidOperationError(
                f"`{method}` leaves out a column that the frame is stratified by ({by}). {error}"
            ) from None

    def __repr__(self) -> str:
        return f"StratifiedFrame[{', '.join(key.name for key in self._strata.keys)}] of {self._frame!r}"


def _rows(number: Any, method: str) -> int:
    return whole_number(number, "num", f"`{method}`", least=0)
