"""How many passes over the data each operation takes: Spark's own metrics say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyspark
import pytest
from pyspark.sql import SparkSession

from handyspark import Bucket, Quantile, handy

pytestmark = pytest.mark.thorough

ROWS = 500

# Before 4.2 Spark has no aggregate for the most extreme values: they take a query of their own.
BOX_PASSES = 2 if tuple(map(int, pyspark.__version__.split(".")[:2])) >= (4, 2) else 3


@pytest.fixture(scope="module")
def table(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = str(tmp_path_factory.mktemp("passes") / "table.parquet")
    spark.sql(
        f"""SELECT id, id % 7 AS small, sqrt(id) AS root, cos(id) AS wave, if(id % 10 = 0, NULL, sin(id)) AS gaps,
        concat('c', id % 3) AS name, id % 4 AS stratum FROM range({ROWS})"""
    ).write.parquet(path)
    return handy(spark.read.parquet(path))


def test_counting_knows_one_pass_from_two(table: Any, passes: Callable[..., float]) -> None:
    assert passes(lambda: table.groupBy().max("root").collect(), ROWS) == 1
    assert passes(lambda: [table.groupBy().max("root").collect() for _ in range(2)], ROWS) == 2


OPERATIONS: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "isnull": (1, lambda cols: cols[["root", "wave", "gaps"]].isnull(ratio=True)),
    "isnull of one": (1, lambda cols: cols["gaps"].isnull()),
    "value_counts": (1, lambda cols: cols["name"].value_counts()),
    "hist of numbers": (2, lambda cols: cols[["root", "wave", "gaps"]].hist()),
    "hist of one": (2, lambda cols: cols["root"].hist()),
    "hist of categories": (1, lambda cols: cols["name"].hist()),
    "boxplot": (BOX_PASSES, lambda cols: cols[["root", "wave", "gaps"]].boxplot()),
    "boxplot of one": (BOX_PASSES, lambda cols: cols["root"].boxplot()),
    "boxplot without fliers": (2, lambda cols: cols[["root", "wave"]].boxplot(showfliers=False)),
    "scatterplot": (2, lambda cols: cols[["root", "gaps"]].scatterplot()),
    "outliers": (2, lambda cols: cols[["root", "wave", "gaps"]].outliers(k=1.5)),
    "outliers of one": (2, lambda cols: cols["root"].outliers(k=1.5)),
}


@pytest.mark.parametrize(("expected", "operation"), OPERATIONS.values(), ids=OPERATIONS)
def test_passes_depend_on_the_operation_alone(
    table: Any, passes: Callable[..., float], expected: int, operation: Callable[[Any], Any]
) -> None:
    assert passes(lambda: operation(table.cols), ROWS) == expected
    stratified = table.stratify(["stratum"])
    assert passes(lambda: operation(stratified.cols), ROWS) == expected


def test_strata_by_column_take_no_pass_and_by_bucket_or_quantile_one(table: Any, passes: Callable[..., float]) -> None:
    assert passes(lambda: table.stratify(["stratum", "name"]), ROWS) == 0
    assert passes(lambda: table.stratify(["name", Bucket("root", 3)]), ROWS) == 1
    assert passes(lambda: table.stratify([Quantile("root", 3), Quantile("wave", 2)]), ROWS) == 1
    stratified = table.stratify([Bucket("root", 3)])
    assert passes(lambda: stratified.cols["wave"].hist(), ROWS) == 2
