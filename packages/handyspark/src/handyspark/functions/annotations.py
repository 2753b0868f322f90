"""Spark types of what functions are annotated to return."""

from __future__ import annotations

import datetime as dt
import decimal
import types
import typing
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from pyspark.sql import types as T

from handyspark.errors import InvalidTypeError

__all__ = ["annotated_type"]

_BY_TYPE: Final[dict[Any, T.DataType]] = {
    bool: T.BooleanType(),
    int: T.LongType(),
    float: T.DoubleType(),
    str: T.StringType(),
    bytes: T.BinaryType(),
    dt.date: T.DateType(),
    dt.datetime: T.TimestampType(),
    dt.timedelta: T.DayTimeIntervalType(),
    decimal.Decimal: T.DecimalType(38, 18),
    np.bool_: T.BooleanType(),
    np.int8: T.ByteType(),
    np.int16: T.ShortType(),
    np.int32: T.IntegerType(),
    np.int64: T.LongType(),
    np.float32: T.FloatType(),
    np.float64: T.DoubleType(),
}


def annotated_type(function: Callable[..., Any], parse: Callable[[str], T.DataType], owner: str) -> T.DataType | None:
    """Spark's type of what a function says it returns; None where it says nothing, or just that it is a Series.

    Parameters
    ----------
    function
        With or without an annotation, which may be a string.
    parse
        Makes a type of DDL.
    owner
        What to call the function in errors.

    Raises
    ------
    InvalidTypeError
        The annotation is no type that Spark has.
    """
    annotation = getattr(function, "__annotations__", {}).get("return")
    if annotation is None:
        return None
    if isinstance(annotation, str):
        written = annotation
        try:
            annotation = eval(written, dict(getattr(function, "__globals__", {})))
        except Exception:
            annotation = written
        if isinstance(annotation, str):
            if annotation.split("[")[0].split(".")[-1] in ("Series", "DataFrame", "Any"):
                return None
            try:
                return parse(annotation)
            except Exception as error:
                raise InvalidTypeError(
                    f"{owner} is annotated with {written!r}, which is no type that Spark has."
                ) from error
    return _type_of(annotation, owner)


def _type_of(annotation: Any, owner: str) -> T.DataType | None:
    if isinstance(annotation, T.DataType):
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, T.DataType):
        return annotation()
    if annotation in _BY_TYPE:
        return _BY_TYPE[annotation]
    origin, parameters = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        kept = [parameter for parameter in parameters if parameter is not type(None)]
        if len(kept) == 1:
            return _type_of(kept[0], owner)
    inner = [_type_of(parameter, owner) for parameter in parameters if parameter is not ...]
    if origin is list and len(inner) == 1 and inner[0] is not None:
        return T.ArrayType(inner[0])
    if origin is dict and len(inner) == 2 and inner[0] is not None and inner[1] is not None:
        return T.MapType(inner[0], inner[1])
    named = getattr(origin or annotation, "__name__", "")
    if named in ("Series", "DataFrame", "Any", "ndarray"):
        return None
    raise InvalidTypeError(
        f"{owner} is annotated with {annotation!r}: Spark has no type for it. Say one such as `float`, `list[float]`, "
        "or a type of `pyspark.sql.types`."
    )
