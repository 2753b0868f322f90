"""Violins: SciPy and NumPy say what is right."""

from __future__ import annotations

from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde


def ticks(ax: Any, axis: str = "x") -> list[str]:
    return [label.get_text() for label in getattr(ax, f"get_{axis}ticklabels")()]


def test_violins_reach_from_least_to_greatest_and_mark_the_quartiles(titanic: Any, passengers: pd.DataFrame) -> None:
    _, ax = titanic.toHandy().stratify("Pclass").cols["Age"].plot("violin", color="C3")
    assert ticks(ax) == [f'Pclass == "{i}"' for i in (1, 2, 3)]
    for place, (_, ages) in enumerate(passengers.groupby("Pclass").Age):
        known = ages.dropna()
        quartiles = np.quantile(known, [0.25, 0.5, 0.75], method="inverted_cdf")
        ends, box, dot = (line.get_ydata() for line in ax.lines[3 * place : 3 * place + 3])
        assert (*ends, *box, *dot) == (known.min(), known.max(), quartiles[0], quartiles[2], quartiles[1])
        outline = ax.collections[place].get_paths()[0].vertices
        right = outline[outline[:, 0] > place + 1]
        density = gaussian_kde(known)(right[:, 1])
        np.testing.assert_allclose(right[:, 0] - place - 1, 0.4 * density / density.max(), atol=0.01)


def test_violins_of_timestamps_stand_on_an_axis_of_dates(frame: Any) -> None:
    hdf = frame("SELECT timestamp'2024-01-01 12:00:00 UTC' + make_interval(0, 0, 0, id * id) AS t FROM range(12)")
    ax = hdf.cols["t"].plot("violin")
    assert isinstance(ax.yaxis.get_major_locator(), matplotlib.dates.DateLocator)
    start = matplotlib.dates.date2num(np.datetime64("2024-01-01T12:00:00"))
    ends, box, dot = (line.get_ydata() - start for line in ax.lines)
    np.testing.assert_allclose([*ends, *box, *dot], [0, 121, 4, 64, 25])
