"""Fixtures of all suites. Imports nothing that a distribution tested alone does not have."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
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


FORK_WRITERS = """
import os, sys, time
import numpy as np
from {module} import BACKEND

def write(location):
    acknowledged = os.open(location + ".acknowledged", os.O_CREAT | os.O_WRONLY)
    writer = BACKEND.create(location, "new", {{"run": 1}}, {{"inputs": np.arange(10.0)}})
    for index in range(100_000):
        values = {{f"layer{{i}}/weights0": np.full((20, 30), index, dtype="float32") for i in range(5)}}
        writer.write(index, {{**values, "loss": np.array(float(index))}})
        writer.commit()
        os.pwrite(acknowledged, str(index).encode(), 0)

for location in map(str.strip, sys.stdin):
    child = os.fork()
    if not child:
        write(location)
    while not os.path.exists(location + ".acknowledged") or not os.path.getsize(location + ".acknowledged"):
        time.sleep(0.001)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture
def killed_writers() -> Callable[[str, list[str]], Iterator[tuple[str, int]]]:
    """Let the BACKEND of a module write to locations, killed (-9) at random moments; give what each acknowledged last.

    A run "new" has records of "loss" and of five "layer<i>/weights0", all equal to the record's number.
    """

    def run(module: str, locations: list[str]) -> Iterator[tuple[str, int]]:
        # One process imports and forks the writers, since importing takes much longer than to be killed.
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        code = FORK_WRITERS.format(module=module)
        with subprocess.Popen([sys.executable, "-c", code], text=True, **pipes) as process:  # type: ignore[call-overload]
            for location in locations:
                print(location, file=process.stdin, flush=True)
                child = int(process.stdout.readline())
                time.sleep(random.uniform(0, 0.1))
                os.kill(child, signal.SIGKILL)
                assert process.stdout.readline() == "gone\n"
                yield location, int(Path(location + ".acknowledged").read_text())
            process.stdin.close()

    return run
