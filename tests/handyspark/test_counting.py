"""Value counts equal those of pandas on the same rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from handyspark import Bucket
from handyspark.errors import InvalidValueError, TooManyValuesError, UnsupportedColumnError
from handyspark.planner.families import tallies


def test_the_ports_as_the_post_prints_them(titanic: Any) -> None:
    found = titanic.toHandy().cols["Embarked"].value_counts(dropna=False)
    printed = """\
S      644
C      168
Q       77
NaN      2
Name: Embarked, dtype: int64"""
    assert str(found) == printed


def test_the_ports_by_class_as_the_post_prints_them(titanic: Any) -> None:
    found = titanic.toHandy().stratify(["Pclass"]).cols["Embarked"].value_counts()
    printed = """\
Pclass  Embarked
1       C            85
        Q             2
        S           127
2       C            17
        Q             3
        S           164
3       C            66
        Q            72
        S           353
Name: value_counts, dtype: int64"""
    assert str(found) == printed


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("column", ["Embarked", "Survived", "SibSp", "Age", "Fare", "Cabin"])
def test_equal_pandas(titanic: Any, passengers: pd.DataFrame, column: str, dropna: bool) -> None:
    found = titanic.toHandy().cols[column].value_counts(dropna=dropna)
    assert list(found) == sorted(found, reverse=True)
    # As the posts print it: the name is the Series' own, not the index's.
    expected = passengers[column].value_counts(dropna=dropna).rename(column).rename_axis(None)
    pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_index_type=False)


@pytest.mark.parametrize("dropna", [True, False])
def test_in_strata_equal_groupby(titanic: Any, passengers: pd.DataFrame, dropna: bool) -> None:
    found = titanic.toHandy().stratify(["Pclass", "Sex"]).cols["Embarked"].value_counts(dropna=dropna)
    groups = passengers.groupby(["Pclass", "Sex"])
    expected = groups["Embarked"].value_counts(dropna=dropna).sort_index().rename("value_counts")
    pd.testing.assert_series_equal(found, expected, check_index_type=False)


def test_in_buckets_the_clause_is_the_index(titanic: Any, passengers: pd.DataFrame) -> None:
    found = titanic.toHandy().stratify(Bucket("Age", 2)).cols["Sex"].value_counts()
    assert found.index.names == ["Age", "Sex"]
    young = passengers[passengers.Age < 40.21]
    assert found["Age >= 0.4200 and Age < 40.2100"].to_dict() == young.Sex.value_counts().to_dict()


def test_integers_with_a_missing_value_stay_exact(frame: Any) -> None:
    hdf = frame([(2**53 + 1,), (2**53 + 1,), (2**53,), (None,)], "id bigint")
    found = hdf.cols["id"].value_counts(dropna=False)
    assert str(found.index.dtype) == "Int64"
    assert list(found.index[:2]) == [2**53 + 1, 2**53]
    assert found.index[2] is pd.NA
    assert list(found) == [2, 1, 1]


def test_nothing_to_count_gives_an_empty_series_of_the_same_kind(frame: Any) -> None:
    empty = frame([], "g string, v string, i int")
    for column in ("v", "i"):
        found = empty.cols[column].value_counts()
        assert (len(found), found.name, str(found.dtype)) == (0, column, "int64")
        stratified = empty.stratify("g").cols[column].value_counts()
        assert (len(stratified), stratified.index.names) == (0, ["g", column])


def test_several_columns_and_columns_without_an_order_are_refused(frame: Any) -> None:
    hdf = frame([(1, [1])], "x int, list array<int>")
    with pytest.raises(InvalidValueError, match="takes one column; got 2"):
        hdf.cols[:].value_counts()
    with pytest.raises(UnsupportedColumnError, match=r"'list' \(array<int>\)"):
        hdf.cols["list"].value_counts()


def test_too_many_values_are_refused_by_name(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_VALUES", 100)
    hdf = spark.range(101).toHandy()
    with pytest.raises(TooManyValuesError, match="More than 100 distinct values in 'id'"):
        hdf.cols["id"].value_counts()
    assert len(hdf.where("id > 0").cols["id"].value_counts()) == 100
