"""Bars are the frame's own statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.thorough


def ticks(ax: Any, axis: str = "x") -> list[str]:
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


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
