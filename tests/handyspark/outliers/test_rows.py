"""Rows that are outliers, and the rows that are left."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from handyspark.errors import InvalidValueError, UnsupportedColumnError


def ids(df: Any) -> list[int]:
    return [row.id for row in df.collect()]


@pytest.fixture
def hdf(frame: Any) -> Any:
    random = np.random.default_rng(11)
    data = pd.DataFrame({"id": range(80), "g": random.choice(list("ab"), 80)})
    data["x"], data["y"] = random.standard_t(2, 80), random.standard_t(2, 80)
    data.loc[::9, "x"] = np.nan
    rows = [tuple(row) for row in data.itertuples(index=False)]
    return frame([*rows, (80, None, 1e9, 1e9), (81, "a", None, 1e9)], "id int, g string, x double, y double")


def expected(hdf: Any, k: float, by: str | None) -> set[int]:
    data = hdf.notHandy().toPandas().astype({"x": float, "y": float})
    groups = [data] if by is None else [rows for _, rows in data.groupby(by)]
    found: set[int] = set()
    for rows in groups:
        for name in ("x", "y"):
            known = rows[name].dropna()
            q1, q3 = np.quantile(known, [0.25, 0.75], method="inverted_cdf")
            beyond = known[(known < q1 - k * (q3 - q1)) | (known > q3 + k * (q3 - q1))]
            found.update(rows.id[beyond.index])
    return found


def test_each_row_is_an_outlier_or_left_and_in_its_order(hdf: Any) -> None:
    for by in (None, "g"):
        asked = hdf if by is None else hdf.stratify(by)
        outliers, left = asked.get_outliers(["x", "y"]), asked.remove_outliers(["x", "y"])
        assert set(ids(outliers)) == expected(hdf, 3.0, by)
        assert ids(outliers) == sorted(ids(outliers))
        assert ids(left) == [i for i in range(82) if i not in expected(hdf, 3.0, by)]
        assert outliers.columns == left.columns == hdf.columns


def test_the_rows_are_those_that_are_counted(hdf: Any) -> None:
    for options in ({}, {"k": 1.5}, {"method": "mad"}):
        counts = hdf.stratify("g").cols["y"].outliers(**options)
        assert len(ids(hdf.stratify("g").get_outliers("y", **options))) == counts.sum()


def test_columns_choose_too(hdf: Any) -> None:
    assert ids(hdf.cols[["x", "y", "g"]].get_outliers(k=1.5)) == ids(hdf.get_outliers(["x", "y"], k=1.5))
    assert ids(hdf.stratify("g").cols["x"].remove_outliers()) == ids(hdf.stratify("g").remove_outliers("x"))
    with pytest.raises(UnsupportedColumnError, match="'g'"):
        hdf.cols["g"].get_outliers()
    assert ids(hdf.get_outliers()) == ids(hdf.get_outliers(["id", "x", "y"]))


def test_rows_keep_what_the_frame_carries(hdf: Any) -> None:
    filled = hdf.fill(continuous="x").set_safety_limit(7)
    assert filled.get_outliers("x").statistics_ == filled.statistics_
    assert filled.cols["x"].remove_outliers()._state == filled._state


def test_values_that_are_missing_or_nothing_is_known_of_are_left(frame: Any) -> None:
    rows = frame([(1, None), (2, math.nan)], "id int, x double")
    assert ids(rows.get_outliers("x")) == []
    assert ids(rows.remove_outliers("x")) == [1, 2]
    with pytest.raises(InvalidValueError, match="no numerical column"):
        frame([("a",)], "s string").get_outliers()


def test_a_column_of_the_helpers_name_stays(frame: Any) -> None:
    hdf = frame([("a", 1.0, 5)], "g string, x double, `handyspark stratum` int").stratify("g")
    assert [tuple(row) for row in hdf.remove_outliers("x").collect()] == [("a", 1.0, 5)]
    assert [tuple(row) for row in hdf.fence("x").collect()] == [("a", 1.0, 5)]


@pytest.mark.usefixtures("plugin")
def test_methods_of_plugins_that_score_several_columns_together(hdf: Any) -> None:
    data = hdf.notHandy().toPandas().astype({"x": float, "y": float})
    chosen = []
    for _, rows in data.groupby("g"):
        whole = rows.dropna(subset=["x", "y"])
        distances = ((whole[["x", "y"]] - whole[["x", "y"]].mean()) ** 2).sum(axis=1)
        chosen += list(whole.id[distances > 4])
    found = hdf.stratify("g").get_outliers(["x", "y"], method="distance", radius=2)
    assert ids(found) == sorted(chosen)
