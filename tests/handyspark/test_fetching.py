"""Fetching the first rows as pandas."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from handyspark.errors import HandySparkError, InvalidOperationError, InvalidTypeError, SafetyWarning

STRING = pd.Series([""]).dtype  # object before pandas 3, str since


def test_the_head_of_the_names_as_the_post_prints_it(titanic: Any) -> None:
    found = titanic.toHandy().cols["Name"][:5]
    assert str(found).splitlines()[:-1] == [
        "0                              Braund, Mr. Owen Harris",
        "1    Cumings, Mrs. John Bradley (Florence Briggs Th...",
        "2                               Heikkinen, Miss. Laina",
        "3         Futrelle, Mrs. Jacques Heath (Lily May Peel)",
        "4                             Allen, Mr. William Henry",
    ]
    assert (found.name, found.dtype) == ("Name", STRING)


def test_one_column_is_a_series_and_a_list_is_a_frame(titanic: Any, passengers: pd.DataFrame) -> None:
    hdf = titanic.toHandy()
    pd.testing.assert_series_equal(hdf.cols["Fare"][:7], passengers.Fare[:7])
    pd.testing.assert_frame_equal(hdf.cols[["Fare", "Age"]][:7], passengers[["Fare", "Age"]][:7])
    pd.testing.assert_frame_equal(hdf.cols[["Fare"]][:7], passengers[["Fare"]][:7])
    pd.testing.assert_series_equal(hdf.cols[-1][:70], passengers.Embarked[:70])
    pd.testing.assert_frame_equal(hdf.cols[:][:70], passengers[:70], check_dtype=False)


def test_types_are_those_of_pandas_whatever_is_missing(frame: Any) -> None:
    schema = """b tinyint, s smallint, i int, l bigint, f float, d double, t string, o boolean, day date,
    at timestamp, n timestamp_ntz, c decimal(4,2), a array<int>"""
    moment, day = dt.datetime(2024, 2, 29, 1, 2, 3, 4), dt.date(2024, 2, 29)
    values = (1, 2, 3, 2**53 + 1, 0.5, 0.25, "x", True, day, moment, moment, Decimal("1.50"), [1, 2])
    present = {
        "b": "int8",
        "s": "int16",
        "i": "int32",
        "l": "int64",
        "f": "float32",
        "d": "float64",
        "t": STRING,
        "o": "bool",
        "day": "object",
        "at": "datetime64[us]",
        "n": "datetime64[us]",
        "c": "object",
        "a": "object",
    }
    with_gaps = {**present, "b": "Int64", "s": "Int64", "i": "Int64", "l": "Int64", "o": "object"}
    for rows, dtypes in (
        ([values], present),
        ([], present),
        ([values, (None,) * 13], with_gaps),
        ([(None,) * 13], with_gaps),
    ):
        found = frame(rows, schema).cols[:][:5]
        assert {name: str(dtype) for name, dtype in found.dtypes.items()} == {k: str(v) for k, v in dtypes.items()}
        assert len(found) == len(rows)
    full = frame([values], schema).cols[:][:5].iloc[0]
    assert full["l"] == 2**53 + 1
    assert (full["day"], full["at"], full["n"]) == (day, pd.Timestamp(moment), pd.Timestamp(moment))
    assert (full["c"], list(full["a"])) == (Decimal("1.50"), [1, 2])


def test_large_ids_stay_exact_beside_a_missing_one(frame: Any) -> None:
    found = frame([(2**62 + 1,), (None,)], "id bigint").cols["id"][:2]
    assert found[0] == 2**62 + 1
    assert found[1] is pd.NA


def test_null_and_nan_are_nan(frame: Any) -> None:
    found = frame([(1.0, "a"), (None, None), (math.nan, "b")], "x double, t string").cols[:][:3]
    assert found["x"].isna().tolist() == [False, True, True]
    assert found["t"].isna().tolist() == [False, True, False]


def test_fields_of_structs(frame: Any) -> None:
    hdf = frame("SELECT named_struct('b', id, 'c d', 'x') AS a FROM range(3)")
    pd.testing.assert_series_equal(hdf.cols["a.b"][:2], pd.Series([0, 1], name="a.b"))
    assert hdf.cols["a.c d"][:1].tolist() == ["x"]


def test_timestamps_are_local_to_the_session_in_both_hours_that_look_alike(frame: Any, conf: Any) -> None:
    conf("spark.sql.session.timeZone", "Europe/Berlin")
    hdf = frame(
        """SELECT timestamp'2023-10-29 00:30:00Z' AS first, timestamp'2023-10-29 01:30:00Z' AS second,
        timestamp'2023-07-01 00:00:00Z' AS summer, array(timestamp'2023-07-01 00:00:00Z') AS several"""
    )
    found = hdf.cols[:][:1].iloc[0]
    assert found["first"] == found["second"] == pd.Timestamp("2023-10-29 02:30")
    assert found["summer"] == pd.Timestamp("2023-07-01 02:00")
    assert found["several"] == [dt.datetime(2023, 7, 1, tzinfo=dt.timezone.utc)]


def test_all_rows_up_to_the_safety_limit_which_warns_only_where_it_cuts(spark: Any) -> None:
    hdf = spark.range(11).coalesce(1).toHandy()
    with pytest.warns(SafetyWarning, match="first 10 rows"):
        assert len(hdf.set_safety_limit(10).cols["id"][:]) == 10
    assert len(hdf.set_safety_limit(11).cols["id"][:]) == 11
    assert len(hdf.set_safety_limit(5).cols["id"][:8]) == 8
    assert len(hdf.set_safety_limit(5).cols["id"][:0]) == 0
    assert len(hdf.cols["id"][0 : np.int64(3) : 1]) == 3


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (slice(3, 5), r"\[3:5\].*`\[:5\]`"),
        (slice(None, -1), r"\[:-1\].*`\[:5\]`"),
        (slice(None, np.int64(-1)), r"`\[:5\]`"),
        (slice(None, None, 2), r"\[::2\].*`\[:5\]`"),
        (slice(-3, None), r"\[-3:\].*`\[:5\]`"),
        (slice(None, 7, -1), r"\[:7:-1\].*`\[:7\]`"),
        (-1, r"\[-1\].*`\[:5\]`"),
        (3, r"\[3\].*`\[:4\]`"),
        ("x", r"\['x'\].*`\[:5\]`"),
        ([0, 1], r"\[\[0, 1\]\].*`\[:5\]`"),
    ],
    ids=repr,
)
def test_anything_but_the_first_rows_is_refused_with_what_to_write(spark: Any, key: Any, said: str) -> None:
    with pytest.raises(InvalidOperationError, match=said) as raised:
        spark.range(3).toHandy().cols["id"][key]
    assert isinstance(raised.value, HandySparkError)


@pytest.mark.parametrize("stop", ["5", 2.0, True])
def test_a_number_of_rows_is_an_integer(spark: Any, stop: Any) -> None:
    with pytest.raises(InvalidTypeError, match="must be an integer"):
        spark.range(3).toHandy().cols["id"][:stop]


def test_rows_of_strata_are_not_fetched(spark: Any) -> None:
    with pytest.raises(InvalidOperationError, match="before `stratify`"):
        spark.range(3).toHandy().stratify("id").cols["id"][:2]


def test_more_rows_than_any_frame_has_are_all_rows(frame: Any) -> None:
    assert len(frame([(1,), (2,)], "x int").cols["x"][: 2**70]) == 2
