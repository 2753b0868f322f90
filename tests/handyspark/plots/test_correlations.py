"""Heat maps of correlations: pandas says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


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
