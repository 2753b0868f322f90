"""What rows are grouped by, in which order, and how a group is shown."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Histogram, Sample
from handyspark import Bucket, Quantile
from handyspark.errors import (
    ColumnNotFoundError,
    HandySparkError,
    InvalidTypeError,
    InvalidValueError,
    TooManyStrataError,
    UnsupportedColumnError,
)
from handyspark.planner import Source, collecting
from handyspark.schema import Schema
from handyspark.strata import Strata, interval_clauses
from handyspark.stratifying import strata_of


def strata(hdf: Any, by: Any) -> Strata:
    return strata_of(Source(df=hdf.notHandy(), schema=Schema(hdf.schema)), by)


def counts(asked: Any, hdf: Any, by: Any) -> dict[str, int]:
    """Rows by the clause of their stratum, in strata order."""
    made = strata(hdf, by)
    return {made.clause(key): answers["n"] for key, answers in asked(hdf, [], {"n": "count(1)"}, by=by).items()}


def test_plain_columns_by_value_in_order_as_the_posts_print_them(titanic: Any, asked: Any, passengers: Any) -> None:
    found = counts(asked, titanic.toHandy(), ["Pclass", "Sex"])
    assert found == {
        f'Pclass == "{pclass}" and Sex == "{sex}"': n
        for (pclass, sex), n in passengers.groupby(["Pclass", "Sex"]).size().items()
    }
    assert list(found)[:2] == ['Pclass == "1" and Sex == "female"', 'Pclass == "1" and Sex == "male"']


def test_buckets_have_equal_widths_and_leave_missing_values_out(titanic: Any, asked: Any, passengers: Any) -> None:
    # The ages reach from 0.42 to 80: the example of the documentation.
    age = passengers.Age
    assert counts(asked, titanic.toHandy(), Bucket("Age", 2)) == {
        "Age >= 0.4200 and Age < 40.2100": int((age < 40.21).sum()),
        "Age >= 40.2100 and Age <= 80.0000": int((age >= 40.21).sum()),
    }


NUMBERS = st.sampled_from([0.0, 0.1, 0.2, 0.30000000000000004, 0.5, 0.7, 1.0, 3.0, -2.0]) | st.floats(-5, 5)


@given(
    values=st.lists(NUMBERS, min_size=1, max_size=30),
    bad=st.lists(st.sampled_from([None, math.nan, math.inf, -math.inf])),
    bins=st.integers(1, 9) | st.sampled_from([31, 32, 33, 1500]),
)
def test_rows_are_in_the_bucket_that_numpy_says(
    frame: Any, asked: Any, values: list[float], bad: list[Any], bins: int
) -> None:
    hdf = frame([(x,) for x in [*values, *bad]], "x double")
    found = asked(hdf, [], {"n": "count(1)"}, by=Bucket("x", bins))
    if min(values) == max(values):
        assert found == {(0,): {"n": len(values)}}
        return
    expected, _ = np.histogram(values, bins=bins)
    assert {ordinal: answers["n"] for (ordinal,), answers in found.items()} == {
        ordinal: n for ordinal, n in enumerate(expected) if n
    }


@given(values=st.lists(NUMBERS, min_size=1, max_size=70), bins=st.integers(1, 6) | st.sampled_from([64, 1100]))
def test_quantiles_cut_at_values_of_the_column(frame: Any, asked: Any, values: list[float], bins: int) -> None:
    hdf = frame([(x,) for x in [*values, None, math.nan, math.inf]], "x double")
    edges = np.unique(np.quantile(values, np.arange(bins + 1) / bins, method="inverted_cdf"))
    found = asked(hdf, [], {"n": "count(1)"}, by=[Quantile("x", bins)])
    if len(edges) == 1:
        assert found == {(0,): {"n": len(values)}}
        return
    expected, _ = np.histogram(values, bins=edges)
    assert {ordinal: answers["n"] for (ordinal,), answers in found.items()} == {
        ordinal: n for ordinal, n in enumerate(expected) if n
    }


def test_duplicates_among_quantiles_make_fewer_strata(frame: Any, asked: Any) -> None:
    # The quartiles are 0, 0, 0, 5 and 9.
    hdf = frame([(x,) for x in [0, 0, 0, 0, 0, 5, 5, 9]], "x int")
    assert counts(asked, hdf, Quantile("x", 4)) == {
        "x >= 0.0000 and x < 5.0000": 5,
        "x >= 5.0000 and x <= 9.0000": 3,
    }


def test_a_constant_column_is_one_stratum(frame: Any, asked: Any) -> None:
    hdf = frame([(7.0,), (7.0,), (None,)], "x double")
    for cut in (Bucket("x", 3), Quantile("x", 3)):
        assert counts(asked, hdf, cut) == {"x >= 7.0000 and x <= 7.0000": 2}


def test_more_buckets_than_values_leave_empty_ones_out(frame: Any, asked: Any) -> None:
    hdf = frame([(0.0,), (10.0,)], "x double")
    assert counts(asked, hdf, Bucket("x", 5)) == {
        "x >= 0.0000 and x < 2.0000": 1,
        "x >= 8.0000 and x <= 10.0000": 1,
    }


def test_integers_and_decimals_have_buckets_too(frame: Any, asked: Any) -> None:
    hdf = frame([(i, Decimal(i) / 4) for i in range(9)], "i bigint, d decimal(10,2)")
    assert list(counts(asked, hdf, Bucket("i", 2)).values()) == [4, 5]
    assert list(counts(asked, hdf, Bucket("d", 4)).values()) == [2, 2, 2, 3]


def test_edges_that_four_decimals_would_not_tell_apart_show_more() -> None:
    assert interval_clauses("x", [0.0, 0.5, 1.0]) == [
        "x >= 0.0000 and x < 0.5000",
        "x >= 0.5000 and x <= 1.0000",
    ]
    assert interval_clauses("x", [0.1, 0.10001, 0.10002]) == [
        "x >= 0.10000 and x < 0.10001",
        "x >= 0.10001 and x <= 0.10002",
    ]


def test_two_buckets_and_a_column_at_once(frame: Any, asked: Any) -> None:
    rows = [(x, y, g) for x in range(4) for y in range(4) for g in "ab"]
    found = counts(asked, frame(rows, "x int, y int, g string"), [Bucket("x", 2), "g", Quantile("y", 2)])
    clause = 'x >= 0.0000 and x < 1.5000 and g == "a" and y >= 0.0000 and y < 1.0000'
    assert next(iter(found)) == clause
    # The inverted CDF of 0, 1, 2, 3 at one half is 1.
    assert list(found.values()) == [2, 6, 2, 6] * 2


def test_rows_that_miss_any_part_belong_to_no_stratum(frame: Any, asked: Any) -> None:
    rows = [("a", 1.0), ("a", None), (None, 1.0), ("b", math.nan), ("b", 2.0), (None, None)]
    assert counts(asked, frame(rows, "g string, x double"), ["g", "x"]) == {
        'g == "a" and x == "1.0"': 1,
        'g == "b" and x == "2.0"': 1,
    }


def test_zero_has_one_sign_and_nan_is_missing(frame: Any, asked: Any) -> None:
    rows = [(0.0, 0.0), (-0.0, -0.0), (math.nan, math.nan), (math.inf, math.inf), (None, None)]
    hdf = frame(rows, "x double, y float")
    for column in ("x", "y"):
        assert counts(asked, hdf, column) == {f'{column} == "0.0"': 2, f'{column} == "inf"': 1}


@pytest.mark.parametrize(
    ("sql_type", "values"),
    [
        ("string", ["it's", 'say "so"', "back\\slash", "${env:HOME}", "", " ", "ünï", "a,b", "NULL"]),
        ("boolean", [False, True]),
        ("date", [dt.date(1969, 12, 31), dt.date(2024, 2, 29)]),
        ("timestamp_ntz", [dt.datetime(1969, 12, 31, 23), dt.datetime(2024, 2, 29, 1, 2, 3, 4)]),
        ("timestamp", [dt.datetime(1969, 12, 31, 23), dt.datetime(2024, 2, 29, 1, 2, 3, 4)]),
        ("decimal(5,2)", [Decimal("-1.50"), Decimal("0.10"), Decimal("100.00")]),
        ("float", [0.1, 2.5]),
        ("bigint", [-(2**63), 2**53, 2**53 + 1, 2**63 - 1]),
        ("tinyint", [-1, 1]),
    ],
)
def test_strata_of_every_type_are_told_apart_in_every_stage(
    frame: Any, asked: Any, sql_type: str, values: list[Any]
) -> None:
    rows = [(value, i) for i, value in enumerate(values)] * 2 + [(None, 99)]
    hdf = frame(rows, f"g {sql_type}, x int")
    stages = ({"low": "min({x})"}, {"same": "count_if({x} = {low})", "n": "count(1)"})
    found = asked(hdf, ["x"], *stages, by="g")
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [answers["low"] for answers in found.values()] == order
    assert all(answers["same"] == answers["n"] == 2 for answers in found.values())
    shown = strata(hdf, "g").index(list(found))
    expected = pd.Index([pd.Timestamp(values[i]) if "time" in sql_type else values[i] for i in order], name="g")
    if sql_type == "float":
        assert list(shown) == pytest.approx(list(expected))
    else:
        pd.testing.assert_index_equal(shown, expected, exact=False)


def test_quotes_and_backslashes_are_escaped_in_clauses(frame: Any, asked: Any) -> None:
    found = counts(asked, frame([('a "b" \\c',)], "g string"), "g")
    assert found == {'g == "a \\"b\\" \\\\c"': 1}


def test_timestamps_are_shown_in_the_session_time_zone(frame: Any, asked: Any, conf: Any) -> None:
    conf("spark.sql.session.timeZone", "Europe/Berlin")
    hdf = frame("SELECT explode(array(timestamp'2023-10-29 00:30:00Z', timestamp'2023-10-29 02:30:00Z')) AS t")
    assert list(counts(asked, hdf, "t")) == ['t == "2023-10-29 02:30:00"', 't == "2023-10-29 03:30:00"']
    conf("spark.sql.session.timeZone", "PST")
    with pytest.raises(InvalidValueError, match=r"'PST'.*America/Los_Angeles"):
        strata(hdf, "t")


def test_levels_are_named_by_their_columns(frame: Any, asked: Any) -> None:
    hdf = frame([("a", 1.0), ("a", 2.0)], "g string, x double")
    both = ["g", Bucket("x", 2)]
    index = strata(hdf, both).index(list(asked(hdf, [], {"n": "count(1)"}, by=both)))
    assert list(index.names) == ["g", "x"]
    assert list(index) == [("a", "x >= 1.0000 and x < 1.5000"), ("a", "x >= 1.5000 and x <= 2.0000")]


def test_more_than_a_thousand_strata_are_refused_unless_allowed(spark: Any, asked: Any) -> None:
    hdf = spark.range(1001).toHandy()
    with pytest.raises(TooManyStrataError, match=r"'id'.*1,000 strata.*Bucket.*max_strata"):
        asked(hdf, [], {"n": "count(1)"}, by="id")
    assert len(asked(hdf.where("id < 1000"), [], {"n": "count(1)"}, by="id")) == 1000
    assert len(hdf.stratify("id", max_strata=1001).count()) == 1001
    with pytest.raises(TooManyStrataError, match=r"more than 9 strata"):
        hdf.stratify("id", max_strata=9).count()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of rows that the planner's queries bring to the driver."""
    sizes: list[int] = []

    def counted(frame: Any) -> Any:
        rows = collecting.collect(frame)
        sizes.append(len(rows))
        return rows

    for family in ("aggregates", "bins", "joints", "samples", "tallies"):
        monkeypatch.setattr(f"handyspark.planner.families.{family}.collect", counted)
    return sizes


