"""From values of Spark to pandas, by Spark's type: the same dtype whatever rows are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from pyspark.sql import types as T

__all__ = ["series_of"]

_NUMBERS: Final[dict[type[T.DataType], str]] = {
    T.ByteType: "int8",
    T.ShortType: "int16",
    T.IntegerType: "int32",
    T.LongType: "int64",
    T.FloatType: "float32",
    T.DoubleType: "float64",
}


def series_of(
    values: Sequence[Any], data_type: T.DataType, *, name: str | None = None, index: pd.Index | None = None
) -> pd.Series[Any]:
    """Make a Series of collected values.

    Parameters
    ----------
    values
        What collecting gave: None for null.
    data_type
        Spark's type of them.
    name, index
        Of the Series.

    Returns
    -------
    pandas.Series
        Integers as the dtype of their width, as ``Int64`` where one is missing; floating numbers likewise with NaN;
        timestamps as ``datetime64[us]`` in the session's time zone; booleans as ``bool``, as objects where one is
        missing; anything else as pandas makes it, NaN for null.
    """
    dtype = _NUMBERS.get(type(data_type))
    if isinstance(data_type, T.IntegralType):
        missing = any(value is None for value in values)
        return pd.Series(list(values), dtype="Int64" if missing else dtype, name=name, index=index)
    if dtype is not None:
        numbers = [np.nan if value is None else value for value in values]
        return pd.Series(numbers, dtype=dtype, name=name, index=index)
    if isinstance(data_type, (T.TimestampType, T.TimestampNTZType)):
        moments = np.array([_naive(value) for value in values], dtype="datetime64[us]")
        return pd.Series(moments, name=name, index=index)
    objects = [np.nan if value is None else value for value in values]
    if isinstance(data_type, (T.StringType, T.CharType, T.VarcharType)):
        return pd.Series(objects, dtype=pd.Series([""]).dtype, name=name, index=index)
    if isinstance(data_type, T.BooleanType) and np.nan not in objects:
        return pd.Series(objects, dtype=bool, name=name, index=index)
    return pd.Series(objects, dtype=object, name=name, index=index)


def _naive(value: dt.datetime | None) -> Any:
    return np.datetime64("NaT") if value is None else np.datetime64(value.replace(tzinfo=None), "us")
