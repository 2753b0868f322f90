"""Choosing the column that is to be used as pandas would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from handyspark.errors import InvalidTypeError
from handyspark.pandas_columns.column import PandasColumn
from handyspark.pandas_columns.columns_of import is_column, type_of
from handyspark.pandas_columns.operands import operand

if TYPE_CHECKING:
    from handyspark.planner import Source

__all__ = ["PandasAccessor"]


class PandasAccessor:
    """What ``hdf.pandas`` is: ``hdf.pandas["Name"]``, or ``hdf.pandas[column]`` for a Spark column."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __getitem__(self, key: Any) -> PandasColumn:
        """Choose one column, by its name or as a Spark column (what another method gave, say).

        Raises
        ------
        ColumnNotFoundError
            There is no such column.
        InvalidTypeError
            The key is neither.
        """
        df = self._source.df
        if is_column(key):
            return PandasColumn(operand("the given column", key, type_of(df, key)), df)
        if not isinstance(key, str):
            raise InvalidTypeError(f"`hdf.pandas[...]` takes the name of one column, or a Spark column; got {key!r}.")
        found = self._source.schema.find(key)
        return PandasColumn(operand(found.name, F.expr(found.sql), found.data_type), df)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._source.schema.names)
