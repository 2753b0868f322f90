"""Judging a binary classifier against the metrics of pyspark.mllib and the evaluator of pyspark.ml.

Run as ``python packages/handyspark/benchmarks/evaluation.py [--rows N]``; every ratio is within this one run. Scores
are continuous, nearly all distinct: more than are told apart. Both rivals cut them into 1,000 bins of equal counts, as
they do where they are not told otherwise; handyspark cuts at 4,096 quantiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from measuring import local_session, measure, report, rows_wanted, stored
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.mllib.evaluation import BinaryClassificationMetrics as RddMetrics
from pyspark.sql import DataFrame, SparkSession

from handyspark import BinaryClassificationMetrics, handy

STRATA: Final = 7
CURVES: Final = ("roc", "pr", "precisionByThreshold", "recallByThreshold", "fMeasureByThreshold")


def main() -> None:
    """Generate predictions, and run every comparison on them."""
    rows = rows_wanted(__doc__, default=5_000_000)
    spark = local_session(**{"spark.sql.execution.arrow.pyspark.enabled": "true"})
    with stored(spark, predictions(spark, rows)) as df:
        print(f"{rows:,} predictions with continuous scores, Spark {spark.version}, local[2]")
        curves(df, rows)
        areas(df, rows)
        errors(df)
    spark.stop()


def predictions(spark: SparkSession, rows: int) -> DataFrame:
    """Scores of two classes that overlap, and strata."""
    labelled = spark.range(rows).selectExpr(
        "double(rand(1) < 0.3) AS label", "randn(2) AS noise", f"id % {STRATA} AS g"
    )
    return labelled.selectExpr("label", "1 / (1 + exp(1 - noise - 1.5 * label)) AS score", "g")


def curves(df: DataFrame, rows: int) -> None:
    """Both areas and all curves, as rows on the driver."""

    def handyspark(by: str | None = None) -> Callable[[], Any]:
        def action() -> Any:
            metrics = BinaryClassificationMetrics(df, "score", "label", by=by)
            brought = [getattr(metrics, name)().safety_off().collect() for name in CURVES]
            return metrics.areaUnderROC, metrics.areaUnderPR, brought

        return action

    report(
        "two areas and five curves",
        [
            measure("pyspark.mllib metrics", lambda: by_mllib(df, CURVES), rows=rows),
            measure("handyspark", handyspark(), rows=rows),
            measure(f"handyspark, {STRATA} strata", handyspark("g"), rows=rows),
        ],
        rival="pyspark.mllib metrics",
    )


def areas(df: DataFrame, rows: int) -> None:
    """The areas under ROC, and under precision and recall."""
    report(
        "two areas",
        [
            measure("pyspark.ml evaluator, twice", lambda: by_evaluator(df), rows=rows),
            measure("pyspark.mllib metrics", lambda: by_mllib(df), rows=rows),
            measure("handyspark", lambda: by_handyspark(df), rows=rows),
        ],
        rival="pyspark.ml evaluator, twice",
    )


def errors(df: DataFrame) -> None:
    """How far off the areas are from those of all rows, sorted."""
    data = df.select("score", "label").toPandas()
    labels = data["label"].to_numpy()[np.argsort(-data["score"].to_numpy(), kind="stable")]
    true = np.cumsum(labels)
    precision, recall, fall_out = true / np.arange(1, len(labels) + 1), true / true[-1], np.cumsum(1 - labels)
    roc = area(np.r_[0, fall_out / fall_out[-1]], np.r_[0, recall])
    pr = area(np.r_[0, recall], np.r_[precision[0], precision])
    print("\nerrors of the areas under ROC, and under precision and recall")
    for name, found in {
        "pyspark.ml evaluator": by_evaluator(df),
        "pyspark.mllib metrics": by_mllib(df)[:2],
        "handyspark": by_handyspark(df),
    }.items():
        print(f"  {name:<44} {abs(found[0] - roc):.1e} {abs(found[1] - pr):.1e}")


def area(x: np.ndarray, y: np.ndarray) -> float:
    """By trapezoids."""
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)


def by_handyspark(df: DataFrame) -> tuple[float, float]:
    """Both areas."""
    metrics = BinaryClassificationMetrics(df, "score", "label")
    return metrics.areaUnderROC, metrics.areaUnderPR


def by_evaluator(df: DataFrame) -> tuple[float, float]:
    """Both areas, each by a call of its own: the evaluator gives one at a time."""
    evaluator = BinaryClassificationEvaluator(rawPredictionCol="score", labelCol="label")
    return (
        evaluator.evaluate(df, {evaluator.metricName: "areaUnderROC"}),
        evaluator.evaluate(df, {evaluator.metricName: "areaUnderPR"}),
    )


def by_mllib(df: DataFrame, names: tuple[str, ...] = ()) -> tuple[float, float, list[Any]]:
    """Both areas, and curves, which Python users reach through the Java object."""
    metrics = RddMetrics(handy(df).to_metrics_RDD("score", "label"))
    try:
        brought = [getattr(metrics._java_model, name)().collect() for name in names]
        return metrics.areaUnderROC, metrics.areaUnderPR, brought
    finally:
        metrics.unpersist()


if __name__ == "__main__":
    main()
