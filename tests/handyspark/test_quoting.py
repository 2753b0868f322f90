"""Names and values of any kind reach Spark as what they are."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from handyspark.errors import InvalidTypeError
from handyspark.planner.collecting import collect
from handyspark.quoting import identifier, literal, nested

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
AWKWARD = st.text("'\"\\`$ {}%_.-/*\n\t\0;:aé漢😀", max_size=12)

VALUES = st.one_of(
    TEXTS,
    AWKWARD,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6),
    st.dates(),
    st.datetimes(),
    st.datetimes(
        dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.sampled_from([dt.timezone.utc]) | st.timezones()
    ),
    st.binary(),
)


def back(spark: SparkSession, values: list[Any]) -> list[Any]:
    """What Spark takes literals for."""
    return list(collect(spark.sql(f"SELECT {', '.join(f'{literal(v)} AS c{i}' for i, v in enumerate(values))}"))[0])


def same(value: Any, read: Any) -> bool:
    if isinstance(value, float):
        return struct.pack("d", value) == struct.pack("d", read) or (math.isnan(value) and math.isnan(read))
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        # Not by ==: in an hour that comes twice, a datetime equals none of another zone.
        return isinstance(read, dt.datetime) and read.astimezone(dt.timezone.utc) == value.astimezone(dt.timezone.utc)
    return type(read) is type(value) and read == value


@given(values=st.lists(VALUES, min_size=30, max_size=50))
def test_any_value_comes_back_as_it_was(spark: SparkSession, values: list[Any]) -> None:
    for value, read in zip(values, back(spark, values), strict=True):
        assert same(value, bytes(read) if isinstance(read, bytearray) else read)


@pytest.mark.parametrize(
    "value",
    [
        "${env:HOME}",
        "${spark:spark.app.name}",
        "${system:user.dir}",
        'it\'s a \\ "test" `here` \\u0041 \\x',
        "--comment /* no */",
        "\ud7ff\ue000\U0010ffff",
        -0.0,
        5e-324,
        1.7976931348623157e308,
        float("inf"),
        float("-inf"),
        -(2**63),
        2**63 - 1,
        2**63,
        10**38 - 1,
        decimal.Decimal("1E+30"),
        decimal.Decimal("1E-38"),
        decimal.Decimal("-0.10"),
        dt.date(1, 1, 1),
        dt.date(9999, 12, 31),
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
    ],
    ids=repr,
)
def test_values_that_parsers_trip_over(spark: SparkSession, value: Any) -> None:
    (read,) = back(spark, [value])
    assert same(decimal.Decimal(value) if isinstance(value, int) and abs(value) >= 2**63 + (value < 0) else value, read)


def test_whole_numbers_are_bigint_and_decimals_keep_their_scale(spark: SparkSession) -> None:
    types = dict(spark.sql(f"SELECT {literal(1)} AS i, {literal(decimal.Decimal('1.50'))} AS d").dtypes)
    assert types == {"i": "bigint", "d": "decimal(3,2)"}


@pytest.mark.parametrize("escaped", ["true", "false"])
def test_strings_mean_the_same_whatever_the_parser_makes_of_escapes(
    spark: SparkSession, conf: Any, escaped: str
) -> None:
    conf("spark.sql.parser.escapedStringLiterals", escaped)
    assert back(spark, ["a\\nb'c"]) == ["a\\nb'c"]


def test_null_durations_and_arrays(spark: SparkSession) -> None:
    duration = dt.timedelta(days=-3, seconds=7, microseconds=11)
    assert back(spark, [None, duration, [1, None, 3], ("a'", "b"), np.array([0.5, 1.5])]) == [
        None,
        duration,
        [1, None, 3],
        ["a'", "b"],
        [0.5, 1.5],
    ]


def test_numpy_scalars_are_written_as_their_python_counterparts() -> None:
    assert literal(np.int64(3)) == literal(3)
    assert literal(np.float32(0.5)) == literal(0.5)
    assert literal(np.bool_(True)) == literal(True)
    assert literal(np.str_("a")) == literal("a")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="object"),  # its own text is different in every process
        {"a": 1},
        decimal.Decimal("NaN"),
        decimal.Decimal("Infinity"),
        10**38,
        decimal.Decimal("1E-39"),
        decimal.Decimal("1." + "1" * 38),
        "\ud800",
    ],
    ids=repr,
)
def test_what_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(InvalidTypeError):
        literal(value)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.text(
    "`.'\"\\ ${}():;aA漢\n", min_size=1, max_size=8
)


@given(names=st.lists(NAMES, min_size=10, max_size=40, unique_by=lambda name: name.upper().lower()))
def test_any_name_is_quoted_so_that_spark_finds_the_column(spark: SparkSession, names: list[str]) -> None:
    frame = spark.range(1).selectExpr(*(f"{i} AS c{i}" for i in range(len(names)))).toDF(*names)
    found = frame.selectExpr(*(f"{identifier(name)} + 0 AS c{i}" for i, name in enumerate(names)))
    assert list(found.collect()[0]) == list(range(len(names)))


@given(names=st.lists(NAMES, min_size=5, max_size=10, unique_by=lambda name: name.upper().lower()))
def test_any_field_is_quoted_so_that_spark_finds_it(spark: SparkSession, names: list[str]) -> None:
    inner = spark.range(1).selectExpr(*(f"{i} AS c{i}" for i in range(len(names)))).toDF(*names)
    outer = inner.select(*(inner[identifier(name)] for name in names)).toPandas().to_dict("records")
    assert outer[0] == dict(zip(names, range(len(names)), strict=True))
    fields = ", ".join(f"{literal(name)}, {i}" for i, name in enumerate(names))
    struct_frame = spark.sql(f"SELECT named_struct({fields}) AS s").toDF("a.`b")
    found = struct_frame.selectExpr(*(f"{nested(['a.`b', name])} AS c{i}" for i, name in enumerate(names)))
    assert list(found.collect()[0]) == list(range(len(names)))


@pytest.mark.parametrize("name", ["${env:HOME}", "${spark:spark.app.name}", "select", "a.b", "`", "``", " ", "1", "*"])
def test_names_that_parsers_trip_over(spark: SparkSession, name: str) -> None:
    frame = spark.range(3).toDF(name)
    assert frame.selectExpr(f"max({identifier(name)}) AS m").collect()[0][0] == 2


@given(
    whole=st.lists(st.integers(-(2**63), 2**63 - 1) | st.none(), min_size=17, max_size=40),
    real=st.lists(st.floats() | st.none(), min_size=17, max_size=40),
    finite=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), min_size=17, max_size=40),
)
def test_long_arrays_of_numbers_come_back_as_they_were(
    spark: SparkSession, whole: list[Any], real: list[Any], finite: list[Any]
) -> None:
    arrays = [[*whole, 1], [*real, 0.1], [*finite, -0.0]]
    read = back(spark, arrays)
    for values, values_read in zip(arrays, read, strict=True):
        assert all(same(one, other) for one, other in zip(values, values_read, strict=True))
    typed = spark.sql(f"SELECT typeof({literal(arrays[0])}), typeof({literal(arrays[2])})").first()
    assert tuple(typed) == ("array<bigint>", "array<double>")
