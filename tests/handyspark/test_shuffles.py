"""Rows are never shuffled: what executors exchange depends on strata and partitions, not on the number of rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pyspark.sql import SparkSession

from handyspark import Bucket, handy

pytestmark = pytest.mark.thorough

FEW, MANY = 10_000, 1_000_000
PARTITIONS = 3
STRATA = 7
DISTINCT = 40
"""Different values of the columns below."""


def table(spark: SparkSession, rows: int) -> Any:
    """Each partition holds each combination of values, however many rows there are."""
    return handy(
        spark.range(0, rows, 1, PARTITIONS).selectExpr(
            f"id % {STRATA} AS stratum",
            f"cast(id % {DISTINCT} as double) AS x",
            f"id % {DISTINCT // 2} AS y",
            f"if(id % {DISTINCT} = 3, NULL, sqrt(id % {DISTINCT})) AS gaps",
            f"concat('c', id % {DISTINCT}) AS name",
        )
    )


AGGREGATES: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "count": (1, lambda strata: strata.count()),
    "isnull": (1, lambda strata: strata.isnull()),
    "plain statistics": (1, lambda strata: strata.cols[["x", "y", "gaps"]].agg(["mean", "stddev", "min", "max"])),
    "quantiles": (1, lambda strata: strata.cols[["x", "gaps"]].median()),
    "nunique": (1, lambda strata: strata.cols[["x", "name"]].nunique()),
    "corr": (1, lambda strata: strata.cols[["x", "y", "gaps"]].corr()),
    "outliers": (2, lambda strata: strata.outliers()),
}
"""One row a stratum and partition, so many times."""

BY_VALUE: dict[str, Callable[[Any], Any]] = {
    "value_counts": lambda strata: strata.cols["name"].value_counts(),
    "mode": lambda strata: strata.cols[["x", "name"]].mode(),
    "exact nunique": lambda strata: strata.cols["name"].nunique(exact=True),
    "entropy": lambda strata: strata.cols[["x", "name"]].entropy(),
    "mutual_info": lambda strata: strata.cols[["x", "name"]].mutual_info(),
    "hist of numbers": lambda strata: strata.cols[["x", "gaps"]].hist(),
    "hist of categories": lambda strata: strata.cols["name"].hist(),
    "boxplot": lambda strata: strata.cols[["x", "gaps"]].boxplot(),
    "scatterplot": lambda strata: strata.cols[["x", "gaps"]].scatterplot(),
    "take": lambda strata: strata.take(5),
    "dropDuplicates": lambda strata: strata.dropDuplicates(["name"]).collect(),
}
"""Bounded by different values, bins, or rows asked for; by strata and partitions."""


@pytest.mark.parametrize(("queries", "operation"), AGGREGATES.values(), ids=AGGREGATES)
def test_one_row_a_stratum_and_partition_is_exchanged(
    spark: SparkSession, spent: Callable[..., tuple[int, int]], queries: int, operation: Callable[[Any], Any]
) -> None:
    for rows in (FEW, MANY):
        shuffled = spent(partial(operation, table(spark, rows).stratify("stratum")))[1]
        assert shuffled == queries * STRATA * PARTITIONS


@pytest.mark.parametrize("operation", BY_VALUE.values(), ids=BY_VALUE)
def test_more_rows_of_the_same_values_exchange_no_more(
    spark: SparkSession, spent: Callable[..., tuple[int, int]], operation: Callable[[Any], Any]
) -> None:
    exchanged = [spent(partial(operation, table(spark, rows).stratify("stratum")))[1] for rows in (FEW, MANY)]
    assert exchanged[0] == exchanged[1] < FEW


def test_buckets_are_strata_like_others(spark: SparkSession, spent: Callable[..., tuple[int, int]]) -> None:
    for rows in (FEW, MANY):
        strata = table(spark, rows).stratify(["stratum", Bucket("x", 2)])
        assert spent(strata.cols[["x", "y"]].mean)[1] == 2 * STRATA * PARTITIONS
