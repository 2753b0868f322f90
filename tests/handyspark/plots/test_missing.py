"""Missingness: pandas says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def ticks(ax: Any, axis: str = "x") -> list[str]:
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


def test_missing_shares_equal_pandas(titanic: Any, passengers: pd.DataFrame) -> None:
    columns = ["Age", "Cabin", "Embarked", "Fare"]
    ax = titanic.toHandy().cols[columns].plot("missing")
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], passengers[columns].isnull().mean())
    assert ticks(ax, "y") == columns
    _, ax = titanic.toHandy().stratify("Pclass").cols[columns].plot("missing")
    right = passengers[columns].isnull().groupby(passengers.Pclass).mean()
    np.testing.assert_allclose(ax.images[0].get_array(), right)
    assert texts(ax) == [f"{share:.0%}" for share in right.to_numpy().ravel()]
