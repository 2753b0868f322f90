"""Kernel densities: SciPy says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gaussian_kde

from handyspark.errors import InvalidValueError

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
    cols = frame([(-1e300,), (1e300,)], "x double").cols["x"]
    for kind in ("kde", "violin"):
        with pytest.raises(InvalidValueError, match="too far apart"):
            cols.plot(kind)
