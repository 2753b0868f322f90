"""Filling, fencing and outliers against the floor (a bare aggregate and a bare projection) and Spark's own ways.

Run as ``python packages/handyspark/benchmarks/cleaning.py [--rows N]``; every ratio is within this one run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from measuring import local_session, measure, report, rows_wanted, stored
from pyspark.ml.feature import Imputer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from handyspark import handy

THREE = ["x0", "x1", "x2"]
SEVEN = [f"x{i}" for i in range(7)]
STRATA = ["Pclass", "Sex"]


def main() -> None:
    """Generate the table, and run every comparison on it."""
    rows = rows_wanted(__doc__)
    spark = local_session()
    with stored(spark, table(spark, rows)) as df:
        print(f"{rows:,} rows, Spark {spark.version}, local[2]")
        fills(df, rows)
        fences(df, rows)
        outliers(df, rows)
        mahalanobis(df, rows)
    many_strata(spark, rows)
    spark.stop()


def table(spark: SparkSession, rows: int) -> DataFrame:
    """Give six strata, and seven columns of normal values, a tenth of each missing."""
    columns = [f"if(rand({i}) < 0.1, NULL, randn({i + 10}) * {i + 1} + id % 5) AS x{i}" for i in range(7)]
    return spark.range(rows).selectExpr("id % 3 + 1 AS Pclass", "if(id % 2 = 0, 'male', 'female') AS Sex", *columns)


def run(frame: Any) -> None:
    """Compute every row of a frame, and keep none."""
    frame.write.format("noop").mode("overwrite").save()


def floor(df: DataFrame, aggregates: list[Any], columns: list[str], by: list[str]) -> Callable[[], None]:
    """One bare aggregate, and one bare projection of as many columns as are cleaned."""

    def both() -> None:
        df.groupBy(*by).agg(*aggregates).collect()
        run(df.withColumns({name: F.coalesce(F.col(name), F.lit(0.5)) for name in columns}))

    return both


def fills(df: DataFrame, rows: int) -> None:
    """Three columns, in no strata and in six: learnt and applied."""
    imputer = Imputer(strategy="mean", inputCols=THREE, outputCols=THREE)
    strata = handy(df).stratify(STRATA)
    means = [F.avg(name) for name in THREE]
    report(
        "fill of 3 columns by mean",
        [
            measure("floor", floor(df, means, THREE, []), rows=rows),
            measure("pyspark.ml Imputer", lambda: run(imputer.fit(df).transform(df)), rows=rows),
            measure("handyspark", lambda: run(handy(df).fill(continuous=THREE)), rows=rows),
            measure("floor, 6 strata", floor(df, means, THREE, STRATA), rows=rows),
            measure("handyspark, 6 strata", lambda: run(strata.fill(continuous=THREE)), rows=rows),
        ],
        rival="floor",
    )
    median = Imputer(strategy="median", inputCols=THREE, outputCols=THREE)
    report(
        "fill of 3 columns by median",
        [
            measure("pyspark.ml Imputer", lambda: run(median.fit(df).transform(df)), rows=rows),
            measure("handyspark", lambda: run(handy(df).fill(continuous=THREE, strategy="median")), rows=rows),
        ],
        rival="pyspark.ml Imputer",
    )


def fences(df: DataFrame, rows: int) -> None:
    """Three columns by Tukey's fences."""
    quartiles = [F.percentile_approx(name, [0.25, 0.75], 10_000) for name in THREE]
    strata = handy(df).stratify(STRATA)
    report(
        "fence of 3 columns",
        [
            measure("floor", floor(df, quartiles, THREE, []), rows=rows),
            measure("handyspark", lambda: run(handy(df).fence(THREE)), rows=rows),
            measure("floor, 6 strata", floor(df, quartiles, THREE, STRATA), rows=rows),
            measure("handyspark, 6 strata", lambda: run(strata.fence(THREE)), rows=rows),
        ],
        rival="floor",
    )


def outliers(df: DataFrame, rows: int) -> None:
    """Seven columns: quartiles, then counts."""
    quartiles = [F.percentile_approx(name, [0.25, 0.75], 10_000) for name in SEVEN]
    counts = [F.count_if(F.abs(name) > 3) for name in SEVEN]

    def bare() -> None:
        df.agg(*quartiles).collect()
        df.agg(*counts).collect()

    report(
        "outliers of 7 columns",
        [
            measure("floor: two bare aggregates", bare, rows=rows),
            measure("handyspark", handy(df).cols[SEVEN].outliers, rows=rows),
            measure("handyspark, 6 strata", handy(df).stratify(STRATA).cols[SEVEN].outliers, rows=rows),
        ],
        rival="floor: two bare aggregates",
    )


def mahalanobis(df: DataFrame, rows: int) -> None:
    """Count outliers of three columns together, against a pandas UDF that does it straight away."""
    if importlib.util.find_spec("handyspark_mahalanobis") is None:
        print("\nmahalanobis: pip install handyspark-mahalanobis")
        return
    columns = handy(df).cols[THREE]
    report(
        "mahalanobis of 3 columns",
        [
            measure("pandas UDF", lambda: by_pandas_udf(df), rows=rows),
            measure("handyspark", lambda: columns.outliers("mahalanobis"), rows=rows),
            measure("handyspark, robust", lambda: columns.outliers("mahalanobis", robust=True), rows=rows),
        ],
        rival="pandas UDF",
    )


def by_pandas_udf(df: DataFrame) -> float:
    """Means and covariances by aggregates, distances by NumPy on batches of rows."""
    whole = df.select(THREE).dropna()
    pairs = [(a, b) for a in THREE for b in THREE]
    found = whole.agg(*(F.avg(name) for name in THREE), *(F.covar_samp(a, b) for a, b in pairs)).first()
    assert found is not None
    center, inverse = np.array(found[:3]), np.linalg.inv(np.array(found[3:]).reshape(3, 3))
    cutoff = 16.266236196238129  # the 0.999 quantile of chi-square with 3 degrees of freedom

    def count(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            away = batch.to_numpy() - center
            far = np.einsum("ni,ij,nj->n", away, inverse, away) > cutoff
            yield pd.DataFrame({"outliers": [int(far.sum())]})

    total = whole.mapInPandas(count, "outliers bigint").agg(F.sum("outliers")).first()
    assert total is not None
    return float(total[0])


def many_strata(spark: SparkSession, rows: int) -> None:
    """Applying what was fitted in a thousand strata, against seven."""
    gaps = ", ".join(f"if(id % 10 = {i}, NULL, double(id % 8191)) AS x{i}" for i in range(3))
    measured = []
    tables = {
        n: spark.sql(f"SELECT concat('stratum ', id % {n}) AS s, {gaps} FROM range({rows})").cache() for n in (7, 1000)
    }
    for n, frame in tables.items():
        frame.count()
        strata = handy(frame).stratify("s")
        imputer = strata.fill(continuous=THREE).transformers.imputer()
        fencer = strata.fence(THREE).transformers.fencer()
        for name, fitted in {"imputer": imputer, "fencer": fencer}.items():
            measured.append(
                measure(
                    f"{name}, {n:,} strata",
                    lambda fitted=fitted, frame=frame: run(fitted.transform(frame)),
                    rows=rows,
                    repeats=7,
                )
            )
    report("transform of 3 columns", measured[::2], rival="imputer, 7 strata")
    report("transform of 3 columns", measured[1::2], rival="fencer, 7 strata")


if __name__ == "__main__":
    main()
