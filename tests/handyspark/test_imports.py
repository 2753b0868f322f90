"""What importing the package draws in, and what it brings."""

from __future__ import annotations

import builtins
import subprocess
import sys


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_draws_in_neither_matplotlib_nor_plugins() -> None:
    code = """
import sys
import handyspark
import handyspark.builtins
heavy = {"matplotlib", "scipy", "sklearn", "pyspark.pandas", "pyspark.mllib"}
heavy |= {"handyspark_mahalanobis", "handy_ridgeline", "deepreplay", "keras"}
print(sorted(name for name in sys.modules if name in heavy))
"""
    assert run(code).strip() == "[]"


def test_star_brings_the_documented_names_and_shadows_no_builtin() -> None:
    code = """
before = set(globals())
from handyspark import *
print(*sorted(set(globals()) - before - {"before"}))
"""
    names = set(run(code).split())
    assert {"BinaryClassificationMetrics", "Bucket", "HandyFrame", "Quantile"} <= names
    assert not names & set(dir(builtins))


def test_dataframes_gain_to_handy_by_the_import_alone() -> None:
    code = """
import handyspark
from pyspark.sql import DataFrame
print(hasattr(DataFrame, "toHandy"))
"""
    assert run(code).strip() == "True"
