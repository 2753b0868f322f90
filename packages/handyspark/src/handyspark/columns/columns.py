"""All that can be asked of chosen columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyhooks import NUMERICAL
from handyspark.columns.plots import ColumnPlots
from handyspark.columns.statistics import ColumnStatistics
from handyspark.errors import InvalidOperationError, UnsupportedColumnError
from handyspark.failures import readable
from handyspark.fetching import fetch, rows_wanted
from handyspark.outliers import count_outliers, outliers_of, without_outliers
from handyspark.safety import limit_of

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

    from handyspark.frame import HandyFrame
    from handyspark.schema import ColumnRef

__all__ = ["Columns"]


@readable
class Columns(ColumnStatistics, ColumnPlots):
    """Some columns of a frame, by themselves or in strata: to fetch, sum up, draw and judge."""

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
        limit = limit_of(self._state) if rows is None else None
        fetched = fetch(self._source, self._columns, rows, limit=limit)
        return fetched.iloc[:, 0] if self._single else fetched

    def outliers(self, method: str = "tukey", ratio: bool = False, **options: Any) -> pd.Series[float] | pd.DataFrame:
        """Count outliers, or give their share: see `HandyFrame.outliers`.

        Of several chosen columns, those that are not numerical are left out; a single one is refused.
        """
        return count_outliers(self._source, self._numerical("outliers"), method, options, ratio=ratio)

    def get_outliers(self, method: str = "tukey", **params: Any) -> HandyFrame:
        """Rows that are outliers in any of these columns: see `HandyFrame.get_outliers`."""
        return self._rows(outliers_of(self._source, self._numerical("get_outliers"), method, params))

    def remove_outliers(self, method: str = "tukey", **params: Any) -> HandyFrame:
        """Rows that `get_outliers` leaves: see `HandyFrame.remove_outliers`."""
        return self._rows(without_outliers(self._source, self._numerical("remove_outliers"), method, params))

    def _numerical(self, operation: str) -> list[ColumnRef]:
        columns = [column for column in self._columns if column.kind in NUMERICAL]
        if not columns:
            listed = ", ".join(repr(column.name) for column in self._columns)
            raise UnsupportedColumnError(f"`{operation}` takes numerical columns; there is none in {listed}.")
        return columns

    def _rows(self, rows: DataFrame) -> HandyFrame:
        from handyspark.frame import made

        return made(rows, self._state)
