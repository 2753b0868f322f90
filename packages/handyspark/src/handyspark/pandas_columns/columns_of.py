"""Spark's columns: what is one, and of which type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql import types as T

__all__ = ["is_column", "type_of"]


def is_column(value: Any) -> bool:
    """Tell if something is a column, of a classic session or of Spark Connect."""
    return any(base.__module__.startswith("pyspark.sql") and base.__name__ == "Column" for base in type(value).__mro__)


def type_of(df: DataFrame, column: Any) -> T.DataType:
    """Spark's type of a column of a frame: the plan is looked at, no row is."""
    return df.select(column).schema[0].dataType
