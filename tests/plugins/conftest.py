"""Frames for plugins of handyspark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def handy_frame(spark: Any) -> Callable[..., Any]:
    """Make a HandyFrame of rows and a schema written as DDL."""
    handyspark = pytest.importorskip("handyspark")

    def make(rows: Any, schema: str) -> Any:
        return handyspark.handy(spark.createDataFrame(rows, schema))

    return make
