"""Statistics against the floor (a bare Spark aggregate over the same columns) and against Spark's own ways.

Run as ``python packages/handyspark/benchmarks/column_statistics.py [--rows N]``; every ratio is within this one run.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from measuring import local_session, measure, report, rows_wanted, stored
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from handyspark import HandyFrame, handy
from handyspark.datasets import passengers

NUMBERS = ["PassengerId", "Survived", "Pclass", "Age", "SibSp", "Parch", "Fare"]


def main() -> None:
    """Generate the table, and run every comparison on it."""
    rows = rows_wanted(__doc__)
    spark = local_session()
    with stored(spark, passengers(spark, rows)) as df:
        print(f"{rows:,} passengers, Spark {spark.version}, local[2]")
        plain_statistics(df, rows)
        everything(df, rows)
        correlations(df, rows)
        values(df, rows)
    many_strata(spark, rows)
    many_columns(spark)
    spark.stop()


def plain_statistics(df: DataFrame, rows: int) -> None:
    """Each plain statistic, unstratified and in six strata, against the same aggregate written by hand."""
    columns = handy(df).cols[NUMBERS]
    strata = handy(df).stratify(["Pclass", "Sex"]).cols[NUMBERS]
    for name, function in {"mean": F.avg, "stddev": F.stddev_samp, "max": F.max}.items():
        bare = [function(column) for column in NUMBERS]
        report(
            f"{name} of 7 columns",
            [
                measure("floor", lambda bare=bare: df.agg(*bare).collect(), rows=rows),
                measure("handyspark", getattr(columns, name), rows=rows),
                measure("floor, 6 strata", lambda bare=bare: _grouped(df, bare), rows=rows),
                measure("handyspark, 6 strata", getattr(strata, name), rows=rows),
            ],
            rival="floor",
        )
    counts = [F.count(column) for column in df.columns]
    report(
        "missing values of 12 columns",
        [
            measure("floor", lambda: df.agg(F.count(F.lit(1)), *counts).collect(), rows=rows),
            measure("handyspark", handy(df).isnull, rows=rows),
        ],
        rival="floor",
    )


def everything(df: DataFrame, rows: int) -> None:
    """Mean, deviation, quartiles and missing counts of all numbers, against what `summary` gives."""
    wanted = ["count", "mean", "stddev", "min", "q1", "median", "q3", "max", "isnull"]
    numbers = df.select(NUMBERS)
    report(
        "summary of 7 columns",
        [
            measure("df.summary()", lambda: numbers.summary().collect(), rows=rows),
            measure("pandas API on Spark: describe()", lambda: numbers.pandas_api().describe(), rows=rows),
            measure("handyspark", lambda: handy(df).cols[NUMBERS].agg(wanted), rows=rows),
        ],
        rival="df.summary()",
    )


def correlations(df: DataFrame, rows: int) -> None:
    """Correlations of 7 columns, with missing values and without, against pyspark.ml's."""
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.stat import Correlation

    def with_vectors(frame: DataFrame) -> Any:
        vectors = VectorAssembler(inputCols=NUMBERS, outputCol="v", handleInvalid="skip").transform(frame)
        return Correlation.corr(vectors, "v").head()

    pairs = [F.corr(a, b) for a, b in combinations(NUMBERS, 2)]
    for title, frame in {"with missing values": df, "without": df.fillna(0)}.items():
        report(
            f"correlation of 7 columns, {title}",
            [
                measure("pyspark.ml Correlation", lambda frame=frame: with_vectors(frame), rows=rows),
                measure("bare corr, one query", lambda frame=frame: frame.agg(*pairs).collect(), rows=rows),
                measure("handyspark", handy(frame).cols[NUMBERS].corr, rows=rows),
            ],
            rival="pyspark.ml Correlation",
        )


def values(df: DataFrame, rows: int) -> None:
    """What depends on distinct values."""
    hdf: HandyFrame = handy(df)
    report(
        "distinct values",
        [
            measure("floor: groupBy one column", lambda: df.groupBy("Embarked").count().collect(), rows=rows),
            measure("value_counts", hdf.cols["Embarked"].value_counts, rows=rows),
            measure("mode of 5 columns", hdf.cols[["Sex", "Pclass", "SibSp", "Parch", "Embarked"]].mode, rows=rows),
            measure(
                "nunique of 5 columns", hdf.cols[["Sex", "Pclass", "SibSp", "Parch", "Embarked"]].nunique, rows=rows
            ),
            measure(
                "mutual_info of 5 columns",
                hdf.cols[["Sex", "Pclass", "SibSp", "Parch", "Embarked"]].mutual_info,
                rows=rows,
            ),
        ],
        rival="floor: groupBy one column",
    )


def many_strata(spark: SparkSession, rows: int) -> None:
    """A thousand strata against seven."""
    table = spark.range(rows).selectExpr("id % 7 AS few", "id % 1000 AS many", "cast(id % 8191 as double) AS x").cache()
    table.count()
    report(
        "strata",
        [
            measure("mean in 7 strata", handy(table).stratify("few").cols["x"].mean, rows=rows),
            measure("mean in 1,000 strata", handy(table).stratify("many").cols["x"].mean, rows=rows),
            measure("bare mean, 1,000 groups", lambda: table.groupBy("many").avg("x").collect(), rows=rows),
            measure("outliers in 7 strata", handy(table).stratify("few").cols["x"].outliers, rows=rows),
            measure("outliers in 1,000 strata", handy(table).stratify("many").cols["x"].outliers, rows=rows),
        ],
        rival="mean in 7 strata",
    )
    table.unpersist()


def many_columns(spark: SparkSession, rows: int = 100_000) -> None:
    """Columns by the hundred: time should be linear in them."""
    wide = spark.range(rows).selectExpr(*(f"cast(id % {i + 2} as double) AS c{i}" for i in range(500))).cache()
    wide.count()
    report(
        "mean and missing counts of many columns",
        [
            measure(f"{n} columns", lambda n=n: handy(wide).cols[:n].agg(["mean", "isnull"]), rows=rows)
            for n in (50, 125, 250, 500)
        ],
        rival="50 columns",
    )
    wide.unpersist()


def _grouped(df: DataFrame, bare: list[Any]) -> Any:
    return df.groupBy("Pclass", "Sex").agg(*bare).collect()


if __name__ == "__main__":
    main()
