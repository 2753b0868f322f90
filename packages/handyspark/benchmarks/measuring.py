"""Measuring in benchmarks: seconds, passes over the data and shuffled bytes, and tables of ratios."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One operation: median seconds of warm runs, passes and shuffled bytes of the last run; or why it did not run."""

    name: str
    seconds: float = float("nan")
    passes: float = float("nan")
    shuffled: float = float("nan")
    failure: str = ""


def local_session(**options: str) -> SparkSession:
    """Start a quiet local session of two cores."""
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.memory", "6g")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def rows_wanted(description: str | None, default: int = 2_000_000) -> int:
    """Read ``--rows`` from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=default)
    return int(parser.parse_args().rows)


@contextmanager
def stored(spark: SparkSession, frame: DataFrame) -> Iterator[DataFrame]:
    """Give the rows of a frame as a Parquet file that is there for a while."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "table.parquet"))
        frame.write.parquet(path)
        yield spark.read.parquet(path)


def measure(name: str, action: Callable[[], Any], *, rows: int, repeats: int = 3) -> Measurement:
    """Run once to warm up, then some times more."""
    try:
        action()
        seconds = []
        for _ in range(repeats):
            before = _totals()
            start = time.perf_counter()
            action()
            seconds.append(time.perf_counter() - start)
        read, shuffled = (after - earlier for after, earlier in zip(_totals(), before, strict=True))
    except Exception as error:  # a rival that can't run is a result
        return Measurement(name=name, failure=f"{type(error).__name__}: {str(error).splitlines()[0][:90]}")
    return Measurement(name=name, seconds=statistics.median(seconds), passes=read / rows, shuffled=shuffled)


def report(title: str, measurements: list[Measurement], *, rival: str) -> None:
    """Print measurements, each with its ratio to one of them."""
    base = next(m for m in measurements if m.name == rival)
    print(f"\n{title}  (ratio: seconds over those of {rival!r})")
    for m in measurements:
        if m.failure:
            print(f"  {m.name:<44} did not run: {m.failure}")
            continue
        print(
            f"  {m.name:<44} {m.seconds:8.2f} s  {m.passes:5.2f} passes  {m.shuffled / 1024:10.1f} KiB shuffled"
            f"  ratio {m.seconds / base.seconds:6.2f}"
        )


def _totals() -> tuple[int, int]:
    """Records read and bytes shuffled since the session began."""
    jvm: Any = SparkContext._jvm
    context = jvm.org.apache.spark.SparkContext.getOrCreate()
    context.listenerBus().waitUntilEmpty()
    nothing = jvm.java.util.ArrayList()
    quantiles = SparkContext._gateway.new_array(jvm.double, 0)  # type: ignore[union-attr]
    stages = context.statusStore().stageList(nothing, False, False, quantiles, nothing)
    every = [stages.apply(i) for i in range(stages.size())]
    return sum(s.inputRecords() for s in every), sum(s.shuffleWriteBytes() for s in every)
