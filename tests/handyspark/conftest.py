"""Frames, what is compared with, and passes counted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ["MPLBACKEND"] = "Agg"

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, settings
from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession

import handyspark
from handyhooks.manager import manager
from handyspark.planner import Job, Source, ask
from handyspark.schema import Schema
from handyspark.stratifying import strata_of

# A query takes a good part of a second: few examples, each of which asks much, and none made smaller on failure.
settings.register_profile(
    "spark",
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("spark")


@pytest.fixture
def conf(spark: SparkSession) -> Iterator[Callable[[str, str], None]]:
    """Set something in the session's configuration for the length of a test."""
    before: dict[str, str | None] = {}

    def set_for_now(name: str, value: str) -> None:
        before.setdefault(name, spark.conf.get(name, None))
        spark.conf.set(name, value)

    yield set_for_now
    for name, value in before.items():
        if value is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, value)


@pytest.fixture(scope="session")
def titanic_path(shared_file: Callable[[str], Path]) -> Path:
    return shared_file("data/titanic.csv")


@pytest.fixture(scope="session")
def titanic(spark: SparkSession, titanic_path: Path) -> DataFrame:
    return spark.read.csv(str(titanic_path), header=True, inferSchema=True, escape='"')


@pytest.fixture(scope="session")
def passengers(titanic_path: Path) -> pd.DataFrame:
    """The same rows as `titanic`, for pandas to say what is right."""
    return pd.read_csv(titanic_path)


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., Any]:
    """Make a HandyFrame of rows and a schema written as DDL, or of a query in SQL."""

    def make(rows: Any, schema: Any = None) -> Any:
        if isinstance(rows, str):
            return handyspark.handy(spark.sql(rows))
        return handyspark.handy(spark.createDataFrame(rows, schema))

    return make


@pytest.fixture
def spent(spark: SparkSession) -> Callable[[Callable[[], Any]], tuple[int, int]]:
    """Find the records that something reads, and those that it shuffles: Spark's own metrics say it.

    Needs a Spark whose driver runs in this process: a classic session, or ``remote("local[...]")``.
    """
    remote = os.environ.get("HANDYSPARK_TEST_REMOTE", "")
    if remote.startswith("sc://"):
        pytest.skip(f"the metrics of the server {remote} can't be read from here")
    jvm: Any = SparkContext._jvm
    context = jvm.org.apache.spark.SparkContext.getOrCreate()

    def totals() -> tuple[int, int]:
        context.listenerBus().waitUntilEmpty()
        no_quantiles = SparkContext._gateway.new_array(jvm.double, 0)  # type: ignore[union-attr]
        nothing = jvm.java.util.ArrayList()
        listed = context.statusStore().stageList(nothing, False, False, no_quantiles, nothing)
        stages = [listed.apply(i) for i in range(listed.size())]
        return sum(s.inputRecords() for s in stages), sum(s.shuffleWriteRecords() for s in stages)

    def measure(action: Callable[[], Any]) -> tuple[int, int]:
        before = totals()
        action()
        read, shuffled = (after - earlier for after, earlier in zip(totals(), before, strict=True))
        return read, shuffled

    return measure


@pytest.fixture
def passes(spent: Callable[..., tuple[int, int]]) -> Callable[[Callable[[], Any], int], float]:
    """Count the passes over a table of so many rows that something takes: records read by all scans, by rows."""
    return lambda action, rows: spent(action)[0] / rows


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def asked() -> Callable[..., Any]:
    """Ask the planner for one job: ``{key of the stratum: answers}``, in strata order."""

    def ask_one(hdf: Any, columns: list[str], *stages: Any, by: Any = None, **options: Any) -> Any:
        schema = Schema(hdf.schema, case_sensitive=True)
        source = Source(df=hdf.notHandy(), schema=schema)
        if by is not None:
            source = replace(source, strata=strata_of(source, by))
        job = Job(owner="the test", columns=schema.find_all(columns), stages=stages, options=options)
        report = ask(source, [job])
        return dict(zip(report.keys, report.answers[0], strict=True))

    return ask_one


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a distribution with plugins be installed: a folder on the path, as installing leaves it."""
    monkeypatch.delenv("HANDYHOOKS_DISABLE", raising=False)
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "distributions"))
    manager.cache_clear()
    yield
    manager.cache_clear()
