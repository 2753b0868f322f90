"""Hexagonal bins: the counts are those that matplotlib finds in all rows."""

from __future__ import annotations

import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from handyspark.errors import InvalidTypeError, InvalidValueError


def check(found: Any, x: Any, y: Any, **given: Any) -> None:
    """Compare with what matplotlib draws of all rows."""
    (right,) = plt.figure().add_subplot().hexbin(x, y, **given).axes.collections
    (drawn,) = found.collections
    np.testing.assert_array_equal(drawn.get_array(), right.get_array())
    np.testing.assert_allclose(drawn.get_offsets(), right.get_offsets(), atol=1e-9)
    assert drawn.get_clim() == right.get_clim()


def test_counts_equal_matplotlib_on_all_rows(spark: Any, titanic: Any, passengers: pd.DataFrame) -> None:
    known = passengers.dropna(subset=["Age", "Fare"])
    check(titanic.toHandy().cols[["Fare", "Age"]].hexbin(), known.Fare, known.Age)
    # Whole numbers lie on the borders between hexagons.
    df = spark.sql("SELECT id % 41 AS x, (id * id) % 29 - 7.5D AS y FROM range(2000)")
    rows = df.toPandas()
    check(df.toHandy().cols[["x", "y"]].hexbin(gridsize=(8, 5), mincnt=1), rows.x, rows.y, gridsize=(8, 5), mincnt=1)


def test_strata_share_the_lattice_and_the_scale(titanic: Any, passengers: pd.DataFrame) -> None:
    known = passengers.dropna(subset=["Age", "Fare"])
    extent = (known.Fare.min(), known.Fare.max(), known.Age.min(), known.Age.max())
    _, axes = titanic.toHandy().stratify("Sex").cols[["Fare", "Age"]].hexbin(gridsize=9, bins="log")
    most = 0.0
    for ax, (_, group) in zip(axes.flat, known.groupby("Sex"), strict=True):
        right = plt.figure().add_subplot().hexbin(group.Fare, group.Age, gridsize=9, extent=extent).get_array()
        np.testing.assert_array_equal(ax.collections[0].get_array(), right)
        most = max(most, right.max())
    assert {ax.collections[0].get_clim() for ax in axes.flat} == {(1.0, most)}


def test_odd_data_and_bad_arguments(frame: Any) -> None:
    rows = [(3.0, 4), (math.nan, 1), (None, 2), (math.inf, 9), (3.0, None)]
    hdf = frame(rows, "x double, y int")
    ax = hdf.cols[["x", "y"]].hexbin(gridsize=4)
    assert ax.collections[0].get_array().sum() == 1
    ax = hdf.where("y = 2").cols[["x", "y"]].hexbin()
    assert not ax.collections
    ax.figure.canvas.draw()
    for gridsize in (1, 0, "many", True, (3,), 2.5):
        with pytest.raises(InvalidValueError, match="gridsize"):
            hdf.cols[["x", "y"]].hexbin(gridsize=gridsize)
    with pytest.raises(InvalidTypeError, match="extent"):
        hdf.cols[["x", "y"]].hexbin(extent=(0, 1, 0, 1))
