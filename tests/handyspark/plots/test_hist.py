"""Histograms: the bars are as high as NumPy and pandas count."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import matplotlib.dates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from handyhooks import Bins, Column
from handyspark import Bucket
from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.plots.bin_rules import number_of_bins
from handyspark.plots.hist import HIST

pytestmark = pytest.mark.thorough


def bars(ax: Axes) -> tuple[list[float], list[float]]:
    """Edges and heights of what was drawn."""
    patches = ax.patches
    edges = [bar.get_x() for bar in patches] + [patches[-1].get_x() + patches[-1].get_width()]
    return edges, [bar.get_height() for bar in patches]


def labels(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_xticklabels()]


@pytest.mark.parametrize("bins", [1, 10, 37])
@pytest.mark.parametrize("column", ["Fare", "Age", "SibSp"])
def test_bars_of_numbers_equal_numpy(titanic: Any, passengers: pd.DataFrame, column: str, bins: int) -> None:
    ax = titanic.toHandy().cols[column].hist(bins=bins)
    counts, edges = np.histogram(passengers[column].dropna(), bins=bins)
    drawn_edges, heights = bars(ax)
    assert heights == list(counts)
    np.testing.assert_allclose(drawn_edges, edges, rtol=1e-12, atol=1e-12)
    assert ax.get_title() == column
    assert ax.get_ylim()[1] > max(counts)


def test_bars_of_categories_are_the_most_frequent_and_the_others(titanic: Any, passengers: pd.DataFrame) -> None:
    hdf = titanic.toHandy()
    ax = hdf.cols["Embarked"].hist()
    assert labels(ax) == ["S", "C", "Q"]
    assert bars(ax)[1] == [644, 168, 77]
    ax = hdf.cols["Ticket"].hist(bins=3)
    counts = passengers.Ticket.value_counts()
    assert labels(ax) == [*sorted(counts.index[counts == 7]), "(other)"]
    assert bars(ax)[1] == [7, 7, 7, 891 - 21]


def test_booleans_are_categories(frame: Any) -> None:
    ax = frame([(True,), (False,), (True,), (None,)], "b boolean").cols["b"].hist()
    assert (labels(ax), bars(ax)[1]) == (["True", "False"], [2, 1])


def test_dates_are_drawn_on_an_axis_of_dates(frame: Any) -> None:
    days = [dt.date(2024, 1, day) for day in (1, 2, 2, 11)]
    ax = frame([(day,) for day in days], "d date").cols["d"].hist(bins=10)
    assert bars(ax)[1] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert matplotlib.dates.num2date(bars(ax)[0][0]).date() == dt.date(2024, 1, 1)
    assert isinstance(ax.xaxis.get_major_locator(), matplotlib.dates.DateLocator)


def test_missing_and_infinite_values_are_left_out(frame: Any) -> None:
    values = [1.0, 2.0, 3.0, math.nan, None, math.inf, -math.inf]
    ax = frame([(x,) for x in values], "x double").cols["x"].hist(bins=2)
    assert bars(ax) == ([1.0, 2.0, 3.0], [1, 2])


@pytest.mark.parametrize(
    ("rows", "schema"),
    [
        ([], "x double"),
        ([(None,)], "x double"),
        ([(math.nan,), (math.inf,)], "x double"),
        ([], "x string"),
        ([(None,)], "x date"),
    ],
)
def test_nothing_to_draw_leaves_the_axes_empty(frame: Any, rows: Any, schema: str) -> None:
    ax = frame(rows, schema).cols["x"].hist()
    assert not ax.patches
    ax.figure.canvas.draw()


def test_constant_columns_and_huge_and_decimal_numbers(frame: Any) -> None:
    hdf = frame([(7, 2**62, Decimal("0.10")), (7, 2**61, Decimal("0.30"))], "c int, h bigint, d decimal(10,2)")
    assert bars(hdf.cols["c"].hist(bins=3)) == (pytest.approx([6.5, 6.5 + 1 / 3, 6.5 + 2 / 3, 7.5]), [0, 2, 0])
    assert bars(hdf.cols["h"].hist(bins=2))[1] == [1, 1]
    assert bars(hdf.cols["d"].hist(bins=2)) == (pytest.approx([0.1, 0.2, 0.3]), [1, 1])
    close = frame([(10**17 + i,) for i in range(3)], "x bigint")
    with pytest.raises(InvalidValueError, match="10 bins"):
        close.cols["x"].hist()


def test_several_columns_have_panels_with_ranges_of_their_own(titanic: Any, passengers: pd.DataFrame) -> None:
    axes = titanic.toHandy().cols[["Fare", "Age", "Embarked"]].hist(bins=5)
    assert [ax.get_title() for ax in axes] == ["Fare", "Age", "Embarked"]
    for ax, column in zip(axes[:2], ["Fare", "Age"], strict=True):
        counts, edges = np.histogram(passengers[column].dropna(), bins=5)
        assert bars(ax) == (pytest.approx(list(edges)), list(counts))
    assert len({ax.figure for ax in axes}) == 1


def test_strata_share_edges_and_limits(titanic: Any, passengers: pd.DataFrame) -> None:
    figure, axes = titanic.toHandy().stratify(["Pclass", "Sex"]).cols["Age"].hist(bins=6)
    assert axes.shape == (2, 3)
    known = passengers.dropna(subset="Age")
    edges = np.histogram_bin_edges(known.Age, bins=6)
    for (pclass, sex), group in known.groupby(["Pclass", "Sex"]):
        ax = axes[["female", "male"].index(sex), pclass - 1]
        assert ax.get_title().replace("\n", " ") == f'Pclass == "{pclass}" and Sex == "{sex}"'
        assert bars(ax) == (pytest.approx(list(edges)), list(np.histogram(group.Age, bins=edges)[0]))
    assert len({ax.get_xlim() for ax in axes.flat}) == len({ax.get_ylim() for ax in axes.flat}) == 1
    assert axes[0, 0].figure is figure


def test_the_stratified_histogram_of_the_post(titanic: Any, passengers: pd.DataFrame) -> None:
    _, axes = titanic.toHandy().stratify(["Sex", Bucket("Age", 2)]).cols["Embarked"].hist()
    assert axes.shape == (2, 2)
    for column, sex in enumerate(["female", "male"]):
        for row, old in enumerate([False, True]):
            ax = axes[row, column]
            clause = "Age >= 40.2100 and Age <= 80.0000" if old else "Age >= 0.4200 and Age < 40.2100"
            assert ax.get_title().replace("\n", " ") == f'Sex == "{sex}" and {clause}'
            group = passengers[(passengers.Sex == sex) & passengers.Age.notna() & ((passengers.Age >= 40.21) == old)]
            assert labels(ax) == ["S", "C", "Q"]
            assert bars(ax)[1] == [int((group.Embarked == port).sum()) for port in "SCQ"]


def test_a_stratum_of_other_categories_alone_has_its_panel(frame: Any) -> None:
    hdf = frame([("g", "a")] * 3 + [("h", "b")] * 2, "g string, v string")
    _, axes = hdf.stratify("g").cols["v"].hist(bins=1)
    assert [labels(ax) for ax in axes.flat] == [["a", "(other)"]] * 2
    assert [bars(ax)[1] for ax in axes.flat] == [[3, 0], [0, 2]]


def test_style_goes_to_matplotlib(titanic: Any) -> None:
    hdf = titanic.toHandy()
    assert hdf.cols["Fare"].hist(color="red").patches[0].get_facecolor() == (1, 0, 0, 1)
    assert hdf.cols["Sex"].hist(color="red").patches[0].get_facecolor() == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"bins": 0}, InvalidValueError, "bins"),
        ({"bins": "ten"}, InvalidValueError, "bins"),
        ({"bins": 2.5}, InvalidTypeError, "bins"),
        ({"bins": "stone"}, InvalidValueError, "one of 'auto', 'fd'"),
        ({"bins": [3, 2]}, InvalidValueError, "must ascend"),
        ({"bins": [0, math.nan]}, InvalidValueError, "finite"),
        ({"bins": ["a", "b"]}, InvalidTypeError, "a number for the column 'Fare'"),
        ({"range": (2, 1)}, InvalidValueError, "`range`.*ascend"),
        ({"range": 3}, InvalidTypeError, "`range`.*pair"),
        ({"range": (dt.date(2024, 1, 1), dt.date(2025, 1, 1))}, InvalidTypeError, "a number for the column"),
        ({"orientation": "up"}, InvalidValueError, "orientation"),
        ({"log": 1}, InvalidTypeError, "log"),
        ({"bin": 3}, InvalidTypeError, "Did you mean `bins`"),
        ({"ax": "here"}, InvalidTypeError, "`ax`.*'here'"),
    ],
    ids=repr,
)
def test_bad_arguments_are_refused(titanic: Any, options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        titanic.toHandy().cols["Fare"].hist(**options)


def test_types_that_have_no_histogram_are_refused(frame: Any) -> None:
    with pytest.raises(UnsupportedColumnError, match=r"'a' \(array<int>\)"):
        frame([([1],)], "a array<int>").cols["a"].hist()


@pytest.mark.parametrize("bins", [0, 10_001])
def test_a_number_of_bins_out_of_reason_is_refused(frame: Any, bins: int) -> None:
    with pytest.raises(InvalidValueError, match="from 1 to 10,000"):
        frame([(1.0,)], "x double").cols["x"].hist(bins=bins)


def test_no_column_is_nothing_to_draw(frame: Any) -> None:
    with pytest.raises(InvalidValueError, match="no column to draw"):
        frame([(1.0,)], "x double").cols["string"].hist()


def summaries(values: np.ndarray) -> dict[str, Any]:
    deviation = values.std()
    return {
        "n": len(values),
        "low_in": values.min(),
        "high_in": values.max(),
        "mean": values.mean(),
        "deviation": deviation,
        "skewness": ((values - values.mean()) ** 3).mean() / deviation**3 if deviation else math.nan,
        "quantiles": np.quantile(values, np.arange(1001) / 1000, method="inverted_cdf"),
    }


def by_the_formula(rule: str, values: np.ndarray) -> int:
    """`numpy.histogram_bin_edges` (2.3 and later), with quartiles that are values."""
    if rule not in ("auto", "fd"):
        return len(np.histogram_bin_edges(values, bins=rule)) - 1
    spread, (first, third) = np.ptp(values), np.quantile(values, [0.25, 0.75], method="inverted_cdf")
    width = 2 * (third - first) / len(values) ** (1 / 3)
    if rule == "auto":
        width = min(max(width, spread / math.sqrt(len(values)) / 2), spread / (math.log2(len(values)) + 1))
    return math.ceil(spread / width) if width else 1


@pytest.mark.parametrize("rule", ["auto", "fd", "scott", "sturges", "sqrt", "rice", "doane"])
def test_the_rules_are_those_of_numpy_from_summaries_of_strata(rule: str) -> None:
    column = Column(name="x", kind="floating", type="double")
    draws = np.random.default_rng(3)
    for values in (draws.normal(size=700), draws.gamma(0.5, size=400), np.array([2.0, 2.0]), np.array([1.0])):
        function = number_of_bins(rule, column, None, "")
        assert function([summaries(values)]) == by_the_formula(rule, values)
        if len(values) > 2:
            # Quartiles of several strata are put together from a thousand quantiles of each.
            apart = function([summaries(part) for part in np.split(np.sort(values), [150, 160])])
            assert abs(apart - by_the_formula(rule, values)) <= (1 if rule in ("auto", "fd") else 0)
    assert number_of_bins(rule, column, None, "")([{"n": 0}]) == 1


def test_rules_edges_and_ranges_of_a_frame(titanic: Any, passengers: pd.DataFrame) -> None:
    cols, fares = titanic.toHandy().cols, passengers.Fare.to_numpy()
    assert bars(cols["Fare"].hist(bins="doane"))[1] == list(np.histogram(fares, bins="doane")[0])
    assert bars(cols["Fare"].hist(bins="auto"))[1] == list(np.histogram(fares, by_the_formula("auto", fares))[0])
    within = fares[(fares >= 5) & (fares <= 100)]
    assert bars(cols["Fare"].hist(bins="scott", range=(5, 100)))[1] == list(
        np.histogram(within, bins="scott", range=(5, 100))[0]
    )
    edges = [0, 0.5, 7.25, 30, 512.3292]
    assert bars(cols["Fare"].hist(bins=np.array(edges))) == (
        pytest.approx(edges),
        list(np.histogram(fares, bins=edges)[0]),
    )
    _, axes = titanic.toHandy().stratify("Sex").cols["Fare"].hist(bins=7, range=(10, 80))
    for ax, (_, group) in zip(axes.flat, passengers.groupby("Sex").Fare, strict=True):
        assert bars(ax)[1] == list(np.histogram(group, bins=7, range=(10, 80))[0])


@pytest.mark.parametrize("orientation", ["vertical", "horizontal"])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("cumulative", [False, True, -1])
@pytest.mark.parametrize("density", [False, True])
def test_heights_and_limits_are_those_of_matplotlib(
    density: bool, cumulative: Any, log: bool, orientation: str
) -> None:
    values, edges = [1, 1, 1, 2, 7, 8, 8], [1, 2, 4, 9]
    options = {"density": density, "cumulative": cumulative, "log": log, "orientation": orientation}
    answers = {"histogram": Bins(edges=edges, counts=np.histogram(values, edges)[0].tolist())}
    data = HIST.data((Column(name="x", kind="integer", type="int"),), answers, bins=edges, range=None, **options)
    ax, right = plt.figure().subplots(1, 2)
    HIST.draw(ax, [("x", data)])
    right.hist(values, edges, **options)
    for bar, same in zip(ax.patches, right.patches, strict=True):
        np.testing.assert_allclose(bar.get_bbox().get_points(), same.get_bbox().get_points())
    assert (ax.get_xscale(), ax.get_yscale()) == (right.get_xscale(), right.get_yscale())
    across, along = HIST.limits(data) if orientation == "vertical" else HIST.limits(data)[::-1]
    heights = [bar.get_height() if orientation == "vertical" else bar.get_width() for bar in right.patches]
    assert across[0] < 1 < 9 < across[1]
    assert max(heights) < along[1] < 2.1 * max(heights)
    assert 0 < along[0] < min(heights) if log else along[0] == 0


def test_categories_take_the_same_options(titanic: Any) -> None:
    ax = titanic.toHandy().cols["Embarked"].hist(density=True, cumulative=True, orientation="horizontal")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([644 / 889, 812 / 889, 1.0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["S", "C", "Q"]
    assert ax.get_xlim() == pytest.approx((0, 1.05))
    for given in ({"bins": "auto"}, {"bins": [0, 1]}, {"range": (0, 1)}):
        with pytest.raises(InvalidValueError, match="categories"):
            titanic.toHandy().cols[["Fare", "Embarked"]].hist(**given)


def test_dates_at_the_ends_of_the_calendar(frame: Any) -> None:
    hdf = frame("SELECT explode(array(date'0001-01-01', date'9999-12-31', NULL)) AS d")
    ax = hdf.cols["d"].hist(bins=2)
    ax.figure.canvas.draw()
    assert bars(ax)[1] == [1, 1]
    with pytest.raises(InvalidValueError, match="'d' holds dates before the year 1 or after 9999, 2 of them"):
        frame("SELECT explode(array(date'2024-01-01', date'-0005-01-01', date'+12000-01-01')) AS d").cols["d"].hist()


def test_the_axis_of_timestamps_is_in_the_time_zone_of_the_session(frame: Any, conf: Any) -> None:
    conf("spark.sql.session.timeZone", "Asia/Tokyo")
    query = "SELECT explode(array(timestamp'2024-01-01 08:00:00', timestamp'2024-01-01 20:00:00')) AS t"
    ax = frame(query).cols["t"].hist(bins=2, range=(dt.datetime(2023, 12, 31, 23), dt.datetime(2024, 1, 1, 11)))
    ax.figure.canvas.draw()
    assert bars(ax)[1] == [1, 1]
    assert str(ax.xaxis.get_major_locator().tz) == "Asia/Tokyo"
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert any("12" in text for text in shown), shown


def test_what_floating_point_numbers_can_not_say_is_refused(frame: Any) -> None:
    far = frame([(-1.7e308,), (1.7e308,)], "x double").cols
    for options in ({}, {"bins": "auto"}, {"bins": "scott"}):
        with pytest.raises(InvalidValueError, match=r"too far apart|too coarse"):
            far["x"].hist(**options)
    with pytest.raises(InvalidValueError, match="too far apart"):
        frame([(-1.7e308, 1.0), (1.7e308, 2.0)], "x double, y double").cols[["x", "y"]].hexbin()
    with pytest.raises(InvalidValueError, match="too close together"):
        frame([(1e-310,), (2e-310,)], "x double").cols["x"].hist(density=True)


def test_no_bars_on_an_axis_of_logarithms(frame: Any) -> None:
    ax = frame([(1.0,)], "x double").cols["x"].hist(range=(5, 6), log=True)
    ax.figure.canvas.draw()
    assert [bar.get_height() for bar in ax.patches] == [0] * 10


@pytest.mark.thorough
def test_many_columns_in_strata_take_two_passes(spark: Any, passes: Any, tmp_path: Any) -> None:
    spark.range(400).selectExpr(
        "id % 3 AS g", *(f"sqrt(id + {i}) AS x{i}" for i in range(5)), "date_add(DATE'2024-01-01', int(id)) AS day"
    ).write.parquet(str(tmp_path / "table"))
    cols = spark.read.parquet(str(tmp_path / "table")).toHandy().stratify("g").cols
    numbers = [f"x{i}" for i in range(5)]
    assert passes(lambda: cols[numbers].hist(), 400) == 2
    assert passes(lambda: cols[numbers].hist(bins="auto"), 400) == 2
    assert passes(lambda: cols[["x0", "day"]].hist(bins="fd"), 400) == 2
    assert passes(lambda: cols[["x0", "x1"]].hexbin(gridsize=5), 400) == 2
    assert passes(lambda: cols[["x0", "x1"]].scatterplot(), 400) == 2
