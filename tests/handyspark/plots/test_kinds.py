"""Kinds that are drawn from counts: SciPy, NumPy and pandas say what is right."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

import handyspark.plot
from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError

KINDS = ("kde", "ecdf", "violin", "bar", "correlations", "missing", "pairs")
ROWS = """SELECT id, sqrt(id) AS root, CASE WHEN id % 10 = 0 THEN double('NaN') WHEN id % 11 = 0 THEN double('Infinity')
ELSE sin(id) END AS gaps, id % 3 AS stratum FROM range(600)"""


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def ticks(ax: Any, axis: str = "x") -> list[str]:
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


@pytest.mark.parametrize("bw_method", ["scott", "silverman", 0.3])
def test_kde_is_within_its_bound_of_scipy(titanic: Any, passengers: pd.DataFrame, bw_method: Any) -> None:
    ax = titanic.toHandy().cols[["Age", "Fare"]].plot("kde", bw_method=bw_method, points=200)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Age", "Fare"]
    for line, column in zip(ax.lines, ["Age", "Fare"], strict=True):
        values = passengers[column].dropna()
        right = gaussian_kde(values, bw_method=bw_method)
        width, cell = right.factor * values.std(), (values.max() - values.min()) / 2046
        x, density = line.get_data()
        assert len(x) == 200
        assert np.abs(density - right(x)).max() <= cell / (8 * width**2)
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_kde_of_strata_leaves_out_what_is_no_number(frame: Any) -> None:
    hdf = frame(ROWS)
    figure, ax = hdf.stratify("stratum").cols["gaps"].plot("kde")
    assert ax.figure is figure
    assert len(ax.lines) == 3
    rows = hdf.notHandy().toPandas()
    for line, (_, own) in zip(ax.lines, rows.groupby("stratum"), strict=True):
        values = own.gaps[np.isfinite(own.gaps)]
        x, density = line.get_data()
        np.testing.assert_allclose(density, gaussian_kde(values)(x), atol=1e-3)


def steps(line: Any) -> tuple[Any, Any]:
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def test_ecdf_is_exact_for_whole_numbers_and_days(titanic: Any, passengers: pd.DataFrame, frame: Any) -> None:
    _, ax = titanic.toHandy().stratify("Pclass").cols["SibSp"].plot("ecdf")
    for line, (_, own) in zip(ax.lines, passengers.groupby("Pclass").SibSp, strict=True):
        x, shares = steps(line)
        assert list(x[1:]) == sorted(own.unique())
        np.testing.assert_allclose(shares[1:], [(own <= value).mean() for value in x[1:]])
        assert (x[0], shares[0]) == (own.min(), 0)
    days = [dt.date(2024, 2, 28), dt.date(2024, 3, 1), dt.date(2024, 3, 1), None]
    ax = frame([(day,) for day in days], "day date").cols["day"].plot("ecdf", complementary=True)
    x, shares = steps(ax.lines[0])
    epoch = dt.date(1970, 1, 1)
    assert list(x) == [(day - epoch).days for day in (days[0], days[0], days[1])]
    np.testing.assert_allclose(shares, [1, 2 / 3, 0], atol=1e-12)


def test_ecdf_steps_within_half_a_cell_otherwise(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols["Fare"].plot("ecdf")
    x, shares = steps(ax.lines[0])
    fares, half = passengers.Fare, (passengers.Fare.max() - passengers.Fare.min()) / 2046 / 2
    for place, share in zip(x, shares, strict=True):
        assert (fares < place - half - 1e-9).mean() <= share <= (fares <= place + half + 1e-9).mean()


def test_violins_reach_from_least_to_greatest_and_mark_the_quartiles(titanic: Any, passengers: pd.DataFrame) -> None:
    _, ax = titanic.toHandy().stratify("Pclass").cols["Age"].plot("violin", color="C3")
    assert ticks(ax) == [f'Pclass == "{i}"' for i in (1, 2, 3)]
    for place, (_, ages) in enumerate(passengers.groupby("Pclass").Age):
        known = ages.dropna()
        quartiles = np.quantile(known, [0.25, 0.5, 0.75], method="inverted_cdf")
        ends, box, dot = (line.get_ydata() for line in ax.lines[3 * place : 3 * place + 3])
        assert (*ends, *box, *dot) == (known.min(), known.max(), quartiles[0], quartiles[2], quartiles[1])
        outline = ax.collections[place].get_paths()[0].vertices
        right = outline[outline[:, 0] > place + 1]
        density = gaussian_kde(known)(right[:, 1])
        np.testing.assert_allclose(right[:, 0] - place - 1, 0.4 * density / density.max(), atol=0.01)


@pytest.mark.parametrize("stat", ["mean", "median", "isnull", "nunique"])
def test_bars_are_statistics_of_the_frame(titanic: Any, stat: str) -> None:
    hdf = titanic.toHandy().stratify("Pclass")
    _, ax = hdf.cols[["Age", "Fare"]].plot("bar", stat=stat)
    right = hdf.cols[["Age", "Fare"]].agg([stat])
    for bars, column in zip(ax.containers, ["Age", "Fare"], strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in bars], right[column, stat].astype(float))
        assert bars.get_label() == column
    assert ticks(ax) == [f'Pclass == "{i}"' for i in (1, 2, 3)]


def test_bars_show_standard_errors(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols[["Age", "Fare"]].plot("bar", errors=True)
    assert ticks(ax) == ["Age", "Fare"]
    (whiskers,) = (c for c in ax.collections if len(c.get_segments()) == 2)
    for segment, column in zip(whiskers.get_segments(), ["Age", "Fare"], strict=True):
        mean, error = passengers[column].mean(), passengers[column].sem()
        np.testing.assert_allclose(segment[:, 1], [mean - error, mean + error])


def test_correlations_equal_pandas(titanic: Any, passengers: pd.DataFrame, frame: Any) -> None:
    columns = ["Survived", "Age", "Fare"]
    hdf = titanic.toHandy()
    ax = hdf.cols[columns].plot("correlations")
    right = passengers[columns].corr()
    np.testing.assert_allclose(ax.images[0].get_array(), right)
    assert texts(ax) == [f"{r:.2f}" for r in right.to_numpy().ravel()]
    assert (ticks(ax), ticks(ax, "y")) == (columns, columns)
    figure, axes = hdf.stratify("Sex").cols[columns].plot("correlations")
    for panel, (_, own) in zip(axes.ravel(), passengers.groupby("Sex"), strict=True):
        np.testing.assert_allclose(panel.images[0].get_array(), own[columns].corr())
    assert ax is not axes.ravel()[0]
    assert figure is not ax.figure
    ax = frame([(1, 5.0), (2, 5.0)], "x int, y double").cols[["x", "y"]].plot("correlations")
    assert texts(ax) == ["1.00", "-", "-", "-"]


def test_a_matrix_that_is_at_hand_can_be_drawn() -> None:
    matrix = pd.DataFrame({"a": [1.0, -0.5], "$b": [-0.5, 1.0]}, index=["a", "$b"])
    ax = handyspark.plot.correlations(matrix)
    assert texts(ax) == ["1.00", "-0.50", "-0.50", "1.00"]
    given = plt.subplots()[1]
    assert handyspark.plot.correlations(matrix, ax=given, cmap="coolwarm") is given
    with pytest.raises(InvalidTypeError, match="must be a DataFrame"):
        handyspark.plot.correlations([[1.0]])  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="named as its columns"):
        handyspark.plot.correlations(matrix.iloc[:1])
    with pytest.raises(InvalidTypeError, match="matplotlib Axes"):
        handyspark.plot.correlations(matrix, ax="here")  # type: ignore[arg-type]


def test_missing_shares_equal_pandas(titanic: Any, passengers: pd.DataFrame) -> None:
    columns = ["Age", "Cabin", "Embarked", "Fare"]
    ax = titanic.toHandy().cols[columns].plot("missing")
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], passengers[columns].isnull().mean())
    assert ticks(ax, "y") == columns
    _, ax = titanic.toHandy().stratify("Pclass").cols[columns].plot("missing")
    right = passengers[columns].isnull().groupby(passengers.Pclass).mean()
    np.testing.assert_allclose(ax.images[0].get_array(), right)
    assert texts(ax) == [f"{share:.0%}" for share in right.to_numpy().ravel()]


def test_pairs_count_as_numpy(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols[["Age", "Fare"]].plot("pairs", bins=7)
    cells = ax.child_axes
    assert len(cells) == 3
    ages = passengers.Age.dropna()
    np.testing.assert_array_equal(cells[0].patches[0].get_data().values, np.histogram(ages, 7)[0])
    both = passengers[["Age", "Fare"]].dropna()
    ranges = [(ages.min(), ages.max()), (passengers.Fare.min(), passengers.Fare.max())]
    counts = np.histogram2d(both.Age, both.Fare, bins=7, range=ranges)[0]
    drawn = np.ma.filled(cells[1].collections[0].get_array(), 0)
    np.testing.assert_allclose(np.expm1(drawn).reshape(7, 7), counts.T)
    assert [cells[1].get_xlabel(), cells[1].get_ylabel()] == ["Age", "Fare"]
    with pytest.raises(InvalidValueError, match="takes 2 to 5 columns; got 7"):
        titanic.toHandy().cols[["Age", "Fare", "SibSp", "Parch", "Pclass", "Survived", "PassengerId"]].plot("pairs")


def test_what_makes_no_sense_is_refused(titanic: Any) -> None:
    cols = titanic.toHandy().cols
    for kind in KINDS:
        if kind != "missing":
            with pytest.raises(UnsupportedColumnError, match="Sex"):
                cols[["Age", "Sex"]].plot(kind)
    for kind, options, match in [
        ("kde", {"bw_method": "none"}, "bw_method"),
        ("kde", {"bw_method": 0}, "bw_method"),
        ("kde", {"points": 1}, "points"),
        ("bar", {"stat": "mode"}, "stat"),
        ("pairs", {"bins": 0}, "bins"),
        ("correlations", {"method": "spearman"}, "method"),
    ]:
        with pytest.raises(InvalidValueError, match=match):
            cols[["Age", "Fare"]].plot(kind, **options)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(None, None, None)],
        [(1, 2.5, Decimal("1.50"))],
        [(7, 2.5, Decimal("1.50"))] * 3,
        [(2**62, math.inf, Decimal("99999999.99")), (-(2**62), math.nan, None), (0, 1.0, Decimal("0.01"))],
        [(1, 1e-300, Decimal(1)), (2, -math.inf, Decimal(2)), (None, 1e300, Decimal(3))],
    ],
    ids=["empty", "nulls", "one row", "constant", "huge", "infinite"],
)
def test_little_or_odd_data_are_drawn_all_the_same(frame: Any, rows: Any) -> None:
    hdf = frame(rows, "`a b` bigint, `$x.y` double, d decimal(10,2)")
    figure, axes = plt.subplots(1, len(KINDS))
    for ax, kind in zip(axes, KINDS, strict=True):
        assert hdf.cols[["a b", "$x.y", "d"]].plot(kind, ax=ax) is ax
    figure.canvas.draw()
    stratified = frame([("g", *row) for row in rows], "g string, `a b` bigint, `$x.y` double, d decimal(10,2)")
    for kind in KINDS:
        drawn, _ = stratified.stratify("g").cols[["a b", "$x.y", "d"]].plot(kind)
        drawn.canvas.draw()


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_two_passes_at_most(frame: Any, spark: Any, passes: Callable[..., float], tmp_path: Any, kind: str) -> None:
    path = str(tmp_path / "table.parquet")
    spark.sql(ROWS).write.parquet(path)
    hdf = handyspark.handy(spark.read.parquet(path))
    expected = 2 if kind in ("kde", "ecdf", "violin", "pairs") else 1
    columns = ["id", "root", "gaps"]
    assert passes(lambda: hdf.cols[columns].plot(kind), 600) == expected
    assert passes(lambda: hdf.stratify(["stratum"]).cols[columns].plot(kind), 600) == expected
