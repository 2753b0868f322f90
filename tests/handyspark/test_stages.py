"""`stages`: what Spark plans to do for a frame."""

from __future__ import annotations

from typing import Any

import pytest

from handyspark import handy


@pytest.fixture
def rows(spark: Any) -> Any:
    return handy(spark.range(100).selectExpr("id", "id % 3 AS g"))


def test_a_stage_ends_where_rows_are_exchanged(rows: Any) -> None:
    assert rows.stages == 1
    assert rows.where("id > 3").withColumn("x", rows.id + 1).stages == 1
    counted = rows.groupBy("g").count()
    assert counted.stages == 2
    assert counted.orderBy("count").stages == 3
    assert rows.hint("merge").join(counted, "g").stages == 3
    assert rows.join(counted.hint("broadcast"), "g").stages == 2


def test_a_plan_that_was_run_counts_once(rows: Any) -> None:
    counted = rows.groupBy("g").count()
    counted.collect()
    assert counted.stages == 2


def test_what_is_cached_does_not_count(rows: Any) -> None:
    counted = rows.groupBy("g").count().cache()
    try:
        counted.count()
        assert counted.stages == 1
        assert counted.orderBy("count").stages == 2
    finally:
        counted.unpersist()


def test_names_that_look_like_plans_do_not_count(spark: Any) -> None:
    assert handy(spark.range(3).toDF("Exchange ")).stages == 1
    assert handy(spark.range(3).toDF("\n+- Exchange hashpartitioning")).stages == 1
