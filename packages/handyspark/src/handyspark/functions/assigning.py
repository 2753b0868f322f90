"""New columns from functions, columns and single values."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas import functions as pandas_functions

from handyspark.errors import ColumnNotFoundError, InferredTypeWarning, InvalidTypeError
from handyspark.failures.guarding import readable_call
from handyspark.failures.places import levels_to_user
from handyspark.functions.annotations import annotated_type
from handyspark.functions.carrying import carried, pickled
from handyspark.functions.inferring import holds, made_up, tried, type_of_result
from handyspark.functions.parameters import columns_named_by
from handyspark.functions.returning import Returning
from handyspark.pandas_columns.columns_of import is_column
from handyspark.schema import schema_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.schema import ColumnRef

__all__ = ["applied", "assigned"]

SAMPLE: Final = 100
"""Rows that a function is tried on, where its type must be found."""

_DTYPES: Final[dict[type[T.DataType], str]] = {
    T.ByteType: "int8",
    T.ShortType: "int16",
    T.IntegerType: "int32",
    T.LongType: "int64",
    T.FloatType: "float32",
    T.DoubleType: "float64",
}


def assigned(df: DataFrame, new: Mapping[str, Any]) -> DataFrame:
    """Add columns, or replace them, in order: each sees those before it.

    Raises
    ------
    ColumnNotFoundError, InvalidTypeError
        A function names what is no column, or a value is nothing that makes a column.
    """
    for name, value in new.items():
        df = df.withColumn(name, _column(df, name, value))
    return df


def applied(df: DataFrame, function: Any, name: str) -> DataFrame:
    """The one column that a function makes, alone."""
    if not isinstance(name, str):
        raise InvalidTypeError(f"The `name` of `apply` must be a string; got {name!r}.")
    if not callable(function) or is_column(function):
        raise InvalidTypeError(f"`apply` takes a function of columns; got {function!r}.")
    return df.select(_column(df, name, function).alias(name))


def _column(df: DataFrame, name: str, value: Any) -> Any:
    if is_column(value):
        return value
    if callable(value):
        return _computed(df, name, value)
    if pd.api.types.is_list_like(value):
        raise InvalidTypeError(
            f"Column {name!r} can't be made of a {type(value).__name__} on the driver: rows of distributed data have "
            "no position. Give a function of columns, a Column, or a single value."
        )
    try:
        return F.lit(value)
    except Exception as error:
        raise InvalidTypeError(f"Column {name!r} can't be made of {value!r}: {error}") from error


def _computed(df: DataFrame, name: str, value: Callable[..., Any]) -> Any:
    function = value.function if isinstance(value, Returning) else value
    owner = f"The function for column {name!r}"
    positional, keywords = columns_named_by(function, name, owner)
    schema = schema_of(df)
    try:
        columns = schema.find_all([*positional, *keywords])
    except ColumnNotFoundError as error:
        raise ColumnNotFoundError(f"{owner}: {error} Its arguments name columns.") from None
    payload = pickled(function, owner)
    data_type = (
        value.data_type
        if isinstance(value, Returning)
        else annotated_type(function, lambda ddl: _parsed(df, ddl), owner)
    )
    if data_type is None:
        data_type = _inferred(df, name, function, columns, len(positional), keywords)
    carrier = carried(function, payload, len(positional), keywords, name, data_type)
    make: Any = pandas_functions.pandas_udf
    return make(carrier, data_type)(*(F.expr(column.sql) for column in columns))


def _parsed(df: DataFrame, ddl: str) -> T.DataType:
    return df.sparkSession.createDataFrame([], f"parsed {ddl}").schema[0].dataType


def _inferred(
    df: DataFrame,
    name: str,
    function: Callable[..., Any],
    columns: Sequence[ColumnRef],
    positional: int,
    keywords: list[str],
) -> T.DataType:
    first = columns[0].data_type

    def result_of(series: list[Any]) -> Any:
        return tried(function, series[:positional], dict(zip(keywords, series[positional:], strict=True)))

    guesses = [made_up(column.data_type, _DTYPES.get(type(column.data_type))) for column in columns]
    if all(guess is not None for guess in guesses):
        try:
            result = result_of(guesses)
            if type_of_result(result) is not None and holds(first, result, nulls=False):
                return first
        except Exception:  # Values that were made up prove nothing: the real ones decide.
            pass
    sample = df.select(*(F.expr(column.sql).alias(f"c{at}") for at, column in enumerate(columns))).limit(SAMPLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Spark's about versions of pandas
        rows: Any = sample.toPandas()
    if rows.empty:
        return first
    with readable_call(f"Column {name!r}"):
        result = result_of([rows[column] for column in rows.columns])
    if isinstance(result, pd.DataFrame):
        raise InvalidTypeError(
            f"The function for column {name!r} returns a DataFrame, which is one column of structs: say its fields by "
            "`StructType(...).ret(function)`."
        )
    found = type_of_result(result)
    if found is None or holds(first, result, nulls=bool(rows["c0"].isna().any())):
        return first
    warnings.warn(
        f"Column {name!r} is of type {found.simpleString()}, as the function gave for the first {len(rows):,} rows: "
        f"{first.simpleString()}, the type of {columns[0].name!r}, can't hold that. Say the type by "
        f"`{type(found).__name__}.ret(function)` or by an annotation to spare the look at these rows.",
        InferredTypeWarning,
        stacklevel=levels_to_user(),
    )
    return found
