"""Functions on executors that have neither handyspark nor the user's own module, and on one that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

JOB = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
         .config("spark.sql.shuffle.partitions", "2").config("spark.executor.memory", "512m")
         .config("spark.executorEnv.PYTHONPATH", sys.argv[2]).config("spark.task.maxFailures", "1").getOrCreate())
import handyspark, users_own
from pyspark.sql import functions as F

@F.udf("string")
def missing_on_workers(value):
    found = []
    for name in ("handyspark", "users_own"):
        try:
            __import__(name)
        except ImportError:
            found.append(name)
    return ",".join(found)

df = spark.range(4).select((F.col("id") * 1.0).alias("Fare"))
print("missing", df.select(missing_on_workers("Fare")).collect()[0][0])
hdf = df.toHandy().assign(new=users_own.shifted)
print("values", sorted(row["new"] for row in hdf.collect()))

def dies(Fare) -> float:
    os._exit(3)

try:
    df.toHandy().assign(new=dies).collect()
except handyspark.HandyException as error:
    print("died", str(error).splitlines()[0])
"""

USERS = """
SHIFT = 5
def helper(values):
    return values + SHIFT
def shifted(Fare):
    return helper(Fare)
"""

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("handyspark", "users_own"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Block())
"""


@pytest.mark.thorough
@pytest.mark.skipif("HANDYSPARK_TEST_REMOTE" in os.environ, reason="a cluster of its own")
def test_executors_need_neither_handyspark_nor_the_users_module(tmp_path: Path) -> None:
    users, workers = tmp_path / "users", tmp_path / "workers"
    users.mkdir()
    workers.mkdir()
    (users / "users_own.py").write_text(USERS)
    # The workers' Python is that of this environment, where handyspark is installed: they are kept from it.
    (workers / "sitecustomize.py").write_text(BLOCK)
    (tmp_path / "job.py").write_text(JOB)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "job.py"), str(users), str(workers)],
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_WORKER_DIR": str(tmp_path / "work")},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert said["missing"] == "handyspark,users_own"
    assert said["values"] == "[5.0, 6.0, 7.0, 8.0]"
    assert said["died"].startswith("A Python worker died while it ran a function of yours")