@pytest.mark.parametrize(
    "operation",
    [
        lambda strata: strata.count(),
        lambda strata: strata.isnull(),
        lambda strata: strata.cols["x"].mean(),
        lambda strata: strata.cols["x"].median(),
        lambda strata: strata.cols["x"].nunique(),
        lambda strata: strata.cols[["x", "y"]].mutual_info(),
        lambda strata: strata.cols[["x", "y"]].corr("spearman"),
        lambda strata: strata.cols["x"].hist(),
        lambda strata: strata.cols["x"].boxplot(),
        lambda strata: strata.outliers(),
    ],
)
def test_too_many_strata_never_reach_the_driver(
    spark: Any, fetched: list[int], operation: Callable[[Any], Any]
) -> None:
    hdf = spark.range(1500).selectExpr("id", "id % 3 AS x", "id % 5 AS y").toHandy()
    with pytest.raises(TooManyStrataError, match="'id' gives more than 7 strata"):
        operation(hdf.stratify("id", max_strata=7))
    assert len(fetched) == 1
    pairs_of_mutual_info = 3
    assert fetched[0] <= (7 + 1) * pairs_of_mutual_info


@pytest.mark.parametrize("request_", [Histogram(low=0, high=2, bins=2), Sample(n=1)])
def test_strata_are_counted_before_anything_bigger_is_brought(
    spark: Any, asked: Any, fetched: list[int], request_: Any
) -> None:
    with pytest.raises(TooManyStrataError):
        asked(spark.range(1500).toHandy(), ["id"], {"answer": request_}, by="id")
    assert fetched == [1001]


