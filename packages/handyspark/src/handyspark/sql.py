"""Schemas of Spark from names and plain Python types."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pyspark.sql import types as T

from handyspark.errors import ColumnNotFoundError, InvalidTypeError

__all__ = ["generate_schema"]

_TYPES: Final[Mapping[type, T.DataType]] = {
    bool: T.BooleanType(),
    int: T.LongType(),
    float: T.DoubleType(),
    str: T.StringType(),
    bytes: T.BinaryType(),
    dt.date: T.DateType(),
    dt.datetime: T.TimestampType(),
    decimal.Decimal: T.DecimalType(38, 18),
}


def generate_schema(columns: Mapping[str, Any], nullable_columns: str | Iterable[str] = "all") -> T.StructType:
    """Make a schema of names and types.

    Parameters
    ----------
    columns
        Types by name, in the order wanted: Python's (`int` is BIGINT, `float` DOUBLE, `Decimal` DECIMAL(38, 18)),
        one of Spark's or its class, or Spark's name of a simple one (``"bigint"``).
    nullable_columns
        Names of columns that may hold null; ``"all"`` for every one.

    Raises
    ------
    InvalidTypeError
        `columns` is no dictionary of names and types.
    ColumnNotFoundError
        A nullable column is not among them.

    Examples
    --------
    >>> generate_schema({"Name": str, "Age": float}, nullable_columns=["Age"]).simpleString()
    'struct<Name:string,Age:double>'
    """
    if not isinstance(columns, Mapping) or not all(isinstance(name, str) for name in columns):
        raise InvalidTypeError(f"The `columns` of `generate_schema` must be types by name; got {columns!r}.")
    nullable = set(
        columns if isinstance(nullable_columns, str) and nullable_columns == "all" else _names(nullable_columns)
    )
    for name in sorted(nullable - set(columns)):
        raise ColumnNotFoundError.from_missing(name, list(columns))
    return T.StructType([T.StructField(name, _type(name, kind), name in nullable) for name, kind in columns.items()])


def _names(names: Any) -> list[str]:
    listed = [names] if isinstance(names, str) else list(names) if isinstance(names, Iterable) else [names]
    if not all(isinstance(name, str) for name in listed):
        raise InvalidTypeError(f"The `nullable_columns` of `generate_schema` must be names; got {names!r}.")
    return listed


def _type(name: str, kind: Any) -> T.DataType:
    if isinstance(kind, T.DataType):
        return kind
    if isinstance(kind, type):
        if kind in _TYPES:
            return _TYPES[kind]
        if issubclass(kind, T.DataType):
            try:
                return kind()
            except TypeError as error:
                raise InvalidTypeError(f"{kind.__name__}, the type of {name!r}, needs arguments: {error}.") from error
    if isinstance(kind, str) and kind in _NAMES:
        return _NAMES[kind]()
    raise InvalidTypeError(
        f"The type of {name!r} must be one of {', '.join(t.__name__ for t in _TYPES)}, a type of Spark or the name "
        f"of a simple one; got {kind!r}."
    )


_NAMES: Final[Mapping[str, type[T.DataType]]] = {
    alias: kind
    for kind in (
        *(T.BooleanType, T.ByteType, T.ShortType, T.IntegerType, T.LongType, T.FloatType, T.DoubleType),
        *(T.StringType, T.BinaryType, T.DateType, T.TimestampType, T.TimestampNTZType),
    )
    for alias in {kind().simpleString(), kind.typeName()}
}
