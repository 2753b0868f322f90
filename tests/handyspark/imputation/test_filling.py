"""Which cells `fill` fills, what it remembers, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest

from handyspark import Bucket
from handyspark.errors import (
    ColumnNotFoundError,
    InvalidOperationError,
    InvalidTypeError,
    InvalidValueError,
    UnknownNameError,
    UnsupportedColumnError,
)

GROUPS = [("a", 1.0), ("a", None), ("b", None), ("b", math.nan), (None, None), (None, 9.0)]


def xs(df: Any) -> list[Any]:
    return ["NaN" if row.x is not None and math.isnan(row.x) else row.x for row in df.collect()]


def test_a_stratum_without_values_takes_those_of_all_rows(frame: Any) -> None:
    hdf = frame(GROUPS, "g string, x double").stratify("g")
    filled = hdf.fill(continuous="x")
    # All rows, also those of no stratum: (1 + 9) / 2.
    assert xs(filled) == [1.0, 1.0, 5.0, 5.0, None, 9.0]
    assert filled.statistics_ == {'g == "a"': {"x": 1.0}, 'g == "b"': {"x": 5.0}}


def test_or_keeps_what_is_missing(frame: Any) -> None:
    filled = frame(GROUPS, "g string, x double").stratify("g").fill(continuous="x", fallback="keep")
    assert xs(filled) == [1.0, 1.0, None, "NaN", None, 9.0]
    assert filled.statistics_["x"] == {'g == "a"': 1.0, 'g == "b"': None}


def test_or_is_refused_with_the_strata_named(frame: Any) -> None:
    hdf = frame(GROUPS, "g string, x double")
    with pytest.raises(InvalidValueError, match=r"'mean' to fill column 'x' with in 1 strata: g == \"b\""):
        hdf.stratify("g").fill(continuous="x", fallback="error")
    with pytest.raises(InvalidValueError, match="'x'"):
        frame([(None,)], "x double").fill(continuous="x", fallback="error")
    with pytest.raises(InvalidValueError, match="Did you mean 'overall'"):
        hdf.fill(continuous="x", fallback="overal")


@pytest.mark.parametrize("strategy", ["mean", "mode", "median", "random_sample", "end_tail", "min"])
def test_columns_without_values_and_empty_frames_stay_as_they_are(frame: Any, strategy: str) -> None:
    hdf = frame([("a", None), ("b", math.nan)], "g string, x double")
    assert xs(hdf.fill(continuous="x", strategy=strategy)) == [None, "NaN"]
    assert xs(hdf.stratify("g").fill(continuous="x", strategy=strategy)) == [None, "NaN"]
    empty = frame([], "g string, x double")
    assert empty.stratify("g").fill(continuous="x", strategy=strategy).count() == 0
    assert empty.fill(continuous="x", strategy=strategy).count() == 0


def test_regression_without_whole_rows_fills_nothing(frame: Any) -> None:
    hdf = frame([(None, 1.0), (2.0, None)], "x double, y double")
    assert xs(hdf.fill(continuous="x", strategy="regression", predictors="y")) == [None, 2.0]


def test_indicators_tell_what_was_missing(frame: Any) -> None:
    hdf = frame(GROUPS, "g string, x double")
    filled = hdf.stratify("g").fill(continuous="x", add_indicator=True)
    assert filled.columns == ["g", "x", "x_was_missing"]
    assert [row.x_was_missing for row in filled.collect()] == [False, True, True, True, True, False]
    again = filled.fill(continuous="x", add_indicator=True)
    assert again.columns == ["g", "x", "x_was_missing"]
    assert [row.x_was_missing for row in again.collect()] == [False, True, True, True, True, False]


def test_an_indicator_never_takes_the_place_of_a_column(frame: Any) -> None:
    hdf = frame([(None, "kept")], "x double, X_WAS_MISSING string")
    with pytest.raises(InvalidValueError, match="'x_was_missing', but there is one"):
        hdf.fill(continuous="x", add_indicator=True)
    with pytest.raises(InvalidTypeError, match="add_indicator"):
        hdf.fill(continuous="x", add_indicator="yes")


def test_filling_what_is_filled_changes_and_adds_nothing(frame: Any) -> None:
    hdf = frame(GROUPS, "g string, x double")
    filled = hdf.fill(continuous="x")
    again = filled.stratify("g").fill(continuous="x", strategy="min")
    assert again.statistics_ == filled.statistics_ == {"x": 5.0}
    assert xs(again) == xs(filled)
    assert again._state == filled._state


def test_what_is_missing_still_is_filled_by_the_next(frame: Any) -> None:
    filled = frame(GROUPS, "g string, x double").stratify("g").fill(continuous="x", fallback="keep")
    again = filled.fill(continuous="x", strategy="max")
    assert xs(again) == [1.0, 1.0, 9.0, 9.0, 9.0, 9.0]
    assert again.statistics_ == {**filled.statistics_, "x": 9.0}


def test_strata_that_were_not_seen_stay_as_they_are(frame: Any) -> None:
    filled = frame(GROUPS, "g string, x double").stratify("g").fill(continuous="x")
    other = frame([("a", None), ("c", None), (None, math.nan)], "g string, x double")
    assert xs(filled.fill(other)) == [1.0, None, "NaN"]


def test_another_frame_gets_the_values_and_nothing_is_asked_of_it(frame: Any, spark: Any) -> None:
    filled = frame(GROUPS, "g string, x double").fill(continuous="x")
    other = spark.createDataFrame([(None, 3), (4.0, None)], "x double, y int")
    given = filled.fill(other)
    assert [tuple(row) for row in given.collect()] == [(5.0, 3), (4.0, None)]
    assert given.statistics_ == {"x": 5.0}
    assert filled.fill(given)._state == given._state


def test_fitted_values_never_leak_into_other_frames(frame: Any) -> None:
    hdf = frame(GROUPS, "g string, x double")
    filled = hdf.fill(continuous="x")
    assert hdf.statistics_ == {}
    assert filled.where("x > 0").withColumn("z", filled.x).statistics_ == {"x": 5.0}
    other = hdf.fill(continuous="x", strategy="max")
    assert (filled.statistics_, other.statistics_) == ({"x": 5.0}, {"x": 9.0})


def test_buckets_of_the_column_itself_leave_it_as_it_is(frame: Any) -> None:
    hdf = frame([(1.0,), (2.0,), (None,)], "x double")
    assert xs(hdf.stratify(Bucket("x", 2)).fill(continuous="x")) == [1.0, 2.0, None]


def test_columns_by_kind_and_strategies_by_column(frame: Any) -> None:
    rows = [("a", 1, None, True, 1.0), (None, None, 2.0, None, None), ("a", 1, 4.0, True, 3.0)]
    hdf = frame(rows, "s string, i int, d double, b boolean, e double")
    filled = hdf.fill(categorical="all", continuous="all", strategy=["mean", "max"])
    assert filled.statistics_ == {"s": "a", "i": 1, "b": True, "d": 3.0, "e": 3.0}
    mixed = hdf.fill(categorical=["s"], continuous=["d"], strategy={"e": "min", "i": "mean"})
    assert mixed.statistics_ == {"s": "a", "d": 3.0, "e": 1.0, "i": 1}


def test_what_cannot_be_filled_is_refused_before_any_work(frame: Any) -> None:
    hdf = frame([("a", 1.0, [1])], "s string, x double, l array<int>")

    def refused(error: type[Exception], match: str, **given: Any) -> None:
        with pytest.raises(error, match=match):
            hdf.fill(**given)

    refused(InvalidValueError, "needs columns")
    refused(InvalidValueError, "needs columns", continuous=[])
    refused(ColumnNotFoundError, "There is no column 'y'", continuous="y")
    refused(InvalidValueError, "'x' twice", continuous=["x", "x"])
    refused(InvalidValueError, "'x' twice", categorical="x", continuous="x")
    refused(InvalidValueError, "names a column twice: 'x', 'X'", strategy={"x": "mean", "X": "max"})
    refused(InvalidValueError, "2 for 1", continuous=["x"], strategy=["mean", "min"])
    refused(UnknownNameError, "median", continuous="x", strategy="meadian")
    refused(InvalidTypeError, "strategy", continuous="x", strategy=3)
    refused(InvalidTypeError, "names of columns", continuous=3)
    refused(UnsupportedColumnError, "'s'", continuous="s")
    refused(UnsupportedColumnError, "'l'", categorical="l")
    refused(InvalidTypeError, "no parameter `q`", continuous="x", q=0.5)
    refused(InvalidTypeError, "Did you mean 'fallback'", continuous="x", fallbck="keep")
    refused(InvalidValueError, "q", continuous="x", strategy="quantile", q=50)
    refused(InvalidTypeError, "q", continuous="x", strategy="quantile")
    with pytest.raises(InvalidTypeError, match=r"A Spark DataFrame is expected; got builtins\.list"):
        hdf.fill(["x"])


def test_rows_with_columns_of_one_name_have_no_draws(frame: Any) -> None:
    hdf = frame("SELECT 1 AS a, cast(NULL AS double) AS x, 2 AS a")
    assert [tuple(row) for row in hdf.fill(strategy={"x": "constant"}, value=3).collect()] == [(1, 3.0, 2)]
    with pytest.raises(InvalidValueError, match="2 columns are called 'a'"):
        hdf.fill(strategy={"x": "random_sample"})


def test_another_frame_goes_alone_and_after_a_fill(frame: Any) -> None:
    hdf = frame([(1.0,), (None,)], "x double")
    with pytest.raises(InvalidOperationError, match="Nothing was filled yet"):
        hdf.fill(hdf)
    filled = hdf.fill(continuous="x")
    for given in ({"continuous": "x"}, {"strategy": "median"}, {"add_indicator": True}, {"q": 0.5}):
        with pytest.raises(InvalidTypeError, match="got both"):
            filled.fill(hdf, **given)


def test_a_value_too_large_for_the_column_is_refused(frame: Any) -> None:
    hdf = frame("SELECT cast(x AS tinyint) AS x FROM VALUES (127), (-128), (NULL) AS t(x)")
    with pytest.raises(InvalidValueError, match="which column 'x' of type tinyint can't hold"):
        hdf.fill(strategy={"x": "end_tail"})
