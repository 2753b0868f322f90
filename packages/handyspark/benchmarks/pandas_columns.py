"""Benchmark of columns as pandas: ten common functions, against bare Spark expressions and against pandas UDFs.

``python pandas_columns.py --rows 2000000``
"""

from __future__ import annotations

import statistics
from typing import Any

import pandas as pd
from measuring import local_session, measure, report, rows_wanted, stored
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from handyspark import HandyFrame
from handyspark.frame import handy


def main() -> None:
    """Generate the table, and run every comparison on it."""
    rows = rows_wanted(__doc__)
    spark = local_session()
    with stored(spark, table(spark, rows)) as df:
        print(f"{rows:,} rows, Spark {spark.version}, pandas {pd.__version__}, local[2]")
        bare, udf = [], []
        for name, ways in functions(handy(df)).items():
            measured = [
                measure(way, lambda column=column: run(df, column), rows=rows, repeats=5)
                for way, column in ways.items()
            ]
            report(name, measured, rival="native, by hand")
            seconds = {m.name: m.seconds for m in measured}
            bare.append(seconds["handyspark"] / seconds["native, by hand"])
            udf.append(seconds["pandas UDF"] / seconds["handyspark"])
        print(f"\nmedian of the ratios: {statistics.median(bare):.2f} of the native one (worst {max(bare):.2f})")
        print(f"median of the ratios: {statistics.median(udf):.2f} times as fast as the UDF")
    spark.stop()


def table(spark: SparkSession, rows: int) -> DataFrame:
    """Give names, numbers and moments, a tenth of each missing."""
    columns = {
        "s": "concat(' Mrs. ', cast(id as string), ' Q ')",
        "x": "randn(1)",
        "n": "id % 1000",
        "t": "timestamp_seconds(1500000000 + id * 61)",
    }
    gaps = [f"if(rand({at}) < 0.1, NULL, {sql}) AS {name}" for at, (name, sql) in enumerate(columns.items())]
    return spark.range(rows).selectExpr(*gaps)


def run(df: DataFrame, column: Column) -> None:
    """Compute a column, and keep none of it."""
    df.select(column.alias("result")).write.format("noop").mode("overwrite").save()


def by_udf(function: Any, column: str, returns: str) -> Column:
    """Apply a function of a Series as a pandas UDF."""
    make: Any = F.pandas_udf
    return make(lambda series: function(series), returns)(column)


def functions(hdf: HandyFrame) -> dict[str, dict[str, Column]]:
    """Ten functions, each in three ways."""
    p = hdf.pandas
    s, x, n, t = (F.col(name) for name in "sxnt")
    ways = {
        "isin": (p["n"].isin([1, 2, 3]), n.isin(1, 2, 3), lambda v: v.isin([1, 2, 3]), "n", "boolean"),
        "between": (p["x"].between(-1, 1), x.between(-1, 1), lambda v: v.between(-1, 1), "x", "boolean"),
        "fillna": (p["x"].fillna(0.0), F.coalesce(x, F.lit(0.0)), lambda v: v.fillna(0.0), "x", "double"),
        "clip": (
            p["x"].clip(-1.0, 1.0),
            F.when(x < -1, -1.0).when(x > 1, 1.0).otherwise(x),
            lambda v: v.clip(-1.0, 1.0),
            "x",
            "double",
        ),
        "add": (p["n"] + 1, n + 1, lambda v: v + 1, "n", "bigint"),
        "str.find": (p["s"].str.find("Mrs."), F.locate("Mrs.", s) - 1, lambda v: v.str.find("Mrs."), "s", "bigint"),
        "str.contains": (
            p["s"].str.contains("99"),
            s.contains("99"),
            lambda v: v.str.contains("99").astype("boolean"),
            "s",
            "boolean",
        ),
        "str.strip": (p["s"].str.strip(), F.trim(s), lambda v: v.str.strip(), "s", "string"),
        "dt.year": (p["t"].dt.year, F.year(t), lambda v: v.dt.year, "t", "int"),
        "dt.floor": (p["t"].dt.floor("D"), F.date_trunc("day", t), lambda v: v.dt.floor("D"), "t", "timestamp"),
    }
    return {
        name: {"native, by hand": bare, "handyspark": ours, "pandas UDF": by_udf(function, column, returns)}
        for name, (ours, bare, function, column, returns) in ways.items()
    }


if __name__ == "__main__":
    main()
