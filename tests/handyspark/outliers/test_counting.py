"""Outliers by Tukey's fences, and by any method that a plugin brings."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyspark import Bucket
from handyspark.errors import (
    InvalidTypeError,
    InvalidValueError,
    UnknownNameError,
    UnsupportedColumnError,
)


def outside(values: Any, k: float) -> int:
    """Count by NumPy what lies beyond Tukey's fences, quartiles being values of the data."""
    known = np.array([x for x in values if x is not None and not math.isnan(x)], dtype=float)
    if not len(known):
        return 0
    q1, q3 = np.quantile(known, [0.25, 0.75], method="inverted_cdf")
    with np.errstate(invalid="ignore"):
        return int(((known < q1 - k * (q3 - q1)) | (known > q3 + k * (q3 - q1))).sum())


VALUES = st.floats(-10, 10) | st.sampled_from([1.0, 2.0, 3.0, 100.0, math.inf, -math.inf, math.nan, None])


@given(rows=st.lists(st.tuples(st.sampled_from("gh"), VALUES), min_size=1, max_size=40), k=st.sampled_from([0, 1.5, 3]))
def test_tukey_equals_numpy(frame: Any, rows: Any, k: float) -> None:
    hdf = frame(rows, "g string, x double")
    assert hdf.outliers(k=k).to_dict() == {"x": outside([x for _, x in rows], k)}
    found = hdf.stratify("g").outliers(k=k)
    assert found.to_dict() == {g: outside([x for h, x in rows if h == g], k) for g in sorted({g for g, _ in rows})}


def test_on_titanic_one_entry_a_numerical_column(titanic: Any, passengers: pd.DataFrame) -> None:
    found = titanic.toHandy().outliers(method="tukey", k=3.0)
    expected = passengers.select_dtypes("number").apply(outside, k=3.0).astype("float64")
    pd.testing.assert_series_equal(found, expected)
    # Filling the gaps first changes nothing in these, so they are as the post prints them.
    assert found[["SibSp", "Parch", "Fare"]].tolist() == [12.0, 213.0, 53.0]


def test_far_out_is_the_default_of_tukey(titanic: Any) -> None:
    hdf = titanic.toHandy()
    pd.testing.assert_series_equal(hdf.outliers(), hdf.outliers(method="tukey", k=3))
    assert hdf.cols["Fare"].outliers().to_dict() == {"Fare": 53.0}


def test_in_strata_equal_groupby(titanic: Any, passengers: pd.DataFrame) -> None:
    found = titanic.toHandy().stratify(["Pclass", "Sex"]).cols[["Age", "Fare"]].outliers(k=1.5)
    groups = passengers.groupby(["Pclass", "Sex"])[["Age", "Fare"]]
    expected = groups.agg(lambda values: float(outside(values, 1.5)))
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)
    one = titanic.toHandy().stratify(Bucket("Age", 2)).cols["Fare"].outliers(k=1.5)
    fares = passengers.dropna(subset="Age").groupby(passengers.Age >= 40.21).Fare
    assert one.tolist() == fares.agg(lambda values: outside(values, 1.5)).tolist()


def test_ratio_is_the_share_of_what_is_not_missing(frame: Any) -> None:
    hdf = frame([(x, None) for x in [1.0, 1.0, 1.0, 9.0, None, math.nan]], "x double, y double")
    found = hdf.outliers(ratio=True)
    assert found.name == "outliers(ratio)"
    assert found["x"] == 0.25
    assert math.isnan(found["y"])


def test_integers_and_decimals(frame: Any) -> None:
    values = [1, 2, 3, 4, 5, 1000]
    hdf = frame([(i, Decimal(i) / 100, i) for i in values], "i bigint, d decimal(10,2), s smallint")
    assert hdf.outliers(k=1.5).to_dict() == {"i": 1, "d": 1, "s": 1}


def test_empty_frames_and_columns_without_values_have_none(frame: Any) -> None:
    assert frame([], "x double").outliers().to_dict() == {"x": 0.0}
    assert frame([(None,)], "x double").outliers().to_dict() == {"x": 0.0}
    assert len(frame([], "g string, x double").stratify("g").outliers()) == 0


