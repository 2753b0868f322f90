"""What goes by a Series' index in pandas: choosing rows by their time or by bounds, and time zones."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F

from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError

pytestmark = pytest.mark.thorough

moments = st.one_of(
    st.sampled_from([dt.datetime(2020, 2, 29, 23, 59, 59, 999_999), dt.datetime(1969, 12, 31, 9, 30)]),
    st.datetimes(dt.datetime(1600, 1, 1), dt.datetime(2200, 1, 1)),
)
times = st.one_of(st.times(), st.sampled_from(["0:00", "09:30", "12:30:15", "23:59:59", "0930", "1:30pm"]))


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.one_of(st.none(), values), min_size=12, max_size=12)


@settings(max_examples=3)
@given(some(moments), times, times, st.sampled_from(["both", "left", "right", "neither"]))
def test_times_of_day_choose_the_rows_that_pandas_chooses(
    frame: Any, values: list[Any], start: Any, end: Any, inclusive: Any
) -> None:
    values = [*values, dt.datetime(2020, 1, 1, 9, 30), dt.datetime(2020, 1, 1, 12, 30, 15), None]
    hdf = frame(list(enumerate(values)), "i int, t timestamp_ntz")
    there = {i: value for i, value in enumerate(values) if value is not None}
    rows = pd.Series(list(there), index=pd.DatetimeIndex(pd.Series(there.values(), dtype="datetime64[us]")))
    for choose in (
        lambda t: t.between_time(start, end, inclusive),
        lambda t: t.between_time(end_time=start, start_time=end),
        lambda t: t.at_time(start),
    ):
        condition = choose(hdf.pandas["t"])
        assert sorted(row["i"] for row in hdf.filter(condition).collect()) == sorted(choose(rows))
        assert hdf.filter(condition.isNull()).count() == len(values) - len(there)


@pytest.mark.parametrize(
    ("spark_type", "dtype", "values", "low", "high"),
    [
        ("int", "int64", [3, 1, -7, 5, 4], -1, 4),
        ("double", "float64", [0.5, -1e300, 2.0, 7.25], 0.5, 7),
        ("string", "object", ["b", "", "ab", "c", "😀", "é"], "ab", "c"),
        (
            "timestamp_ntz",
            "datetime64[us]",
            [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 0, 0, 0, 1), dt.datetime(1999, 5, 3)],
            "1999-05-03",
            dt.datetime(2020, 1, 1),
        ),
        ("date", "datetime64[us]", [dt.date(2020, 1, 1), dt.date(2021, 1, 1)], dt.datetime(2020, 1, 1, 1), None),
    ],
)
def test_truncate_chooses_the_rows_that_pandas_chooses(
    frame: Any, spark_type: str, dtype: str, values: list[Any], low: Any, high: Any
) -> None:
    hdf = frame([*enumerate(values), (99, None)], f"i int, c {spark_type}")
    rows = pd.Series(range(len(values)), index=pd.Index(pd.Series(values, dtype=dtype))).sort_index()
    for bounds in ({"before": low, "after": high}, {"before": low}, {"after": high}, {}):
        condition = hdf.pandas["c"].truncate(**bounds)
        assert sorted(row["i"] for row in hdf.filter(condition).collect()) == sorted(rows.truncate(**bounds))
        assert [row["i"] for row in hdf.filter(condition.isNull()).collect()] == [99]


CLOCKS = [
    *pd.date_range("2020-03-08 00:30", periods=6, freq="45min"),
    *pd.date_range("2020-11-01", periods=5, freq="h"),
    *pd.to_datetime(["1999-12-31 23:59:59.999999", None]),
]


@pytest.mark.parametrize("zone", ["America/New_York", dt.timezone(dt.timedelta(hours=-3))], ids=str)
def test_time_zones_are_those_of_pandas(frame: Any, conf: Any, zone: Any) -> None:
    conf("spark.sql.session.timeZone", "Europe/Berlin")
    clocks = pd.Series(CLOCKS).astype("datetime64[us]")
    utc = clocks.dt.tz_localize("UTC")
    hdf = frame(
        [(i, None if pd.isna(c) else c.to_pydatetime()) for i, c in enumerate(CLOCKS)], "i int, t timestamp_ntz"
    )
    hdf = hdf.assign(moment=hdf.pandas["t"].tz_localize("UTC")).orderBy("i")
    t, moment = hdf.pandas["t"], hdf.pandas["moment"]
    how = {"ambiguous": "NaT", "nonexistent": "shift_forward"}
    expected = {
        "localized": clocks.dt.tz_localize(zone, **how).dt.tz_convert(None),
        "converted": utc.dt.tz_convert(zone).dt.tz_localize(None),
        "to_utc": clocks,
        "naive": utc.dt.tz_convert("Europe/Berlin").dt.tz_localize(None),
        "same": clocks,
    }
    found = hdf.select(
        F.unix_micros(t.dt.tz_localize(zone, **how)).alias("localized"),
        moment.tz_convert(zone).alias("converted"),
        moment.dt.tz_convert(None).alias("to_utc"),
        moment.tz_localize(None).alias("naive"),
        t.tz_localize(None).alias("same"),
    )
    assert {name for name, found_type in found.dtypes if found_type == "timestamp_ntz"} == expected.keys() - {
        "localized"
    }
    collected = found.collect()
    for name, series in expected.items():
        values = [row[name] for row in collected]
        if name == "localized":
            values = [None if v is None else dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=v) for v in values]
        assert values == [None if pd.isna(value) else value.to_pydatetime() for value in series], name


def test_zones_and_times_that_make_no_sense_are_refused_at_the_call(frame: Any) -> None:
    hdf = frame("SELECT timestamp_ntz'2020-11-01 01:30:00' AS t, current_timestamp() AS moment, 1 AS n")
    t, moment = hdf.pandas["t"], hdf.pandas["moment"]
    for ask, error, words in (
        (lambda: t.tz_convert("UTC"), InvalidTypeError, "tz-naive"),
        (lambda: moment.dt.tz_localize("UTC"), InvalidTypeError, "tz-aware"),
        (lambda: t.tz_localize("Middle/Earth"), InvalidValueError, "Middle/Earth"),
        (lambda: t.tz_localize("UTC", ambiguous="infer"), InvalidOperationError, "one at a time"),
        (lambda: t.between_time("25:00", "26:00"), InvalidValueError, "25:00"),
        (lambda: hdf.pandas["n"].truncate(before=3, after=2), InvalidValueError, "2 must be after 3"),
    ):
        with pytest.raises(error, match=words):
            ask()
    with pytest.raises(Exception, match=r"`hdf.pandas\['t'\].dt.tz_localize` failed at .*ambiguous"):
        hdf.select(t.dt.tz_localize("America/New_York")).collect()