@pytest.mark.parametrize(("most", "error"), [(0, ValueError), (True, TypeError), (2.0, TypeError)])
def test_the_number_of_strata_allowed_is_a_positive_integer(spark: Any, most: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="`max_strata` of `stratify`"):
        spark.range(3).toHandy().stratify("id", max_strata=most)


def test_a_thousand_strata_keep_their_own_answers(spark: Any, asked: Any) -> None:
    hdf = spark.sql("SELECT id % 500 AS g, id % 2 AS h, id AS x FROM range(2000)").toHandy()
    found = asked(hdf, ["x"], {"low": "min({x})"}, {"n": "count_if({x} = {low})"}, by=["g", "h"])
    assert {key: answers["low"] for key, answers in found.items()} == {(g, g % 2): g for g in range(500)}
    assert {answers["n"] for answers in found.values()} == {1}


@pytest.mark.parametrize(
    ("by", "error", "said"),
    [
        ([], InvalidValueError, "at least one"),
        (["g", "g"], InvalidValueError, "twice"),
        ([Bucket("x", 2), Bucket("x", 2)], InvalidValueError, "twice"),
        (["G2"], ColumnNotFoundError, "Did you mean 'g'|Columns"),
        ([3], InvalidTypeError, "got 3"),
        ([["g"]], InvalidTypeError, "got \\['g'\\]"),
        (3, InvalidTypeError, "got 3"),
        (["list"], UnsupportedColumnError, "'list'.*array"),
        ([Bucket("g", 2)], UnsupportedColumnError, "Bucket.*'g' \\(string\\)"),
        ([Quantile("nothing", 2)], InvalidValueError, "holds no value"),
        ([Bucket("nothing", 2)], InvalidValueError, "holds no value"),
        ([Bucket("wide", 2)], InvalidValueError, "Bucket.*'wide'.*2 bins"),
    ],
    ids=repr,
)
def test_what_can_not_be_grouped_by_is_refused(frame: Any, by: Any, error: type[Exception], said: str) -> None:
    rows = [("a", 1.0, [1], None, -1.7e308), ("b", 2.0, [2], math.nan, 1.7e308)]
    hdf = frame(rows, "g string, x double, list array<int>, nothing double, wide double")
    with pytest.raises(error, match=said) as raised:
        hdf.stratify(by)
    assert isinstance(raised.value, HandySparkError)


@pytest.mark.parametrize("cut", [Bucket, Quantile])
@pytest.mark.parametrize(
    ("column", "bins", "error"),
    [
        ("x", 0, ValueError),
        ("x", -1, ValueError),
        ("x", 10_001, ValueError),
        ("x", 2.0, TypeError),
        ("x", True, TypeError),
        (3, 2, TypeError),
    ],
)
def test_cuts_check_what_they_are_given(cut: Any, column: Any, bins: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=cut.__name__):
        cut(column, bins)


@pytest.mark.parametrize("cut", [Bucket, Quantile])
def test_numbers_of_numpy_count_bins(cut: Any) -> None:
    assert repr(cut("x", np.int64(3))) == f"{cut.__name__}(column='x', bins=3)"
