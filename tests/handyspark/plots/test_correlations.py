"""Heat maps of correlations: pandas says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from handyspark.errors import UnsupportedColumnError


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def ticks(ax: Any, axis: str = "x") -> list[str]:
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


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


@pytest.mark.parametrize("by", [None, "Sex"])
def test_ranks_are_those_of_the_frame_and_of_pandas(titanic: Any, passengers: pd.DataFrame, by: Any) -> None:
    columns, hdf = ["Survived", "SibSp", "Fare"], titanic.toHandy()
    if by is None:
        ax = hdf.cols[columns].plot("correlations", method="spearman")
        panels, groups = [ax], [passengers]
    else:
        _, axes = hdf.stratify(by).cols[columns].plot("correlations", method="spearman")
        panels, groups = list(axes.ravel()), [group for _, group in passengers.groupby(by)]
    for panel, own in zip(panels, groups, strict=True):
        np.testing.assert_allclose(panel.images[0].get_array(), own[columns].corr("spearman"), atol=1e-12)
        assert panel.get_xlabel() == "Spearman's rho"


def test_dates_have_ranks_and_no_r(frame: Any) -> None:
    cols = frame("SELECT date_add(date'2024-01-01', int(id * id)) AS d, -id AS n FROM range(9)").cols[["d", "n"]]
    assert texts(cols.plot("correlations", method="spearman")) == ["1.00", "-1.00", "-1.00", "1.00"]
    with pytest.raises(UnsupportedColumnError, match=r"'pearson'; not 'd'.*'spearman'"):
        cols.plot("correlations")
