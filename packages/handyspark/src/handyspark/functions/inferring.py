"""Type of what a function returns, where nobody said it: that of its first column, if that can hold the result."""

from __future__ import annotations

import datetime as dt
import decimal
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from pyspark.sql import types as T

__all__ = ["holds", "made_up", "tried", "type_of_result"]

_MADE_UP: Final[tuple[tuple[type[T.DataType] | tuple[type[T.DataType], ...], list[Any]], ...]] = (
    (T.IntegralType, [1, 2]),
    ((T.FloatType, T.DoubleType), [1.5, 2.5]),
    (T.BooleanType, [True, False]),
    (T.StringType, ["a", "b"]),
    (T.DateType, [dt.date(2001, 2, 3), dt.date(2004, 5, 6)]),
)

_BY_VALUE: Final[tuple[tuple[type | tuple[type, ...], T.DataType], ...]] = (
    ((bool, np.bool_), T.BooleanType()),
    ((int, np.integer), T.LongType()),
    ((float, np.floating), T.DoubleType()),
    (str, T.StringType()),
    ((bytes, bytearray), T.BinaryType()),
    ((dt.datetime, np.datetime64), T.TimestampType()),
    (dt.date, T.DateType()),
    (decimal.Decimal, T.DecimalType(38, 18)),
)


def made_up(data_type: T.DataType, dtype: str | None) -> pd.Series[Any] | None:
    """Two values of a type, to try a function on without asking Spark; None for types that have none."""
    for types, values in _MADE_UP:
        if isinstance(data_type, types):
            return pd.Series(values, dtype=dtype)
    return None


def type_of_result(result: Any) -> T.DataType | None:
    """Spark's type of what a function returned; None where it does not tell, as where everything is missing."""
    values = pd.Series(result)
    if pd.api.types.is_bool_dtype(values.dtype):
        return T.BooleanType()
    if pd.api.types.is_integer_dtype(values.dtype):
        return T.LongType()
    if pd.api.types.is_float_dtype(values.dtype):
        return T.DoubleType()
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return T.TimestampType()
    for value in values:
        if isinstance(value, (list, tuple, np.ndarray)):
            inner = type_of_result(pd.Series(list(value), dtype=None if len(value) else "object"))
            if inner is not None:
                return T.ArrayType(inner)
            continue
        if pd.isna(value):
            continue
        return next((data_type for types, data_type in _BY_VALUE if isinstance(value, types)), None)
    return None


def holds(data_type: T.DataType, result: Any, *, nulls: bool) -> bool:
    """Tell if a type can hold what a function returned.

    Parameters
    ----------
    data_type
        The type of the function's first column.
    result
        What the function returned.
    nulls
        The first column misses values, so that its integers came as floating numbers.
    """
    found = type_of_result(result)
    if found is None:
        return True
    if isinstance(data_type, T.IntegralType):
        if nulls and isinstance(found, T.DoubleType):
            numbers = pd.Series(result).dropna()
            return bool((numbers == np.floor(numbers)).all())
        return isinstance(found, T.IntegralType)
    if isinstance(data_type, (T.FloatType, T.DoubleType)):
        return isinstance(found, (T.IntegralType, T.DoubleType))
    if isinstance(data_type, (T.TimestampType, T.TimestampNTZType)):
        return isinstance(found, T.TimestampType)
    if isinstance(data_type, T.ArrayType):
        return isinstance(found, T.ArrayType) and type(found.elementType) is type(data_type.elementType)
    return type(found) is type(data_type) or isinstance(data_type, (T.CharType, T.VarcharType, T.MapType, T.StructType))


def tried(function: Callable[..., Any], args: list[pd.Series[Any]], kwargs: dict[str, pd.Series[Any]]) -> Any:
    """What a function gives for a few rows, quietly."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)
