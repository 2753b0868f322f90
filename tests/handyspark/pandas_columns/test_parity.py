"""What methods give is what pandas gives, whatever is in the column: one query asks for many of them at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.thorough

DTYPES = {
    "bigint": "Int64",
    "double": "Float64",
    "boolean": "boolean",
    "string": "string[python]",
    "timestamp_ntz": "datetime64[us]",
    "timestamp": "datetime64[us]",
    "date": "datetime64[us]",
}
MOST = 2**40  # beyond it sums and products of these tests would leave 64 bits
integers = st.one_of(st.integers(-12, 12), st.integers(-MOST, MOST))
floats = st.one_of(
    st.sampled_from([0.0, -0.0, 0.5, 1.5, 2.5, -0.5, 2.675, math.inf, -math.inf, math.nan, 5e-324, 1e308]),
    st.floats(-1e6, 1e6),
    st.floats(),
)
pieces = st.sampled_from(
    [
        *(
            "",
            "a",
            "b",
            "ab",
            "aba",
            "Mrs.",
            "A",
            "İ",
            "ß",
            "ς",
            "ŉ",
            "e\u0301",
            "\u0301",
            "😀",
            "𝔘",
            "ǆ",
            "٣",
            "²",
            "½",
        ),
        *("-", "+", "0", "12", " ", "\t", "\u2003", "\x1f", "\u200b", "\n", "\r\n", ".", "*", "(", "[", "\\", "$", "^"),
        *("|", "{", "%", "_", "'", '"', "ﬁ", "Σ", "漢"),
    ]
)
strings = st.one_of(
    st.lists(pieces, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)
moments = st.one_of(
    st.sampled_from(
        [
            *(dt.datetime(2020, 2, 29, 23, 59, 59, 999_999), dt.datetime(1999, 12, 31), dt.datetime(2000, 1, 1)),
            *(dt.datetime(1900, 2, 28, 12, 30), dt.datetime(1969, 12, 31, 23, 59, 59, 1), dt.datetime(2021, 3, 31, 1)),
            *(dt.datetime(1583, 1, 1), dt.datetime(2262, 5, 1, 6), dt.datetime(1001, 6, 30)),
            dt.datetime(9998, 12, 31, 23),
        ]
    ),
    st.datetimes(dt.datetime(1600, 1, 1), dt.datetime(2200, 1, 1)),
)
needles = st.one_of(pieces, st.text(max_size=2)).filter(lambda s: not any("\ud800" <= c <= "\udfff" for c in s))


def columns_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.one_of(st.none(), values), min_size=14, max_size=14)


def reference(values: list[Any], spark_type: str) -> pd.Series[Any]:
    """The Series that a column stands for."""
    if spark_type == "double":
        absent = np.array([v is None or math.isnan(v) for v in values])
        return pd.Series(
            pd.arrays.FloatingArray(np.array([0.0 if a else v for v, a in zip(values, absent, strict=True)]), absent)
        )
    if DTYPES[spark_type].startswith("datetime"):
        return pd.Series(np.array([v or np.datetime64("NaT") for v in values], dtype="datetime64[us]"))
    return pd.Series(values, dtype=DTYPES[spark_type])


def same(value: Any) -> Any:
    """A value in a form in which equal means: the same in every bit."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, float):
        return float(value).hex()
    return bytes(value) if isinstance(value, bytearray) else value


def check(frame: Any, values: list[Any], spark_type: str, calls: list[Callable[[Any], Any]]) -> None:
    """Compare calls on a column with the same on the Series."""
    hdf = frame([(i, value) for i, value in enumerate(values)], f"i int, `c d.` {spark_type}")
    series = reference(values, spark_type)
    column = hdf.pandas["c d."]
    found = hdf.select("i", *(call(column).alias(f"r{at}") for at, call in enumerate(calls)))
    types = dict(found.dtypes)
    rows = sorted(found.collect())
    for at, call in enumerate(calls):
        expected = pd.Series(call(series))
        if spark_type == "date" and str(expected.dtype).startswith("datetime"):
            expected = expected.dt.date
        if DTYPES[spark_type].startswith("datetime") and types[f"r{at}"] == "boolean" and at < len(calls) - 5:
            expected = expected.astype("boolean").mask(series.isna())
        wanted = [same(value) for value in expected.astype(object)]
        given_ = [same(row[f"r{at}"]) for row in rows]
        if types[f"r{at}"] == "int":
            wanted = [None if pd.isna(value) else int(value) for value in expected]
        if types[f"r{at}"] == "double":
            wanted = [None if w is None else same(float(v)) for w, v in zip(wanted, expected, strict=True)]
        assert given_ == wanted, f"call {at} of {call.__code__.co_firstlineno} on {values}: {given_} is not {wanted}"


