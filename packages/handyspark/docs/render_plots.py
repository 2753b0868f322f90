"""Draw the pictures of plots.md by the code that stands there: ``python render_plots.py titanic.csv``."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

import matplotlib.pyplot as plt
from pyspark.sql import SparkSession

import handyspark

DOCS = Path(__file__).parent
EXAMPLE = re.compile(r"^## (\w+)\n.*?```python\n(.*?)```\n\n!\[\1\]\((images/\1\.png)\)$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, tuple[str, str]]:
    """Give the code and the path of the picture of each kind on the page."""
    return {kind: (code, path) for kind, code, path in EXAMPLE.findall((DOCS / "plots.md").read_text())}


def render(hdf: Any, folder: Path = DOCS) -> list[Path]:
    """Draw all pictures, and return where they are."""
    paths = []
    for code, path in examples().values():
        exec(code, {"hdf": hdf})
        picture = folder / path
        picture.parent.mkdir(parents=True, exist_ok=True)
        # Software and its version would change the file where the picture stays the same.
        plt.gcf().savefig(picture, dpi=72, metadata={"Software": None})
        plt.close("all")
        paths.append(picture)
    return paths


if __name__ == "__main__":
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.memory", "1g").getOrCreate()
    passengers = spark.read.csv(sys.argv[1], header=True, inferSchema=True, escape='"')
    for drawn in render(handyspark.handy(passengers)):
        print(drawn)
    spark.stop()
