"""Columns are found as Spark would find them."""

from __future__ import annotations

import pytest
from pyspark.sql import types as T

from handyspark.errors import ColumnNotFoundError, InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.schema import Schema, kind_of, require_kinds

STRUCT = T.StructType(
    [
        T.StructField("Age", T.DoubleType()),
        T.StructField("a.b", T.IntegerType()),
        T.StructField(
            "a",
            T.StructType(
                [
                    T.StructField("b", T.StringType()),
                    T.StructField("c.d", T.LongType()),
                    T.StructField("e", T.StructType([T.StructField("f", T.DateType())])),
                ]
            ),
        ),
        T.StructField("twice", T.IntegerType()),
        T.StructField("Twice", T.IntegerType()),
    ]
)


def test_names_do_not_depend_on_case_unless_spark_says_so() -> None:
    assert Schema(STRUCT).find("age").name == "Age"
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'Age'"):
        Schema(STRUCT, case_sensitive=True).find("age")
    assert Schema(STRUCT, case_sensitive=True).find("Twice").path == ("Twice",)


def test_a_name_that_several_columns_bear_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="2 columns are called 'twice' when case does not count"):
        Schema(STRUCT).find("twice")
    same = T.StructType([T.StructField("id", T.LongType()), T.StructField("id", T.LongType())])
    with pytest.raises(InvalidValueError, match="2 columns are called 'id';"):
        Schema(same, case_sensitive=True).find("id")


def test_a_column_with_a_dot_comes_before_a_field() -> None:
    assert Schema(STRUCT).find("a.b").data_type == T.IntegerType()
    assert Schema(STRUCT).find("a.b").sql == "`a.b`"


def test_fields_are_found_at_any_depth_and_with_dots_in_their_names() -> None:
    assert Schema(STRUCT).find("a.c.d").path == ("a", "c.d")
    found = Schema(STRUCT).find("A.E.f")
    assert (found.name, found.path, found.kind, found.sql) == ("A.E.f", ("a", "e", "f"), "date", "`a`.`e`.`f`")


@pytest.mark.parametrize("name", ["a.x", "a.", ".a", "Age.b", "a.b.c", "", "a.e.f.g"])
def test_what_is_not_there_is_said_with_what_is(name: str) -> None:
    with pytest.raises(ColumnNotFoundError, match=r"'Age', 'a\.b', 'a'") as raised:
        Schema(STRUCT).find(name)
    assert isinstance(raised.value, KeyError)
    assert repr(name) in str(raised.value)


def test_a_name_is_a_string() -> None:
    with pytest.raises(InvalidTypeError, match="got 3"):
        Schema(STRUCT).find(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [
        (T.ByteType(), "integer"),
        (T.LongType(), "integer"),
        (T.FloatType(), "floating"),
        (T.DecimalType(10, 2), "decimal"),
        (T.BooleanType(), "boolean"),
        (T.VarcharType(3), "string"),
        (T.DateType(), "date"),
        (T.TimestampType(), "timestamp"),
        (T.TimestampNTZType(), "timestamp"),
        (T.BinaryType(), "other"),
        (T.ArrayType(T.IntegerType()), "other"),
        (T.DayTimeIntervalType(), "other"),
        (T.NullType(), "other"),
    ],
    ids=str,
)
def test_kinds_of_types(data_type: T.DataType, kind: str) -> None:
    assert kind_of(data_type) == kind


def test_kinds_that_an_operation_can_not_take_are_named_with_their_columns() -> None:
    schema = Schema(STRUCT)
    with pytest.raises(UnsupportedColumnError, match=r"`hist` takes .*integer.*not 'a' \(struct<"):
        require_kinds(schema.find_all(["Age", "a"]), ["integer", "floating"], owner="`hist`")
    require_kinds(schema.find_all("Age"), ["floating"], owner="`hist`")
