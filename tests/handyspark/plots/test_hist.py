"""Histograms: the bars are as high as NumPy and pandas count."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from handyspark import Bucket
from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError


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
