"""Fixtures of all suites. Imports nothing that a distribution tested alone does not have."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One small Spark session for all tests.

    Classic, of HANDYSPARK_TEST_MASTER (``local[2]``, or ``spark://host:port``), or of Spark Connect, where
    HANDYSPARK_TEST_REMOTE says what to give to `SparkSession.builder.remote` (``local[2]``, ``sc://host:port``).
    """
    os.environ["PYSPARK_PYTHON"] = sys.executable
    sql = pytest.importorskip("pyspark.sql", reason="handyspark and its plugins are used with PySpark")
    remote = os.environ.get("HANDYSPARK_TEST_REMOTE")
    master = os.environ.get("HANDYSPARK_TEST_MASTER", "local[2]")
    builder = sql.SparkSession.builder.remote(remote) if remote else sql.SparkSession.builder.master(master)
    options = {"spark.sql.shuffle.partitions": "2", "spark.sql.session.timeZone": "UTC"}
    if not (remote or "").startswith("sc://"):
        # Of the driver that begins here. Passes are counted over all stages: none may be forgotten.
        options.update({"spark.ui.enabled": "false", "spark.ui.retainedStages": "1000000"})
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Find a file that the tests compare with but that is not part of the project."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / name
        if not path.exists():
            reason = f"needs {name} in a folder 'shared' beside the checkout, which is not here"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
