"""Fencing: what is capped and at what, what keeps its type, and what is refused."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyspark.errors import (
    ColumnNotFoundError,
    InvalidOperationError,
    InvalidTypeError,
    InvalidValueError,
    UnsupportedColumnError,
)


def fenced(values: list[float | None], k: float = 1.5) -> tuple[float, float] | None:
    known = [value for value in values if value is not None and not math.isnan(value)]
    if not known:
        return None
    q1, q3 = np.quantile(np.array(known, dtype=float), [0.25, 0.75], method="inverted_cdf")
    return q1 - k * (q3 - q1), q3 + k * (q3 - q1)


def same(one: Any, other: Any) -> bool:
    return one == other or (one is not None and other is not None and math.isnan(one) and math.isnan(other))


REALS = st.floats(-10, 10) | st.sampled_from([1.0, 2.0, 1000.0, -1000.0, math.nan, None])


@given(rows=st.lists(st.tuples(st.sampled_from(["g", "h", None]), REALS), min_size=1, max_size=40))
def test_only_values_beyond_the_fences_of_their_stratum_change(frame: Any, rows: Any) -> None:
    found = [(row.g, row.x) for row in frame(rows, "g string, x double").stratify("g").fence("x").collect()]
    assert [g for g, _ in found] == [g for g, _ in rows]
    for (g, x), (_, capped) in zip(rows, found, strict=True):
        fences = fenced([value for h, value in rows if h == g])
        whole = g is None or x is None or math.isnan(x) or fences is None
        assert same(capped, x if whole else min(max(x, fences[0]), fences[1]))


WHOLE = st.integers(-20, 20) | st.sampled_from([1000, -1000, None])


@given(values=st.lists(WHOLE, min_size=1, max_size=30))
def test_integers_keep_their_type_unless_a_fractional_fence_bites(frame: Any, values: Any) -> None:
    done = frame([(value,) for value in values], "n int").fence("n")
    fences = fenced(values)
    known = [value for value in values if value is not None]
    bites = fences is not None and (
        (min(known) < fences[0] and fences[0] % 1 != 0) or (max(known) > fences[1] and fences[1] % 1 != 0)
    )
    assert done.dtypes == [("n", "double" if bites else "int")]
    expected = [None if value is None else min(max(value, fences[0]), fences[1]) for value in values]
    assert [row.n for row in done.collect()] == expected


def test_integers_that_doubles_do_not_tell_apart_stay_integers(frame: Any) -> None:
    large = 2**60 + 1
    rows = [(1,), (1,), (2,), (2,), (large,), (large + 1,), (-7,)]
    done = frame(rows, "n bigint").fence("n", method="zscore", k=0.1)
    lower, upper = done.fences_["n"]
    assert done.dtypes == [("n", "bigint")]
    assert [row.n for row in done.collect()] == [min(max(n, math.ceil(lower)), math.floor(upper)) for (n,) in rows]
    free = frame(rows, "n bigint").fence("n", method="zscore", k=100)
    assert [row.n for row in free.collect()] == [n for (n,) in rows]


def test_decimals_and_floats_are_capped_within_what_they_hold(frame: Any) -> None:
    values = ["0.10", "0.20", "0.30", "0.41", "9.99"]
    hdf = frame([(Decimal(value), float(value)) for value in values], "d decimal(4,2), f float")
    done = hdf.fence(["d", "f"], k=0.55)
    # Quartiles are 0.20 and 0.41, so the upper fence is 0.5255.
    assert done.dtypes == hdf.dtypes
    assert done.collect()[4].d == Decimal("0.52")
    capped = done.collect()[4].f
    assert capped <= done.fences_["f"][1] < float(np.nextafter(np.float32(capped), np.float32(1)))


def test_missing_values_and_columns_without_any_stay(frame: Any) -> None:
    hdf = frame([(None, math.nan), (None, None)], "x double, y double")
    done = hdf.fence(["x", "y"])
    assert done.fences_ == {"x": [None, None], "y": [None, None]}
    first, second = done.collect()
    assert first.x is second.x is second.y is None
    assert math.isnan(first.y)
    assert frame([], "n int").fence("n").dtypes == [("n", "int")]


def test_fences_in_strata_are_shown_by_clause_and_column(frame: Any) -> None:
    rows = [("a", 1.0), ("a", 2.0), ("a", 3.0), ("a", 4.0), ("b", 5.0)]
    done = frame(rows, "g string, x double").stratify("g").fence("x", k=1)
    assert done.fences_ == {'g == "a"': {"x": [-1.0, 5.0]}, 'g == "b"': {"x": [5.0, 5.0]}}
    assert done.fences_["x"] == {'g == "a"': [-1.0, 5.0], 'g == "b"': [5.0, 5.0]}


def test_what_cannot_be_fenced_is_refused_before_any_work(frame: Any) -> None:
    hdf = frame([("a", 1.0)], "s string, x double")
    with pytest.raises(UnsupportedColumnError, match="'s'"):
        hdf.fence("s")
    with pytest.raises(ColumnNotFoundError, match="'y'"):
        hdf.fence(["x", "y"])
    with pytest.raises(InvalidValueError, match="No column"):
        hdf.fence([])
    with pytest.raises(InvalidTypeError, match="named by a string"):
        hdf.fence(3)
    with pytest.raises(InvalidValueError, match="k"):
        hdf.fence("x", k=-1)
    with pytest.raises(InvalidTypeError, match="k"):
        hdf.fence("x", k=2, method="quantiles")


@pytest.mark.usefixtures("plugin")
def test_methods_of_plugins_fence_or_say_why_not(frame: Any) -> None:
    hdf = frame([(1.0,), (2.0,), (3.0,), (50.0,)], "x double")
    assert hdf.fence("x", k=2, method="unscaled_mad").fences_ == {"x": [0.0, 4.0]}
    with pytest.raises(InvalidOperationError, match=r"'distance' gives rows a score .* fence by another method"):
        hdf.fence("x", method="distance")
