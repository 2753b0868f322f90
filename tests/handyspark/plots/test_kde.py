"""Kernel densities: SciPy says what is right."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

from handyspark.errors import InvalidValueError

pytestmark = pytest.mark.thorough

ROWS = """SELECT id, sqrt(id) AS root, CASE WHEN id % 10 = 0 THEN double('NaN') WHEN id % 11 = 0 THEN double('Infinity')
ELSE sin(id) END AS gaps, id % 3 AS stratum FROM range(600)"""


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


def test_values_too_far_apart_are_refused_in_words(frame: Any) -> None:
    for end, kinds in [(1e300, ("kde", "violin")), (1.7e308, ("kde", "violin", "ecdf"))]:
        cols = frame([(-end,), (end,)], "x double").cols["x"]
        for kind in kinds:
            with pytest.raises(InvalidValueError, match="too far apart"):
                cols.plot(kind)


DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=day**2) for day in range(12)]


def test_dates_are_drawn_on_an_axis_of_dates_in_days(frame: Any) -> None:
    days = np.array([matplotlib.dates.date2num(day) for day in DAYS])
    ax = frame([(day,) for day in DAYS], "d date").cols["d"].plot("kde")
    x, density = ax.lines[0].get_data()
    np.testing.assert_allclose(density, gaussian_kde(days)(x), atol=1e-5)
    assert isinstance(ax.xaxis.get_major_locator(), matplotlib.dates.DateLocator)
    assert ax.get_ylabel() == "density per day"
    ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    times = frame("SELECT timestamp_ntz'2024-01-01 06:00:00' + make_interval(0, 0, 0, id * id) AS t FROM range(12)")
    x, density = times.cols["t"].plot("kde").lines[0].get_data()
    np.testing.assert_allclose(density, gaussian_kde(days + 0.25)(x), atol=1e-5)


@pytest.mark.parametrize("kind", ["kde", "ecdf", "violin"])
def test_dates_that_no_axis_can_show_are_refused_and_the_last_ones_drawn(frame: Any, kind: str) -> None:
    ax = frame("SELECT explode(array(date'0001-01-01', date'9999-12-31')) AS d").cols["d"].plot(kind)
    ax.figure.canvas.draw()
    out = frame("SELECT explode(array(date'2024-01-01', date'-0005-01-01', date'+12000-01-01')) AS d, 1 AS n")
    with pytest.raises(InvalidValueError, match="'d' holds dates before the year 1 or after 9999, 2 of them"):
        out.cols["d"].plot(kind)
    with pytest.raises(InvalidValueError, match="Dates and numbers can't be drawn along one axis"):
        frame([(DAYS[0], 1.0)], "d date, x double").cols[["d", "x"]].plot(kind)
