"""Columns: choosing them, and what can be asked of a choice."""

from __future__ import annotations

from handyspark.columns.accessor import ColumnsAccessor
from handyspark.columns.columns import Columns

__all__ = ["Columns", "ColumnsAccessor"]
