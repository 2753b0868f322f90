"""A Spark session for plugins of handyspark, started only where a test asks for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    sql = pytest.importorskip("pyspark.sql", reason="a plugin of handyspark is used with handyspark")
    remote = os.environ.get("HANDYSPARK_TEST_REMOTE")
    builder = sql.SparkSession.builder.remote(remote) if remote else sql.SparkSession.builder.master("local[2]")
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def handy_frame(spark: Any) -> Callable[..., Any]:
    """Make a HandyFrame of rows and a schema written as DDL."""
    handyspark = pytest.importorskip("handyspark")

    def make(rows: Any, schema: str) -> Any:
        return handyspark.handy(spark.createDataFrame(rows, schema))

    return make
