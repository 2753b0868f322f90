"""The passengers of the Titanic, explored on Spark: what handyspark's introduction walks through.

    python titanic.py --output DIR [--titanic titanic.csv]

prints what each step gives, and leaves pictures and a fitted pipeline in DIR. Without a file, passengers are made up.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Spark takes `python3` from the path otherwise, which may be of another version.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import RandomForestClassifier
from pyspark.ml.feature import StringIndexer, VectorAssembler
from pyspark.sql import DataFrame, SparkSession

from handyhooks.manager import manager
from handyspark import BinaryClassificationMetrics, Bucket, HandyFrame
from handyspark.datasets import passengers
from handyspark.ml import HandyFencerEstimator, HandyImputerEstimator


def main(argv: Sequence[str] | None = None) -> int:
    """Take the walk.

    Parameters
    ----------
    argv
        Arguments of the command line; by default those of this process.

    Returns
    -------
    int
        0.
    """
    parser = argparse.ArgumentParser(description="Explore the passengers of the Titanic on Spark.")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where to leave pictures and pipeline"
    )
    parser.add_argument(
        "--titanic", type=Path, metavar="PATH", help="CSV file of the passengers; else they are made up"
    )
    given = parser.parse_args(argv)
    if given.titanic is not None and not given.titanic.is_file():
        parser.error(f"There is no file {given.titanic}.")
    output: Path = given.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    plt.switch_backend("Agg")  # no window
    spark = start()
    try:
        hdf = read(spark, given.titanic).toHandy()
        fetch(hdf)
        draw(hdf, output)
        stratify(hdf, output)
        clean(hdf)
        find_outliers(hdf)
        classify(hdf, output)
    finally:
        spark.stop()
    return 0


def start() -> SparkSession:
    """Start a small and quiet session."""
    builder = SparkSession.builder.master("local[2]").appName("titanic")
    for option in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(option, "false")
    spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def read(spark: SparkSession, titanic: Path | None) -> DataFrame:
    """Read the file, or make passengers up."""
    if titanic is None:
        print("The passengers are made up: give --titanic PATH for those of a file.")
        return passengers(spark)
    return spark.read.csv(str(titanic.resolve()), header=True, inferSchema=True)


def fetch(hdf: HandyFrame) -> None:
    """Bring first rows and counts."""
    show("hdf.cols['Name'][:5]", hdf.cols["Name"][:5])
    show("hdf.cols[['Name', 'Age', 'Cabin']][:5]", hdf.cols[["Name", "Age", "Cabin"]][:5])
    show("hdf.cols['Embarked'].value_counts(dropna=False)", hdf.cols["Embarked"].value_counts(dropna=False))
    show("hdf.isnull(ratio=True)", hdf.isnull(ratio=True))


def draw(hdf: HandyFrame, output: Path) -> None:
    """Draw a histogram, box plots and a scatter plot beside each other."""
    fig, axs = plt.subplots(1, 4, figsize=(12, 4), layout="constrained")
    hdf.cols["Embarked"].hist(ax=axs[0])
    hdf.cols["Age"].boxplot(ax=axs[1])
    hdf.cols["Fare"].boxplot(ax=axs[2])
    hdf.cols[["Fare", "Age"]].scatterplot(ax=axs[3])
    save(fig, output / "plots.png")


def stratify(hdf: HandyFrame, output: Path) -> None:
    """Count and draw by strata."""
    by_class = hdf.stratify(["Pclass"])
    show("hdf.stratify(['Pclass']).cols['Embarked'].value_counts()", by_class.cols["Embarked"].value_counts())
    fig, _ = hdf.stratify(["Sex", Bucket("Age", 2)]).cols["Embarked"].hist()
    save(fig, output / "stratified_hist.png")
    fig, _ = hdf.stratify(["Pclass", "Sex"]).cols["Age"].boxplot()
    save(fig, output / "stratified_boxplot.png")
    if "ridgeline" in manager().names("handyspark_plot_kinds"):
        fig, _ = hdf.stratify(["Pclass", "Sex"]).cols["Age"].plot("ridgeline")
        save(fig, output / "ridgeline.png")


def clean(hdf: HandyFrame) -> None:
    """Fill what is missing, by stratum, count outliers and cap them."""
    filled = hdf.fill(categorical=["Embarked"]).stratify(["Pclass", "Sex"]).fill(continuous=["Age"], strategy=["mean"])
    show("hdf_filled.statistics_", filled.statistics_)
    show("hdf_filled.outliers(method='tukey', k=3.)", filled.outliers(method="tukey", k=3.0))
    fenced = filled.fence(["Fare"])
    show("hdf_fenced.fences_", fenced.fences_)
    show("hdf_fenced.transformers.imputer().to_sql('passengers')", fenced.transformers.imputer().to_sql("passengers"))


def find_outliers(hdf: HandyFrame) -> None:
    """Count outliers in sets of columns, where the plugin for it is installed."""
    if "mahalanobis" in manager().names("handyspark_outlier_methods"):
        by_class = hdf.stratify(["Pclass"]).cols[["Age", "Fare"]]
        for robust in (False, True):
            show(
                f"hdf.stratify(['Pclass']).cols[['Age', 'Fare']].outliers('mahalanobis', robust={robust})",
                by_class.outliers("mahalanobis", robust=robust),
            )


def classify(hdf: HandyFrame, output: Path) -> None:
    """Fit a pipeline that cleans and classifies, choose a threshold, save it, and score with what was loaded."""
    training, validation, test = hdf.randomSplit([0.6, 0.2, 0.2], seed=42)
    model = forest().fit(training)
    judged = BinaryClassificationMetrics(model.transform(validation), labelCol="Survived")
    show("bcm.areaUnderROC, bcm.averagePrecision", (judged.areaUnderROC, judged.averagePrecision))
    show("bcm.threshold_for(recall=0.9), bcm.best('f1')", (judged.threshold_for(recall=0.9), judged.best("f1")))
    threshold = judged.threshold_for(cost={"fp": 1, "fn": 2})
    show("bcm.threshold_for(cost={'fp': 1, 'fn': 2})", threshold)
    model.write().overwrite().save(str(output / "pipeline"))
    scored = PipelineModel.load(str(output / "pipeline")).transform(test).toHandy()
    unseen = BinaryClassificationMetrics(scored, labelCol="Survived")
    show("unseen.print_confusion_matrix(threshold)", unseen.print_confusion_matrix(threshold))
    fig, axs = plt.subplots(2, 2, figsize=(9, 8), layout="constrained")
    judged.plot_roc_curve(axs[0, 0], label="validation")
    unseen.plot_roc_curve(axs[0, 0], label="test")
    BinaryClassificationMetrics(scored, labelCol="Survived", by=["Sex"]).plot_pr_curve(axs[0, 1])
    unseen.plot_calibration(axs[1, 0], bins=5, label="test")
    unseen.plot_confusion_matrix(threshold, axs[1, 1])
    save(fig, output / "classifier.png")
    named = scored.disassemble("probability", ["dies", "survives"])
    named = named.assign(predicted=named["survives"] >= threshold)
    columns = ["Sex", "survives", "predicted", "Survived"]
    show(f"named.cols[{columns}][:5]", named.cols[columns][:5])
    print(
        f"The pipeline in {output / 'pipeline'}, loaded again: area under ROC {unseen.areaUnderROC:.3f} for "
        f"{test.nrows} passengers it never saw."
    )


def forest() -> Pipeline:
    """A random forest, after an imputer, a fencer and what puts features into a vector."""
    return Pipeline(
        stages=[
            HandyImputerEstimator(
                by=["Pclass", "Sex"],
                categorical=["Embarked"],
                continuous=["Age"],
                strategy="median",
                add_indicator=True,
            ),
            HandyFencerEstimator(columns=["Fare"], by="Pclass", k=3),
            StringIndexer(inputCols=["Sex", "Embarked"], outputCols=["sex_index", "port_index"], handleInvalid="keep"),
            VectorAssembler(
                inputCols=["Pclass", "sex_index", "Age", "Age_was_missing", "SibSp", "Parch", "Fare", "port_index"],
                outputCol="features",
            ),
            RandomForestClassifier(labelCol="Survived", numTrees=40, maxDepth=5, seed=42),
        ]
    )


def show(code: str, result: object) -> None:
    """Print a call as one would type it, and what it gives."""
    print(f">>> {code}\n{result}\n")


def save(figure: Figure, path: Path) -> None:
    """Save a picture."""
    figure.savefig(path, dpi=100)
    plt.close(figure)
    print(f"Picture: {path}\n")


if __name__ == "__main__":
    raise SystemExit(main())
