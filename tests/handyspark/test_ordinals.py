"""Finding a stratum's number by its key."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from handyspark.ordinals import ordinal_sql

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(dt.date(1600, 1, 1), dt.date(2400, 1, 1)),
    "double": st.floats(allow_nan=False).map(lambda value: value + 0.0),
    "decimal(10,2)": st.decimals(-9999, 9999, places=2),
}


def found(spark: SparkSession, types: list[str], keys: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> list[Any]:
    schema = ", ".join(f"k{position} {data_type}" for position, data_type in enumerate(types))
    frame = spark.createDataFrame(rows, schema)
    return [row[0] for row in frame.selectExpr(ordinal_sql(types, keys)).collect()]


@given(
    st.fixed_dictionaries({t: st.lists(values, unique=True, min_size=2, max_size=60) for t, values in VALUES.items()})
)
def test_each_key_has_its_own_number_whatever_its_type(spark: SparkSession, values: dict[str, list[Any]]) -> None:
    longest = max(map(len, values.values()))
    padded = [[*of_type, *[None] * (longest - len(of_type))] for of_type in values.values()]
    schema = ", ".join(f"k{position} {data_type}" for position, data_type in enumerate(values))
    frame = spark.createDataFrame(list(zip(*padded, strict=True)), schema)
    ordinals = [
        ordinal_sql([data_type], [(value,) for value in of_type[:-1]], lambda _, at=position: f"k{at}")
        for position, (data_type, of_type) in enumerate(values.items())
    ]
    found_by_type = zip(*frame.selectExpr(*ordinals).collect(), strict=True)
    for of_type, found_of_type in zip(values.values(), found_by_type, strict=True):
        expected = [*range(len(of_type) - 1), *[None] * (longest - len(of_type) + 1)]
        assert list(found_of_type) == expected


@given(st.data(), st.sampled_from([1, 3, 25]), st.sampled_from([1, 2, 25]))
def test_combinations_of_parts_are_told_apart(spark: SparkSession, data: st.DataObject, names: int, days: int) -> None:
    every = [(f"name {i}", dt.date(2020, 1, 1) + dt.timedelta(days=j)) for i in range(names) for j in range(days)]
    keys = data.draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    expected = [keys.index(pair) if pair in keys else None for pair in every]
    assert found(spark, ["string", "date"], keys, every) == expected


def test_a_key_that_misses_a_part_is_none_of_them(spark: SparkSession) -> None:
    keys = [("a", 1), ("a", 2), ("b", 1)]
    rows = [("a", None), (None, 1), (None, None), ("b", 2), ("b", 1)]
    assert found(spark, ["string", "int"], keys, rows) == [None, None, None, None, 2]


def test_without_strata_there_is_no_number(spark: SparkSession) -> None:
    assert found(spark, ["int"], [], [(1,), (None,)]) == [None, None]


def test_sparse_combinations_are_told_apart(spark: SparkSession) -> None:
    keys = [(f"key {i}", decimal.Decimal(i) / 100) for i in range(50)]
    rows = [*keys, ("key 1", decimal.Decimal("0.02"))]
    assert found(spark, ["string", "decimal(10,2)"], keys, rows) == [*range(50), None]


def test_looking_up_text_does_not_depend_on_how_literals_are_escaped(
    spark: SparkSession, conf: Callable[[str, str], None]
) -> None:
    conf("spark.sql.parser.escapedStringLiterals", "true")
    keys = [("it's",), ('a "quote"',), ("back\\slash",), ("line\nbreak",)]
    assert found(spark, ["string"], keys, keys) == [0, 1, 2, 3]
