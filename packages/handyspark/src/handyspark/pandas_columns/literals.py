"""Values of Python that Spark and pandas take alike, as Spark writes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["literal", "plain", "understood"]


def understood(kind: str, value: Any) -> Any:
    """A value as columns of its kind are compared with: for moments, text is one."""
    return pd.Timestamp(value) if kind == "datetime" and isinstance(value, str) else value


def plain(kind: str, value: Any) -> bool:
    """Tell if a value is a usual one of a kind of column, so that Spark and pandas take it alike."""
    if kind == "integer":
        return type(value) is int and -(2**63) <= value < 2**63
    if kind == "floating":
        return (type(value) is float and value == value) or (type(value) is int and abs(value) <= 2**53)
    if kind == "datetime":
        return (
            type(value) in (dt.datetime, pd.Timestamp) and value.tzinfo is None and pd.Timestamp(value).nanosecond == 0
        )
    return (kind, type(value)) in (("string", str), ("boolean", bool))


def literal(kind: str, value: Any) -> Column:
    """Write a plain value in the type that columns of its kind are compared in (`Operand.compared`)."""
    if kind == "integer":
        return F.lit(value).cast("bigint")
    if kind == "floating":
        return F.lit(float(value))
    if kind == "datetime":
        # As text: Spark would read a moment of Python's on the clock of the session.
        return F.lit(pd.Timestamp(value).isoformat()).cast("timestamp_ntz")
    return F.lit(value)
