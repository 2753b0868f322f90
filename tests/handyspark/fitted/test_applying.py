"""Applying what was fitted: which cells change, what is refused, and what the plan costs."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark.errors import ColumnNotFoundError, InvalidValueError, UnsupportedColumnError
from handyspark.fitted import Fence, Fill, Origin, Step, apply, to_sql
from handyspark.schema import Schema
from handyspark.strata import PlainKey, Strata


def step_for(struct: T.StructType, *rules: dict[str, Any], by: str | None = None, keys: Any = ((),)) -> Step:
    """A step that was fitted on a frame of that schema: each rule a column and its values."""
    schema = Schema(struct)
    made: list[Fill | Fence] = []
    for rule in rules:
        column = schema.find(rule["column"])
        common = {"column": column, "data_type": rule.get("data_type", column.data_type), "origin": Origin()}
        if "fences" in rule:
            lower, upper = zip(*rule["fences"], strict=True)
            made.append(Fence(**common, values={"lower": lower, "upper": upper}))
        else:
            made.append(Fill(**common, values={"value": tuple(rule["fill"])}, indicator=rule.get("indicator")))
    strata = None if by is None else Strata(keys=(PlainKey(column=schema.find(by)),))
    return Step(frame=schema.types, rules=tuple(made), strata=strata, keys=keys, clauses=tuple(map(str, keys)))


def rows(df: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in df.collect()]


ODD = ["a.b", "it's", "`tick`", "two words", 'quo"te', "漢字 😀", "${HOME}", "\\", "SELECT"]


def test_columns_of_any_name_are_changed_and_named_as_before(spark: Any) -> None:
    df = spark.createDataFrame([tuple(None for _ in ODD), tuple(map(float, range(len(ODD))))], ODD_SCHEMA)
    step = step_for(df.schema, *({"column": name, "fill": [float(i)]} for i, name in enumerate(ODD) if i % 2))
    changed = apply(df, [step], owner="`it`")
    assert changed.columns == ODD
    filled = tuple(float(i) if i % 2 else None for i in range(len(ODD)))
    assert rows(changed) == [filled, tuple(map(float, range(len(ODD))))]
    df.createOrReplaceTempView("odd")
    selected = spark.sql(to_sql([step], "odd", owner="`it`"))
    assert selected.columns == ODD
    assert rows(selected) == rows(changed)


ODD_SCHEMA = T.StructType([T.StructField(name, T.DoubleType()) for name in ODD])


def test_fields_within_structs_are_changed_and_null_structs_stay(spark: Any) -> None:
    struct = "id int, who struct<name: string, body: struct<`a ge`: double, size: int>>"
    data = [(1, Row(name="x", body=Row(a=None, size=3))), (2, None), (3, Row(name="y", body=None))]
    df = spark.createDataFrame(data, struct)
    step = step_for(df.schema, {"column": "who.body.a ge", "fill": [7.5]})
    changed = apply(df, [step], owner="`it`")
    assert rows(changed) == [(1, ("x", (7.5, 3))), (2, None), (3, ("y", None))]
    assert changed.schema.simpleString() == df.schema.simpleString()
    df.createOrReplaceTempView("structs")
    assert rows(spark.sql(to_sql([step], "structs", owner="`it`"))) == rows(changed)


def test_metadata_of_columns_stay(spark: Any) -> None:
    df = spark.createDataFrame([(None,)], "x double").select(F.col("x").alias("x", metadata={"unit": "m"}))
    changed = apply(df, [step_for(df.schema, {"column": "x", "fill": [1.0]})], owner="`it`")
    assert changed.schema["x"].metadata == {"unit": "m"}


def test_columns_are_found_as_spark_finds_them(spark: Any) -> None:
    df = spark.createDataFrame([(None, 1)], "AGE double, other int")
    step = step_for(T.StructType().add("age", "double"), {"column": "age", "fill": [1.0]})
    changed = apply(df, [step], owner="`it`")
    assert changed.columns == ["AGE", "other"]
    assert rows(changed) == [(1.0, 1)]


def test_missing_and_mistyped_columns_are_named(spark: Any) -> None:
    struct = T.StructType().add("Age", "double").add("Sex", "string")
    step = step_for(struct, {"column": "Age", "fill": [1.0]}, by="Sex", keys=(("f",),))
    with pytest.raises(ColumnNotFoundError, match=r"`it` needs 'Sex' \(string\), 'Age' \(double\)\..*'Sec'"):
        apply(spark.createDataFrame([(1,)], "Sec int"), [step], owner="`it`")
    with pytest.raises(UnsupportedColumnError, match="'Age' of type double; here it is string"):
        apply(spark.createDataFrame([("1", "f")], "Age string, Sex string"), [step], owner="`it`")


def test_a_column_that_would_be_added_twice_is_named(spark: Any) -> None:
    df = spark.createDataFrame([(None, True)], "x double, x_was_missing boolean")
    step = step_for(df.schema, {"column": "x", "fill": [1.0], "indicator": "x_was_missing"})
    with pytest.raises(InvalidValueError, match="adds a column 'x_was_missing', but there is one"):
        apply(df, [step], owner="`it`")


@pytest.mark.parametrize("number", [1, 7, 1000])
def test_any_number_of_strata_takes_the_same_plan_without_a_shuffle(
    spark: Any, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    df = spark.range(50).selectExpr("concat('s', id % 40) AS s", "if(id % 3 = 0, null, double(id)) AS x", "id AS y")
    keys = tuple((f"s{i}",) for i in range(number))
    fills = [float(-i) for i in range(number)]
    fences = [(5.0, 30.0)] * number
    step = step_for(df.schema, {"column": "x", "fill": fills}, {"column": "y", "fences": fences}, by="s", keys=keys)
    changed = apply(df, [step], owner="`it`")
    changed.explain()
    plan = capsys.readouterr().out
    assert plan.count("Project [") == 3  # that of the data above, the stratum's number, and the columns
    for word in ("Exchange", "UDF", "Python", "Join", "Aggregate"):
        assert word not in plan
    expected = []
    for i in range(50):
        known = i % 40 < number
        x = (float(-(i % 40)) if known else None) if i % 3 == 0 else float(i)
        expected.append((f"s{i % 40}", x, min(max(i, 5), 30) if known else i))
    assert rows(changed) == expected


def test_sql_needs_a_name(spark: Any) -> None:
    step = step_for(T.StructType().add("x", "double"), {"column": "x", "fill": [1.0]})
    for table in (3, "", "a..b", [], ["a", 1]):
        with pytest.raises((InvalidValueError, TypeError), match="named by a string"):
            to_sql([step], table, owner="`it`")  # type: ignore[arg-type]
