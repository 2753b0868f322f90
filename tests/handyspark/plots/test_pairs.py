"""Scatter matrices: NumPy says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import Normalize

from handyspark.errors import InvalidValueError


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
    assert ax.get_title() == ""
    with pytest.raises(InvalidValueError, match="takes 2 to 5 columns; got 7"):
        titanic.toHandy().cols[["Age", "Fare", "SibSp", "Parch", "Pclass", "Survived", "PassengerId"]].plot("pairs")


def test_pairs_take_a_norm_of_the_users_own_and_scale_it_by_the_data(frame: Any) -> None:
    norm = Normalize()
    frame([(0, 0.0)] * 7 + [(1, 1.0)], "a int, b double").cols[["a", "b"]].plot("pairs", bins=2, norm=norm)
    assert (norm.vmin, norm.vmax) == pytest.approx((np.log(2), np.log(8)))