def missing_calls() -> Iterator[Callable[[Any], Any]]:
    """What gives a value for what is missing; last in each list."""
    yield from (lambda s: s.isna(), lambda s: s.isnull(), lambda s: s.notna(), lambda s: s.notnull())


@settings(max_examples=4)
@given(
    columns_of(integers), integers, st.integers(1, 50), floats.filter(lambda x: x == x), st.lists(integers, max_size=20)
)
def test_integers(frame: Any, values: list[Any], n: int, positive: int, x: float, several: list[int]) -> None:
    calls = [
        *(lambda s: s + n, lambda s: n - s, lambda s: s - n, lambda s: s * 7, lambda s: 3 + s, lambda s: s.rmul(2)),
        *(lambda s: s / n, lambda s: n / s, lambda s: s / 0, lambda s: s / -3, lambda s: s / x, lambda s: s + x),
        *(lambda s: s // positive, lambda s: s % positive, lambda s: s // -3, lambda s: s % -3, lambda s: 7 // s),
        *(lambda s: 7 % s, lambda s: s**2, lambda s: s * x, lambda s: s - x, lambda s: s.add(1, fill_value=2)),
        *(lambda s: s == n, lambda s: s != n, lambda s: s < n, lambda s: s <= n, lambda s: s > n, lambda s: s >= n),
        *(lambda s: s > x, lambda s: s == x, lambda s: n < s, lambda s: s.isin([*several, n]), lambda s: s.isin([])),
        *(lambda s: s.between(-5, n), lambda s: s.between(n, 50, inclusive="left"), lambda s: s.fillna(n)),
        *(lambda s: s.clip(-5, n), lambda s: s.clip(lower=n), lambda s: s.abs(), lambda s: s.round(), lambda s: -s),
        *(lambda s: s.replace(n, 4), lambda s: s.replace({1: 2, 2: 3}), lambda s: ~s, lambda s: s & 3, lambda s: +s),
        *(lambda s: s.where(s > 0, n), lambda s: s.mask(s > 0), lambda s: s + s, lambda s: s / s, lambda s: s <= s),
        *(lambda s: s.isin([1, None]), lambda s: s.round(-1), lambda s: abs(s)),
        *missing_calls(),
    ]
    check(frame, values, "bigint", calls)


@settings(max_examples=4)
@given(columns_of(floats), floats.filter(lambda x: x == x), st.integers(0, 6), st.lists(floats, max_size=20))
def test_floating_numbers(frame: Any, values: list[Any], x: float, digits: int, several: list[float]) -> None:
    calls = [
        *(lambda s: s + x, lambda s: x - s, lambda s: s - x, lambda s: s * x, lambda s: s / x, lambda s: x / s),
        *(lambda s: s / 0, lambda s: s / -0.0, lambda s: s // 3, lambda s: s % 3, lambda s: s**2, lambda s: 2**s),
        *(lambda s: s == x, lambda s: s != x, lambda s: s < x, lambda s: s <= x, lambda s: s > 0, lambda s: s >= 0),
        *(lambda s: s.between(-1, 1), lambda s: s.between(0, x, inclusive="neither"), lambda s: s.fillna(x)),
        *(lambda s: s.clip(-1.5, 2), lambda s: s.clip(upper=x), lambda s: s.abs(), lambda s: s.round(digits)),
        *(lambda s: s.round(), lambda s: s.isin([y for y in several if y == y]), lambda s: s.replace(0.0, 2.5)),
        *(lambda s: -s, lambda s: s + s, lambda s: s / s, lambda s: s > s, lambda s: s.isin([0, *range(20)])),
        *missing_calls(),
    ]
    check(frame, values, "double", calls)


@settings(max_examples=4)
@given(columns_of(st.booleans()))
def test_booleans(frame: Any, values: list[Any]) -> None:
    calls = [
        *(
            lambda s: ~s,
            lambda s: s & True,
            lambda s: s | True,
            lambda s: s ^ True,
            lambda s: s & False,
            lambda s: s | s,
        ),
        *(lambda s: s == True, lambda s: s.isin([True]), lambda s: s.fillna(False), lambda s: False | s),  # noqa: E712
        *(lambda s: s.replace(True, False), lambda s: s + s, lambda s: s.where(s, False)),
        *missing_calls(),
    ]
    check(frame, values, "boolean", calls)


@settings(max_examples=4)
@given(columns_of(strings), needles, st.integers(-7, 7), st.integers(-7, 7), st.integers(-1, 12))
def test_strings(frame: Any, values: list[Any], part: str, start: int, stop: int, width: int) -> None:
    char = (part or "*")[0]
    calls = [
        *(lambda s: s.str.contains(part, regex=False), lambda s: s.str.contains("a"), lambda s: s.str.contains("a|b")),
        *(lambda s: s.str.contains("A", case=False), lambda s: s.str.contains(part, regex=False, na=False)),
        *(lambda s: s.str.startswith(part), lambda s: s.str.endswith(part), lambda s: s.str.startswith(("a", part))),
        *(lambda s: s.str.startswith(part, na=True), lambda s: s.str.match("[ab]"), lambda s: s.str.fullmatch("a.*")),
        *(lambda s: s.str.find(part), lambda s: s.str.find("a", 1), lambda s: s.str.rfind(part), lambda s: s.str.len()),
        *(lambda s: s.str.count("a"), lambda s: s.str.count("aba"), lambda s: s.str.count("[ab]")),
        *(lambda s: s.str.lower(), lambda s: s.str.upper(), lambda s: s.str.title(), lambda s: s.str.capitalize()),
        *(lambda s: s.str.swapcase(), lambda s: s.str.casefold(), lambda s: s.str.strip(), lambda s: s.str.lstrip()),
        *(
            lambda s: s.str.rstrip(),
            lambda s: s.str.strip(part),
            lambda s: s.str.lstrip("ab"),
            lambda s: s.str.rstrip("ab."),
        ),
        *(lambda s: s.str.pad(width), lambda s: s.str.pad(width, "both", char), lambda s: s.str.ljust(width, char)),
        *(lambda s: s.str.rjust(width), lambda s: s.str.center(width), lambda s: s.str.center(width + 1, char)),
        *(lambda s: s.str.zfill(width), lambda s: s.str.slice(start, stop), lambda s: s.str.slice(start)),
        *(lambda s: s.str.slice(stop=stop), lambda s: s.str.slice(1, stop), lambda s: s.str.slice(step=2)),
        *(lambda s: s.str.slice_replace(1, 2, "x"), lambda s: s.str.repeat(start), lambda s: s.str.get(start)),
        *(
            lambda s: s.str.replace(part, "<>"),
            lambda s: s.str.replace("a", ""),
            lambda s: s.str.replace("[ab]", "-", regex=True),
        ),
        *(lambda s: s.str.removeprefix(part), lambda s: s.str.removesuffix(part), lambda s: s.str.join("-")),
        *(lambda s: s.str.wrap(3), lambda s: s.str.translate({97: "b", 98: None}), lambda s: s.str.normalize("NFKD")),
        *(
            lambda s: s.str.extract("(a+)", expand=False),
            lambda s: s.str.encode("utf-8"),
            lambda s: s.str.findall("[ab]"),
        ),
        *(lambda s: s.str.split(), lambda s: s.str.split("a"), lambda s: s.str.rsplit("a", n=1)),
        *(lambda s: s.str.partition("a", expand=False), lambda s: s.str.rpartition("a", expand=False)),
        *(lambda s: s.str.isalpha(), lambda s: s.str.isalnum(), lambda s: s.str.isdigit(), lambda s: s.str.isdecimal()),
        *(lambda s: s.str.isnumeric(), lambda s: s.str.islower(), lambda s: s.str.isupper(), lambda s: s.str.istitle()),
        *(lambda s: s.str.isspace(), lambda s: s == part, lambda s: s < part, lambda s: s >= "b", lambda s: s + part),
        *(lambda s: "<" + s, lambda s: s.isin(["a", part]), lambda s: s.between("A", "b"), lambda s: s.fillna(part)),
        *(lambda s: s.replace("a", part), lambda s: s.replace({"a": "b", "": "c"}), lambda s: s * 2, lambda s: s + s),
        *missing_calls(),
    ]
    if hasattr(pd.Series.str, "isascii"):
        calls.insert(0, lambda s: s.str.isascii())
    check(frame, values, "string", calls)


def moment_calls(freq: str, some: dt.datetime) -> list[Callable[[Any], Any]]:
    return [
        *(lambda s: s.dt.year, lambda s: s.dt.month, lambda s: s.dt.day, lambda s: s.dt.hour, lambda s: s.dt.minute),
        *(lambda s: s.dt.second, lambda s: s.dt.microsecond, lambda s: s.dt.nanosecond, lambda s: s.dt.dayofweek),
        *(lambda s: s.dt.day_of_week, lambda s: s.dt.weekday, lambda s: s.dt.dayofyear, lambda s: s.dt.day_of_year),
        *(lambda s: s.dt.quarter, lambda s: s.dt.days_in_month, lambda s: s.dt.daysinmonth, lambda s: s.dt.date),
        *(lambda s: s.dt.is_month_start, lambda s: s.dt.is_month_end, lambda s: s.dt.is_quarter_start),
        *(lambda s: s.dt.is_quarter_end, lambda s: s.dt.is_year_start, lambda s: s.dt.is_year_end),
        *(
            lambda s: s.dt.is_leap_year,
            lambda s: s.dt.day_name(),
            lambda s: s.dt.month_name(),
            lambda s: s.dt.normalize(),
        ),
        *(lambda s: s.dt.floor(freq), lambda s: s.dt.ceil(freq), lambda s: s.dt.round(freq), lambda s: s.dt.floor("D")),
        *(
            lambda s: s.dt.strftime("%Y-%m-%d %H:%M:%S.%f"),
            lambda s: s.dt.strftime("%j'%m"),
            lambda s: s.dt.strftime("%A %d"),
        ),
        *(lambda s: s > some, lambda s: s == some, lambda s: s != some, lambda s: s.between(some, "2050-01-01")),
        *(lambda s: s <= s, lambda s: s.fillna(pd.Timestamp("2000-02-29")), lambda s: s >= "2020-02-29"),
        lambda s: s.isin([some, dt.datetime(2000, 1, 1)]),
        *missing_calls(),
    ]


@settings(max_examples=4)
@given(columns_of(moments), st.sampled_from(["h", "15min", "7s", "D", "3h", "ms"]), moments)
def test_timestamps_without_a_zone(frame: Any, values: list[Any], freq: str, some: dt.datetime) -> None:
    check(frame, values, "timestamp_ntz", moment_calls(freq, some))


@settings(max_examples=4)
@given(columns_of(moments), moments)
def test_dates(frame: Any, values: list[Any], some: dt.datetime) -> None:
    dates = [None if value is None else value.date() for value in values]
    check(frame, dates, "date", moment_calls("D", some))


LOCAL_CLOCK = ["2020-03-08 01:59:57.5", "2020-03-08 03:00:00", "2020-11-01 12:30:00", "1999-12-31 23:59:59.999999"]


@pytest.mark.parametrize("ansi", ["true", "false"])
def test_a_timestamp_shows_the_clock_of_the_session(frame: Any, conf: Any, ansi: str) -> None:
    conf("spark.sql.session.timeZone", "America/New_York")
    conf("spark.sql.ansi.enabled", ansi)
    rows = ", ".join(f"({i}, timestamp'{clock}', 2.50BD, {i} - 1)" for i, clock in enumerate(LOCAL_CLOCK))
    hdf = frame(f"SELECT * FROM VALUES {rows}, (9, NULL, NULL, NULL) AS t(i, t, e, k)")
    series = pd.Series(pd.to_datetime([*LOCAL_CLOCK, None], format="ISO8601")).astype("datetime64[us]")
    t, decimals, k = (hdf.pandas[name] for name in "tek")
    # What is no moment reads the same in every zone; moments are written down where the session reads them.
    found = hdf.select(
        t.dt.hour.alias("hour"),
        t.dt.strftime("%Y-%m-%d %H:%M:%S.%f").alias("text"),
        t.dt.floor("h").cast("string").alias("floor"),
        t.dt.round("2s").cast("string").alias("round"),
        t.dt.normalize().cast("string").alias("normalize"),
        (t > dt.datetime(2020, 3, 8, 2)).alias("later"),
        decimals.round().alias("half"),
        (decimals / k).alias("quotient"),
    )
    rows = found.orderBy(found["text"].asc_nulls_last()).toPandas()
    order = series.sort_values(na_position="last")
    assert rows["hour"].dropna().tolist() == order.dt.hour.dropna().tolist()
    assert rows["text"].tolist()[:-1] == order.dt.strftime("%Y-%m-%d %H:%M:%S.%f").tolist()[:-1]
    for name, moments_ in (
        ("floor", order.dt.floor("h")),
        ("round", order.dt.round("2s")),
        ("normalize", order.dt.normalize()),
    ):
        assert pd.to_datetime(rows[name], format="ISO8601").tolist()[:-1] == moments_.tolist()[:-1]
    assert rows["later"].tolist()[:-1] == (order > pd.Timestamp("2020-03-08 02:00")).tolist()[:-1]
    assert rows["half"].dropna().tolist() == [2.0] * 4
    assert sorted(rows["quotient"].dropna()) == [-2.5, 1.25, 2.5, math.inf]
    assert rows.iloc[-1].isna().all()
