"""How much is missing: null and NaN count alike."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from handyspark import Bucket


def test_the_ratios_as_the_post_prints_them(titanic: Any) -> None:
    printed = """\
PassengerId    0.000000
Survived       0.000000
Pclass         0.000000
Name           0.000000
Sex            0.000000
Age            0.198653
SibSp          0.000000
Parch          0.000000
Ticket         0.000000
Fare           0.000000
Cabin          0.771044
Embarked       0.002245
Name: missing(ratio), dtype: float64"""
    assert str(titanic.toHandy().isnull(ratio=True)) == printed


def test_counts_equal_pandas(titanic: Any, passengers: pd.DataFrame) -> None:
    found = titanic.toHandy().isnull()
    pd.testing.assert_series_equal(found, passengers.isna().sum().rename("missing"))
    some = titanic.toHandy().cols[["Cabin", "Age"]].isnull()
    pd.testing.assert_series_equal(some, passengers[["Cabin", "Age"]].isna().sum().rename("missing"))


def test_in_strata_equal_groupby(titanic: Any, passengers: pd.DataFrame) -> None:
    stratified = titanic.toHandy().stratify(["Pclass", "Sex"])
    groups = passengers.isna().groupby([passengers.Pclass, passengers.Sex])
    pd.testing.assert_frame_equal(stratified.isnull(), groups.sum(), check_index_type=False)
    pd.testing.assert_frame_equal(stratified.isnull(ratio=True), groups.mean(), check_index_type=False)
    one = stratified.cols["Age"].isnull(ratio=True)
    expected = groups["Age"].mean().rename("missing(ratio)")
    pd.testing.assert_series_equal(one, expected, check_index_type=False)


def test_in_buckets_rows_that_miss_the_stratum_are_left_out(titanic: Any, passengers: pd.DataFrame) -> None:
    found = titanic.toHandy().stratify([Bucket("Age", 2)]).isnull()
    known = passengers.dropna(subset="Age")
    assert found["Age"].tolist() == [0, 0]
    assert found["Cabin"].tolist() == known.Cabin.isna().groupby(known.Age >= 40.21).sum().tolist()


def test_columns_of_every_type(frame: Any) -> None:
    hdf = frame(
        """SELECT explode(array(1, NULL)) AS i, if(i = 1, double('NaN'), 1) AS f, if(i = 1, float('NaN'), NULL) AS g,
        if(i = 1, array(1), NULL) AS a, if(i = 1, map('k', 1), NULL) AS m, if(i = 1, NULL, named_struct('x', i)) AS s,
        if(i = 1, X'00', NULL) AS b, NULL AS n"""
    )
    found = hdf.isnull()
    assert found.to_dict() == {"i": 1, "f": 1, "g": 2, "a": 1, "m": 1, "s": 1, "b": 1, "n": 2}
    assert hdf.cols[["s.x"]].isnull().to_dict() == {"s.x": 2}


def test_an_empty_frame_has_nothing_missing_and_no_ratio(frame: Any) -> None:
    hdf = frame([], "x double, y string")
    assert hdf.isnull().to_dict() == {"x": 0, "y": 0}
    assert all(math.isnan(ratio) for ratio in hdf.isnull(ratio=True))
    assert hdf.stratify("y").isnull().shape == (0, 2)


def test_names_that_several_columns_bear_are_refused_in_words(spark: Any) -> None:
    twice = spark.range(1).join(spark.range(1)).toHandy()
    with pytest.raises(ValueError, match="2 columns are called 'id'"):
        twice.isnull()