def test_columns_that_are_no_numbers_are_left_out_or_refused_alone(titanic: Any) -> None:
    hdf = titanic.toHandy()
    assert list(hdf.cols[["Name", "Fare"]].outliers().index) == ["Fare"]
    with pytest.raises(UnsupportedColumnError, match="'Name'"):
        hdf.cols["Name"].outliers()


def test_bad_methods_and_options_are_refused_at_the_call(titanic: Any) -> None:
    hdf = titanic.toHandy()
    with pytest.raises(UnknownNameError, match="tukey"):
        hdf.outliers("tukye")
    with pytest.raises(InvalidTypeError, match="A name is expected"):
        hdf.outliers(3)
    with pytest.raises(InvalidValueError, match="k"):
        hdf.outliers(k=-1)
    with pytest.raises(InvalidTypeError, match="k"):
        hdf.outliers(k="three")
    with pytest.raises(InvalidTypeError, match="whis"):
        hdf.outliers(whis=3)


class TestPlugins:
    pytestmark = pytest.mark.usefixtures("plugin")

    def test_fences_that_take_two_passes(self, frame: Any) -> None:
        random = np.random.default_rng(5)
        data = pd.DataFrame({"g": list("ab") * 50, "x": np.round(random.standard_t(2, size=100), 3)})
        hdf = frame(list(data.itertuples(index=False, name=None)), "g string, x double")

        def expected(values: Any) -> float:
            med = np.quantile(values, 0.5, method="inverted_cdf")
            mad = np.quantile(abs(values - med), 0.5, method="inverted_cdf")
            return float((abs(values - med) > 2 * mad).sum())

        assert hdf.outliers("unscaled_mad", k=2).to_dict() == {"x": expected(data.x)}
        found = hdf.stratify("g").outliers("unscaled_mad", k=2)
        assert found.to_dict() == data.groupby("g").x.agg(expected).to_dict()

    def test_scores_of_several_columns_give_one_entry(self, frame: Any) -> None:
        random = np.random.default_rng(6)
        data = pd.DataFrame({"g": list("ab") * 30, "x": random.normal(size=60), "y": random.normal(3, 2, size=60)})
        hdf = frame([*data.itertuples(index=False, name=None), ("a", None, 1.0)], "g string, x double, y double")

        def expected(values: pd.DataFrame) -> float:
            distances = ((values - values.mean()) ** 2).sum(axis=1)
            return float((distances > 4).sum())

        both = data[["x", "y"]]
        assert hdf.outliers("distance", radius=2).to_dict() == {"x, y": expected(both)}
        assert hdf.outliers("distance", ratio=True, radius=2).to_dict() == {"x, y": expected(both) / 60}
        found = hdf.stratify("g").cols[["x", "y"]].outliers("distance", radius=2)
        assert found.to_dict() == {g: expected(values) for g, values in both.groupby(data.g)}

    def test_scores_and_fences_that_are_not_a_number_judge_nobody(self, frame: Any) -> None:
        hdf = frame([(1.0,), (2.0,)], "x double")
        assert hdf.outliers("undefined").to_dict() == {"x": 0.0}
        assert hdf.outliers("endless").to_dict() == {"x": 0.0}

    def test_unknown_names_list_what_is_installed(self, frame: Any) -> None:
        with pytest.raises(UnknownNameError, match=r"(?s)distance.*mad.*tukey"):
            frame([(1.0,)], "x double").outliers("maad")

    def test_ratio_of_rows_that_nothing_is_known_to_judge_by_is_nan(self, frame: Any) -> None:
        hdf = frame([("a", 1.0), ("a", 1.0), ("a", 5.0), ("b", 2.0)], "g string, x double")
        found = hdf.stratify("g").outliers("distance", ratio=True, radius=2)
        assert found["a"] == pytest.approx(1 / 3)
        assert found["b"] == 0.0
        assert math.isnan(hdf.outliers("endless", ratio=True)["x"])
