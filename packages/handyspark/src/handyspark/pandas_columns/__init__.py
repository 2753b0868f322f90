"""Columns as pandas: ``hdf.pandas["c"]``, with ``.str`` and ``.dt``, whose methods give Spark columns."""

from __future__ import annotations

from handyspark.pandas_columns.accessor import PandasAccessor
from handyspark.pandas_columns.column import PandasColumn

__all__ = ["PandasAccessor", "PandasColumn"]
