"""The one place where handyspark changes what is not its own: DataFrames gain ``toHandy``, types gain ``ret``."""

from __future__ import annotations

from pyspark.sql.types import DataType

from handyspark.frame import HandyFrame, handy
from handyspark.functions import ret
from handyspark.wrapping import dataframe_classes

__all__ = ["add_ret", "add_to_handy"]


def add_to_handy() -> None:
    """Give every class of Spark DataFrames the method ``toHandy()``."""
    for base in dataframe_classes():
        base.toHandy = _to_handy  # type: ignore[attr-defined]


def add_ret() -> None:
    """Give Spark's types, classes and instances, the method ``ret(function)``."""
    DataType.ret = ret()  # type: ignore[attr-defined]


def _to_handy(self: object) -> HandyFrame:
    """Make a HandyFrame of this DataFrame."""
    return handy(self)
