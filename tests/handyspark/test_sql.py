"""Schemas from names and types."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pytest
from pyspark.sql import types as T

from handyspark.errors import ColumnNotFoundError, InvalidTypeError
from handyspark.sql import generate_schema


def test_schema_keeps_order_types_and_which_columns_may_hold_null():
    columns = {"z": int, "a b": float, "b": str, "c": bool, "d": dt.date, "t": dt.datetime, "x": bytes}
    given = {**columns, "e": T.ArrayType(T.IntegerType()), "f": T.ShortType, "g": "bigint", "n": decimal.Decimal}
    schema = generate_schema(given, nullable_columns=["b", "g"])
    assert schema.names == list(given)
    assert [field.dataType.simpleString() for field in schema] == [
        *("bigint", "double", "string", "boolean", "date", "timestamp", "binary"),
        *("array<int>", "smallint", "bigint", "decimal(38,18)"),
    ]
    assert [field.name for field in schema if field.nullable] == ["b", "g"]
    assert all(field.nullable for field in generate_schema(columns))
    assert generate_schema({"all": int, "b": str}, nullable_columns=["all"])["b"].nullable is False
    assert generate_schema({}) == T.StructType([])


def test_what_is_no_schema_is_refused_in_words():
    for error, match, arguments in (
        (InvalidTypeError, "types by name", (["a"],)),
        (InvalidTypeError, "The type of 'a' must be one of bool", ({"a": np.ndarray},)),
        (InvalidTypeError, "got 'whatever'", ({"a": "whatever"},)),
        (InvalidTypeError, "needs arguments", ({"a": T.ArrayType},)),
        (InvalidTypeError, "must be names", ({"a": int}, 3)),
        (ColumnNotFoundError, "no column 'b'", ({"a": int}, ["b"])),
    ):
        with pytest.raises(error, match=match):
            generate_schema(*arguments)
