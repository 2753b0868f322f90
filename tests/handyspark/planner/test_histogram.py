"""Histograms equal `numpy.histogram`, bit for bit."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Derived, Histogram, Shared
from handyspark.errors import InvalidValueError

pytestmark = pytest.mark.thorough

FLOATS = st.floats(-1e6, 1e6) | st.floats(-2, 2).map(lambda x: round(x, 1)) | st.integers(-3, 3).map(float)
RANGES = st.tuples(FLOATS, FLOATS).map(sorted).filter(lambda pair: pair[1] - pair[0] > 1e-6)
EVEN = st.tuples(RANGES, st.integers(1, 40))
UNEVEN = st.lists(FLOATS, min_size=2, max_size=9).map(sorted)


def on_edges(edges: Any) -> list[float]:
    """The edges themselves, their neighbours and their middles: where a bin is easily missed by one."""
    edges = np.asarray(edges, dtype=float)
    near = [edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), (edges[:-1] + edges[1:]) / 2]
    return [float(x) for x in np.concatenate(near)]


@given(even=st.lists(EVEN, min_size=4, max_size=4), uneven=UNEVEN, values=st.lists(FLOATS, max_size=30))
def test_equal_numpy_wherever_values_lie(
    frame: Callable[..., Any], asked: Callable[..., Any], even: Any, uneven: list[float], values: list[float]
) -> None:
    stage = {f"even{i}": Histogram(low=low, high=high, bins=n) for i, ((low, high), n) in enumerate(even)}
    stage["uneven"] = Histogram(bins=uneven)
    expected = {f"even{i}": {"bins": n, "range": tuple(pair)} for i, (pair, n) in enumerate(even)}
    expected["uneven"] = {"bins": uneven}
    data = [*values, *on_edges(uneven)]
    for given_to_numpy in expected.values():
        data.extend(on_edges(np.histogram_bin_edges([], **given_to_numpy)))
    rows = [(x,) for x in [*data, None, math.nan, math.inf, -math.inf]]
    (answers,) = asked(frame(rows, "x double"), ["x"], stage).values()
    for name, given_to_numpy in expected.items():
        counts, edges = np.histogram(data, **given_to_numpy)
        assert list(answers[name].edges) == list(edges)
        assert list(answers[name].counts) == list(counts)


@pytest.fixture(scope="module")
def numbers() -> list[tuple[str | None, float | None]]:
    random = np.random.default_rng(0)
    values = [*np.round(random.normal(size=200), 2), math.nan, None, math.inf, -math.inf, 0.5, 0.5, 5.0]
    return [(["a", "b", "c", None][i % 4], None if x is None else float(x)) for i, x in enumerate(values)]


def of_group(numbers: Any, group: str) -> np.ndarray:
    return np.array([x for g, x in numbers if g == group and x is not None and math.isfinite(x)])


def test_edges_of_its_own_for_each_stratum(frame: Any, asked: Any, numbers: Any) -> None:
    finite = "CASE WHEN abs({x}) < double('Infinity') THEN {x} END"
    stages = (
        {"low": f"min({finite})", "high": f"max({finite})"},
        {"histogram": Histogram(low="low", high="high", bins="bins")},
    )
    found = asked(frame(numbers, "g string, x double"), ["x"], *stages, by="g", bins=7)
    assert list(found) == [("a",), ("b",), ("c",)]
    for (group,), answers in found.items():
        counts, edges = np.histogram(of_group(numbers, group), bins=7)
        assert list(answers["histogram"].edges) == list(edges)
        assert list(answers["histogram"].counts) == list(counts)


def test_edges_of_different_number_and_width_by_stratum(frame: Any, asked: Any, numbers: Any) -> None:
    choices = {"a": [-1.0, 0.5, 0.6, 5.0], "b": [0.0, 1.0], "c": [-2.0, -1.0, 0.0, 1.0, 2.0, 2.5]}
    stages = (
        {"group": "min({x1})", "edges": Derived(lambda answers, **options: choices[answers["group"]])},
        {"histogram": Histogram(bins="edges")},
    )
    found = asked(frame(numbers, "g string, x double"), ["x", "g"], *stages, by="g")
    for (group,), answers in found.items():
        assert list(answers["histogram"].counts) == list(np.histogram(of_group(numbers, group), choices[group])[0])


def test_edges_shared_by_all_strata(frame: Any, asked: Any, numbers: Any) -> None:
    stages = (
        {
            "own": "max({x}) FILTER (WHERE {x} < 100)",
            "high": Shared(lambda every, **options: max(answers["own"] for answers in every)),
        },
        {"histogram": Histogram(low=0, high="high", bins=5)},
    )
    found = asked(frame(numbers, "g string, x double"), ["x"], *stages, by="g")
    high = max(of_group(numbers, group).max() for group in "abc")
    for (group,), answers in found.items():
        expected = np.histogram(of_group(numbers, group), bins=5, range=(0, high))
        assert list(answers["histogram"].counts) == list(expected[0])


def test_no_values_no_bins_and_a_single_value_gets_half_a_unit_on_either_side(frame: Any, asked: Any) -> None:
    rows = [("none", None), ("none", math.nan), ("one", 3.0), ("one", 3.0), ("two", 1.0), ("two", 2.0)]
    stages = ({"low": "min({x})", "high": "max({x})"}, {"h": Histogram(low="low", high="high", bins=4)})
    found = asked(frame(rows, "g string, x double"), ["x"], *stages, by="g")
    assert found[("none",)]["h"].edges == []
    assert found[("none",)]["h"].counts == []
    for group, values in {"one": [3.0, 3.0], "two": [1.0, 2.0]}.items():
        counts, edges = np.histogram(values, bins=4)
        assert (found[(group,)]["h"].edges, found[(group,)]["h"].counts) == (list(edges), list(counts))
    (alone,) = asked(frame([(None,)], "x double"), ["x"], *stages).values()
    assert alone["h"].edges == []


def test_dates_and_timestamps_count_as_days_and_booleans_as_numbers(frame: Any, asked: Any) -> None:
    days = [dt.date(1960, 2, 29), dt.date(1970, 1, 1), dt.date(1970, 1, 2), dt.date(2024, 2, 29)]
    hdf = frame(
        """SELECT explode(array(date'1960-02-29', date'1970-01-01', date'1970-01-02', date'2024-02-29')) AS d,
        cast(d AS timestamp) + interval 6 hours AS t, cast(d AS timestamp_ntz) + interval 6 hours AS n, day(d) = 1 AS b,
        cast(day(d) AS decimal(5,1)) / 10 AS c"""
    )
    numbers = np.array([(day - dt.date(1970, 1, 1)).days for day in days], dtype=float)
    bounds = ({"low": "min({x})", "high": "max({x})"}, {"h": Histogram(low="low", high="high", bins=6)})
    for column, values in {"d": numbers, "t": numbers + 0.25, "n": numbers + 0.25, "c": [2.9, 0.1, 0.2, 2.9]}.items():
        (answers,) = asked(hdf, [column], *bounds).values()
        counts, edges = np.histogram(values, bins=6)
        assert (answers["h"].edges, answers["h"].counts) == (list(edges), list(counts)), column
    (answers,) = asked(hdf, ["b"], {"h": Histogram(low=0, high=1, bins=2)}).values()
    assert answers["h"].counts == [3, 1]


def test_days_are_utc_whatever_the_session_and_times_without_zone_are_as_they_stand(
    frame: Any, asked: Any, conf: Any
) -> None:
    conf("spark.sql.session.timeZone", "Pacific/Auckland")
    hdf = frame("SELECT timestamp_seconds(0) AS t, timestamp_ntz'1970-01-01 00:00:00' AS n")
    for column in ("t", "n"):
        (answers,) = asked(hdf, [column], {"h": Histogram(low=-0.25, high=0.25, bins=[-0.25, 0, 0.25])}).values()
        assert answers["h"].counts == [0, 1]


def test_a_range_across_the_hour_that_comes_twice_holds_both(frame: Any, asked: Any, conf: Any) -> None:
    conf("spark.sql.session.timeZone", "Europe/Berlin")
    # On 2023-10-29 the clocks showed 02:30 at 00:30 and again at 01:30 UTC; 02:10 came first at 00:10.
    hdf = frame(
        """SELECT explode(array(timestamp'2023-10-29 00:10:00Z', timestamp'2023-10-29 00:30:00Z',
        timestamp'2023-10-29 01:05:00Z', timestamp'2023-10-29 01:30:00Z')) AS t, minute(t) > 20 AS g"""
    )
    stages = (
        {
            "own_low": "min({x})",
            "own_high": "max({x})",
            "low": Shared(lambda every, **options: min(answers["own_low"] for answers in every)),
            "high": Shared(lambda every, **options: max(answers["own_high"] for answers in every)),
        },
        {"h": Histogram(low="low", high="high", bins=4)},
    )
    found = asked(hdf, ["t"], *stages, by="g")
    assert [sum(answers["h"].counts) for answers in found.values()] == [2, 2]
    assert found[(True,)]["low"] == dt.datetime(2023, 10, 29, 0, 10, tzinfo=dt.timezone.utc)
    assert found[(True,)]["high"] == dt.datetime(2023, 10, 29, 1, 30, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Histogram(bins=[1.0, 0.0]), "ascend"),
        (Histogram(bins=[1.0]), "two at least"),
        (Histogram(low=0.0, high=math.inf, bins=3), "finite"),
        (Histogram(low=1e16, high=1e16 + 4, bins=50), "50 bins"),
        (Histogram(low=-1.7e308, high=1.7e308, bins=3), "3 bins"),
    ],
)
def test_edges_that_there_can_not_be_are_refused(frame: Any, asked: Any, request_: Histogram, said: str) -> None:
    with pytest.raises(InvalidValueError, match=f"the test.*{said}|{said}"):
        asked(frame([(1.0,)], "x double"), ["x"], {"h": request_})


def test_decimals_and_huge_integers_count_as_doubles(frame: Any, asked: Any) -> None:
    rows = [(2**62, Decimal("0.1")), (2**62 + 1, Decimal("0.2")), (-(2**63), Decimal("0.3")), (None, None)]
    hdf = frame(rows, "i bigint, d decimal(38,18)")
    bounds = ({"low": "min({x})", "high": "max({x})"}, {"h": Histogram(low="low", high="high", bins=3)})
    for column, values in {"i": [2.0**62, 2.0**62, -(2.0**63)], "d": [0.1, 0.2, 0.3]}.items():
        (answers,) = asked(hdf, [column], *bounds).values()
        counts, edges = np.histogram(values, bins=3)
        assert (answers["h"].edges, answers["h"].counts) == (list(edges), list(counts))
