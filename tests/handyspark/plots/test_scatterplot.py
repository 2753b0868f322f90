"""Scatter plots: circles where rows are, as large as there are many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import DateLocator

from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError

pytestmark = pytest.mark.thorough


def circles(ax: Axes) -> tuple[np.ndarray, np.ndarray]:
    """Centers and areas of what was drawn."""
    (collection,) = ax.collections
    return np.asarray(collection.get_offsets()), collection.get_sizes()


def expected(pairs: pd.DataFrame, bins: int, ranges: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Centers and counts of the cells that hold rows, by NumPy."""
    counts, x_edges, y_edges = np.histogram2d(*pairs.to_numpy(dtype=float).T, bins=bins, range=ranges)
    x, y = np.nonzero(counts)
    centers = np.column_stack([(x_edges[x] + x_edges[x + 1]) / 2, (y_edges[y] + y_edges[y + 1]) / 2])
    return centers, counts[x, y]


def check(ax: Axes, pairs: pd.DataFrame, bins: int, ranges: Any = None) -> None:
    centers, areas = circles(ax)
    right, counts = expected(pairs, bins, ranges)
    np.testing.assert_allclose(centers, right)
    np.testing.assert_allclose(areas / areas.max(), counts / counts.max())


def test_thirty_by_thirty_cells_sized_by_count(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols[["Fare", "Age"]].scatterplot()
    check(ax, passengers[["Fare", "Age"]].dropna(), 30)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Fare", "Age")


def test_other_numbers_of_bins(titanic: Any, passengers: pd.DataFrame) -> None:
    check(titanic.toHandy().cols[["Pclass", "Fare"]].scatterplot(bins=7), passengers[["Pclass", "Fare"]], 7)


def test_strata_share_cells_and_limits(titanic: Any, passengers: pd.DataFrame) -> None:
    _, axes = titanic.toHandy().stratify("Sex").cols[["Fare", "Age"]].scatterplot(bins=9)
    known = passengers.dropna(subset="Age")
    fullest = []
    ranges = [(known.Fare.min(), known.Fare.max()), (known.Age.min(), known.Age.max())]
    for ax, (sex, group) in zip(axes.flat, known.groupby("Sex"), strict=True):
        assert ax.get_title() == f'Sex == "{sex}"'
        check(ax, group[["Fare", "Age"]], 9, ranges)
        fullest.append((circles(ax)[1].max(), expected(group[["Fare", "Age"]], 9, ranges)[1].max()))
    # One scale: areas of different panels can be compared.
    assert fullest[0][0] / fullest[1][0] == pytest.approx(fullest[0][1] / fullest[1][1])
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes.flat}) == 1


def test_the_range_is_that_of_the_pairs_that_are_shown(frame: Any) -> None:
    rows = [(0.0, 0.0), (1.0, 2.0), (50.0, None), (None, 60.0), (70.0, math.inf), (math.nan, 80.0), (-math.inf, 90.0)]
    ax = frame(rows, "x double, y double").cols[["x", "y"]].scatterplot(bins=2)
    check(ax, pd.DataFrame(rows[:2]), 2)


@pytest.mark.parametrize("rows", [[], [(None, 1.0), (1.0, None)], [(math.inf, 1.0)]])
def test_nothing_to_draw_leaves_the_axes_empty(frame: Any, rows: Any) -> None:
    ax = frame(rows, "x double, y double").cols[["x", "y"]].scatterplot()
    assert len(circles(ax)[0]) == 0
    ax.figure.canvas.draw()


def test_one_row_and_a_column_with_itself(frame: Any) -> None:
    hdf = frame([(3, 4.0)], "x int, y double")
    np.testing.assert_allclose(circles(hdf.cols[["x", "y"]].scatterplot(bins=1))[0], [[3, 4]])
    np.testing.assert_allclose(circles(hdf.cols[["x", "x"]].scatterplot(bins=1))[0], [[3, 3]])


def test_bad_arguments_are_refused(titanic: Any) -> None:
    hdf = titanic.toHandy()
    with pytest.raises(InvalidValueError, match="2 columns; got 1"):
        hdf.cols["Fare"].scatterplot()
    with pytest.raises(InvalidValueError, match="2 columns; got 3"):
        hdf.cols[["Fare", "Age", "SibSp"]].scatterplot()
    with pytest.raises(UnsupportedColumnError, match="'Sex'"):
        hdf.cols[["Fare", "Sex"]].scatterplot()
    with pytest.raises(InvalidValueError, match="bins"):
        hdf.cols[["Fare", "Age"]].scatterplot(bins=0)
    with pytest.raises(InvalidTypeError, match="bins"):
        hdf.cols[["Fare", "Age"]].scatterplot(bins=[1, 2])


def test_style_goes_to_matplotlib(titanic: Any) -> None:
    (collection,) = titanic.toHandy().cols[["Fare", "Age"]].scatterplot(color="red", alpha=1.0).collections
    np.testing.assert_allclose(collection.get_facecolor(), [[1, 0, 0, 1]])


def test_dates_are_drawn_on_axes_of_dates(frame: Any) -> None:
    ax = (
        frame("SELECT date'2024-01-01' AS d, 1 AS x UNION ALL SELECT date'2024-01-11', 5")
        .cols[["x", "d"]]
        .scatterplot()
    )
    ax.figure.canvas.draw()
    assert isinstance(ax.yaxis.get_major_locator(), DateLocator)
    assert len(circles(ax)[0]) == 2
