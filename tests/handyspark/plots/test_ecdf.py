"""Distributions: NumPy says what is right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd


def steps(line: Any) -> tuple[Any, Any]:
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def test_ecdf_is_exact_for_whole_numbers_and_days(titanic: Any, passengers: pd.DataFrame, frame: Any) -> None:
    _, ax = titanic.toHandy().stratify("Pclass").cols["SibSp"].plot("ecdf")
    for line, (_, own) in zip(ax.lines, passengers.groupby("Pclass").SibSp, strict=True):
        x, shares = steps(line)
        assert list(x[1:]) == sorted(own.unique())
        np.testing.assert_allclose(shares[1:], [(own <= value).mean() for value in x[1:]])
        assert (x[0], shares[0]) == (own.min(), 0)
    days = [dt.date(2024, 2, 28), dt.date(2024, 3, 1), dt.date(2024, 3, 1), None]
    ax = frame([(day,) for day in days], "day date").cols["day"].plot("ecdf", complementary=True)
    x, shares = steps(ax.lines[0])
    epoch = dt.date(1970, 1, 1)
    assert list(x) == [(day - epoch).days for day in (days[0], days[0], days[1])]
    np.testing.assert_allclose(shares, [1, 2 / 3, 0], atol=1e-12)


def test_ecdf_steps_within_half_a_cell_otherwise(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols["Fare"].plot("ecdf")
    x, shares = steps(ax.lines[0])
    fares, half = passengers.Fare, (passengers.Fare.max() - passengers.Fare.min()) / 2046 / 2
    for place, share in zip(x, shares, strict=True):
        assert (fares < place - half - 1e-9).mean() <= share <= (fares <= place + half + 1e-9).mean()
