"""Plots against those of PySpark itself and of the pandas API on Spark: what is computed, without drawing.

Run as ``python packages/handyspark/benchmarks/plots.py [--rows N]``; every ratio is within this one run. Rivals are
asked for what they compute of the data before anything is drawn: drawing costs the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from measuring import local_session, measure, report, rows_wanted, stored
from pyspark.sql import DataFrame, SparkSession

from handyspark import handy
from handyspark.errors import UnknownNameError
from handyspark.planner import Job, Source, ask
from handyspark.planner.job import resolve_stages
from handyspark.records import checked_options, record
from handyspark.schema import Schema
from handyspark.stratifying import strata_of

NUMBERS = [f"x{i}" for i in range(5)]
STRATA = 7


def main() -> None:
    """Generate the table, and run every comparison on it."""
    rows = rows_wanted(__doc__)
    spark = local_session()
    with stored(spark, table(spark, rows)) as df:
        print(f"{rows:,} rows of 5 doubles and a string, Spark {spark.version}, local[2]")
        histograms(df, rows)
        boxes(df, rows)
        densities(df, rows)
    spark.stop()


def table(spark: SparkSession, rows: int) -> DataFrame:
    """Normal, log-normal, gamma-like, uniform and rounded numbers, and a string of seven values."""
    return spark.range(rows).selectExpr(
        "randn(1) AS x0",
        "exp(randn(2)) AS x1",
        "-ln(1 - rand(3)) * 50 AS x2",
        "rand(4) * 1000 AS x3",
        "round(randn(5) * 10, 1) AS x4",
        f"concat('level ', id % {STRATA}) AS g",
    )


def computed(df: DataFrame, kind: str, by: str | None = None, **given: Any) -> Callable[[], Any]:
    """What handyspark computes for a plot of the five columns."""

    def action() -> Any:
        schema = Schema(df.schema, case_sensitive=True)
        source = Source(df=df, schema=schema)
        if by is not None:
            source = Source(df=df, schema=schema, strata=strata_of(source, [by]))
        plot_kind = record("handyspark_plot_kinds", kind)
        options = checked_options(plot_kind.options, given, owner=kind)
        jobs = [
            Job(
                owner=kind,
                columns=columns,
                stages=resolve_stages(plot_kind.stages, columns, options, owner=kind),
                options=options,
            )
            for columns in ((column,) for column in schema.find_all(NUMBERS))
        ]
        found = ask(source, jobs)
        return [
            plot_kind.data(tuple(column.described for column in job.columns), answers, **options)
            for job, of_job in zip(jobs, found.answers, strict=True)
            for answers in of_job
        ]

    return action


def histograms(df: DataFrame, rows: int) -> None:
    """Ten bins of each column; the rivals give all columns the same edges."""
    numbers = df.select(NUMBERS)
    report(
        "hist of 5 columns, 10 bins",
        [
            measure("df.plot.hist", lambda: spark_histogram(numbers), rows=rows),
            measure("pandas API on Spark", lambda: pandas_histogram(numbers), rows=rows),
            measure("handyspark", computed(df, "hist"), rows=rows),
            measure(f"handyspark, {STRATA} strata", computed(df, "hist", "g"), rows=rows),
            measure("handyspark, by the rule 'auto'", computed(df, "hist", bins="auto"), rows=rows),
            measure("handyspark, drawn", lambda: handy(df).cols[NUMBERS].hist(), rows=rows),
        ],
        rival="df.plot.hist",
    )


def boxes(df: DataFrame, rows: int) -> None:
    """Quartiles, whiskers and fliers of each column, and how far off the quartiles are."""
    numbers = df.select(NUMBERS)
    report(
        "boxplot of 5 columns",
        [
            measure("df.plot.box", lambda: spark_boxes(numbers), rows=rows),
            measure("pandas API on Spark", lambda: numbers.pandas_api().plot.box(), rows=rows),
            measure("handyspark", computed(df, "boxplot"), rows=rows),
            measure(f"handyspark, {STRATA} strata", computed(df, "boxplot", "g"), rows=rows),
        ],
        rival="df.plot.box",
    )
    exact = np.array(
        [
            np.quantile(numbers.select(name).toPandas()[name], [0.25, 0.5, 0.75], method="inverted_cdf")
            for name in NUMBERS
        ]
    )
    spread = (exact[:, 2] - exact[:, 0])[:, None]
    print("  greatest error of a quartile, in interquartile ranges")
    for name, found in {
        "df.plot.box": spark_quartiles(numbers),
        "handyspark": np.array([box.quartiles for box in computed(df, "boxplot")()]),
    }.items():
        print(f"    {name:<42} {np.abs((found - exact) / spread).max():.2e}")


def densities(df: DataFrame, rows: int, points: int = 200) -> None:
    """Smoothed densities; skipped where handyspark has no such kind."""
    try:
        record("handyspark_plot_kinds", "kde")
    except UnknownNameError:
        print("\nkde: not there, skipped")
        return
    numbers = df.select(NUMBERS[:1])
    grid = [float(x) for x in np.linspace(-5, 5, points)]
    report(
        f"kde of 1 column; Spark's at {points} points",
        [
            measure("df.plot.kde", lambda: spark_density(numbers, grid), rows=rows, repeats=1),
            measure("handyspark", lambda: handy(numbers).cols[NUMBERS[0]].plot("kde"), rows=rows),
        ],
        rival="df.plot.kde",
    )


def spark_histogram(numbers: DataFrame) -> Any:
    """The computing half of `df.plot.hist`: what is drawn is a bar a bin."""
    from pyspark.sql.plot.core import PySparkHistogramPlotBase as Base

    bins = list(Base.get_bins(numbers, 10))
    # Its last edge may fall short of the greatest value by rounding: it then refuses that value.
    bins[-1] += 1e-9 * (bins[-1] - bins[0])
    return Base.compute_hist(numbers, bins)


def pandas_histogram(numbers: DataFrame) -> Any:
    """The computing half of the pandas API's `plot.hist`."""
    from pyspark.pandas.plot.core import HistogramPlotBase as Base

    data, bins = Base.prepare_hist_data(numbers.pandas_api(), 10)
    return Base.compute_hist(data, bins)


def spark_boxes(numbers: DataFrame) -> Any:
    """The computing half of `df.plot.box`, as its plotly backend runs it."""
    from pyspark.sql.plot.core import PySparkBoxPlotBase as Base

    names = numbers.columns
    results = Base.compute_box(numbers, names, 1.5, 0.01, True)
    return list(results)


def spark_quartiles(numbers: DataFrame) -> np.ndarray:
    """Quartiles as `df.plot.box` has them: by `percentile_approx` with its default precision."""
    row = numbers.selectExpr(
        *(f"percentile_approx({name}, array(0.25D, 0.5D, 0.75D), 100) AS {name}" for name in NUMBERS)
    ).first()
    return np.array([list(row[name]) for name in NUMBERS])


def spark_density(numbers: DataFrame, grid: list[float]) -> Any:
    """The computing half of `df.plot.kde`."""
    from pyspark.sql.plot.core import PySparkKdePlotBase as Base

    column = numbers[NUMBERS[0]].cast("double")
    return numbers.select(Base.compute_kde_col(column, 0.3, grid)).collect()


if __name__ == "__main__":
    main()
