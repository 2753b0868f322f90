"""Stages, strata, what is worked out on the driver, and how requests are packed into queries."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F

from handyhooks import Derived, Shared
from handyspark import handy
from handyspark.errors import InvalidOperationError
from handyspark.planner import Job, Source, ask
from handyspark.planner.families import aggregates as module
from handyspark.schema import Schema

pytestmark = pytest.mark.thorough


def test_nan_is_null_in_every_template(frame: Any, asked: Any) -> None:
    hdf = frame([(1.0, 1.0), (math.nan, None), (None, 3.0), (4.0, math.nan)], "x double, y float")
    stage = {
        "count": "count({x0})",
        "mean": "avg({x0})",
        "max": "max({x0})",
        "median": "percentile_approx({x0}, 0.5)",
        "both": "count({x0} + {x1})",
        "second": "max({x1})",
    }
    (answers,) = asked(hdf, ["x", "y"], stage).values()
    assert answers == {"count": 2, "mean": 2.5, "max": 4.0, "median": 1.0, "both": 1, "second": 3.0}


def test_answers_of_a_stratum_and_options_are_seen_by_later_stages(frame: Any, asked: Any) -> None:
    rows = [("a", 1.0), ("a", 2.0), ("a", 6.0), ("b", 10.0), ("b", 30.0)]
    stages = (
        {"mean": "avg({x})", "list": "sort_array(collect_list({x}))"},
        {"above": "count_if({x} > {mean} * {factor})", "first": "max({x} - {list}[0])"},
    )
    found = asked(frame(rows, "g string, x double"), ["x"], *stages, by="g", factor=1.0)
    assert {g: (a["mean"], a["above"], a["first"]) for (g,), a in found.items()} == {
        "a": (3.0, 1, 5.0),
        "b": (20.0, 1, 20.0),
    }


@pytest.mark.parametrize(
    ("sql_type", "values"),
    [
        ("string", ["it's", 'a "b" \\']),
        ("date", [dt.date(2020, 1, 1), dt.date(1900, 2, 3)]),
        ("timestamp", [dt.datetime(2020, 1, 1, 5), dt.datetime(2021, 1, 1, 6)]),
        ("timestamp_ntz", [dt.datetime(2020, 1, 1, 5), dt.datetime(2021, 1, 1, 6)]),
        ("decimal(10,3)", [Decimal("1.500"), Decimal("-0.001")]),
        ("boolean", [True, False]),
        ("bigint", [2**53 + 1, 2**53]),
        ("float", [0.1, -3.5]),
    ],
)
def test_answers_of_every_type_go_back_into_queries(frame: Any, asked: Any, sql_type: str, values: Any) -> None:
    rows = [(group, value) for group, value in enumerate(values)] * 2 + [(0, None)]
    stages = ({"value": "max({x})"}, {"same": "count_if({x} = {value})"})
    found = asked(frame(rows, f"g int, x {sql_type}"), ["x"], *stages, by="g")
    assert [answers["same"] for answers in found.values()] == [2, 2]


def test_derived_answers_see_those_above_them_and_shared_ones_all_strata(frame: Any, asked: Any) -> None:
    stages = (
        {
            "sum": "sum({x})",
            "double": Derived(lambda answers, *, factor: answers["sum"] * factor),
            "sums": Shared(lambda every, **options: [answers["double"] for answers in every]),
            "rank": Derived(lambda answers, **options: sorted(answers["sums"]).index(answers["double"])),
        },
    )
    rows = [("a", 5), ("b", 1), ("c", 3)]
    found = asked(frame(rows, "g string, x int"), ["x"], *stages, by="g", factor=2)
    assert [(a["sums"], a["rank"]) for a in found.values()] == [([10, 2, 6], 2), ([10, 2, 6], 0), ([10, 2, 6], 1)]


def test_strata_without_a_value_answer_too(frame: Any, asked: Any) -> None:
    rows = [("a", None), ("b", 1.0), ("c", math.nan), (None, 4.0)]
    stages = ({"n": "count({x})", "low": "min({x})"}, {"same": "count_if({x} = {low})"})
    found = asked(frame(rows, "g string, x double"), ["x"], *stages, by="g")
    assert found == {
        ("a",): {"n": 0, "low": None, "same": 0},
        ("b",): {"n": 1, "low": 1.0, "same": 1},
        ("c",): {"n": 0, "low": None, "same": 0},
    }


def test_an_empty_frame_has_one_answer_and_no_strata(frame: Any, asked: Any) -> None:
    stages = ({"n": "count({x})", "low": "min({x})"}, {"same": "count_if({x} = {low})"})
    empty = frame([], "g string, x double")
    assert asked(empty, ["x"], *stages) == {(): {"n": 0, "low": None, "same": 0}}
    assert asked(empty, ["x"], *stages, by="g") == {}


def test_more_than_one_query_holds_gives_the_same(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    local = pd.DataFrame({f"x{i}": random.normal(size=20) for i in range(25)} | {"g": list("ab") * 10})
    hdf = handy(spark.createDataFrame(local))
    stage = {"mean": "avg({x})", "sd": "stddev({x})", "median": "percentile_approx({x}, 0.5)", "n": "count(1)"}
    schema = Schema(hdf.schema)
    jobs = [Job(owner="", columns=(column,), stages=(stage,)) for column in schema.columns[:-1]]
    batches: list[list[str]] = []
    packed = module._batches
    monkeypatch.setattr(module, "_batches", lambda items: [batches.append(b) or b for b in packed(items)])
    report = ask(Source(df=hdf.notHandy(), schema=schema), jobs)
    means = [answers["mean"] for (answers,) in report.answers]
    np.testing.assert_allclose(means, local.drop(columns="g").mean())
    deviations = [answers["sd"] for (answers,) in report.answers]
    np.testing.assert_allclose(deviations, local.drop(columns="g").std())
    # 25 means of 2 fields and deviations of 3, and one count, in queries of at most 90 fields; sketches apart.
    plain = [batch for batch in batches if not any("percentile" in sql for sql in batch)]
    sketches = [batch for batch in batches if all("percentile" in sql for sql in batch)]
    assert (len(plain), len(plain) + len(sketches)) == (2, len(batches))
    assert sum(map(len, plain)) == 51
    assert sum(map(len, sketches)) == 25


def test_a_request_that_reads_what_nobody_answers_says_so(frame: Any, asked: Any) -> None:
    with pytest.raises(InvalidOperationError, match=r"'center'.*known are low"):
        asked(frame([(1.0,)], "x double"), ["x"], {"low": "min({x})"}, {"n": "count_if({x} > {center})"})
    with pytest.raises(InvalidOperationError, match="1 columns"):
        asked(frame([(1.0,)], "x double"), ["x"], {"n": "count({x1})"})


def test_the_frame_that_is_asked_is_left_alone(frame: Any, asked: Any) -> None:
    hdf = frame([("a", 1.0)], "g string, x double").withColumn("c0", F.lit(1)).withColumn("k0", F.lit(2))
    before = hdf.schema
    found = asked(hdf, ["c0"], {"n": "sum({x})"}, {"m": "sum({x} + {n})"}, by=["k0", "g"])
    assert found == {(2, "a"): {"n": 1, "m": 2}}
    assert hdf.schema == before


def test_timestamps_come_back_as_moments_in_the_session_time_zone(frame: Any, asked: Any, conf: Any) -> None:
    # 02:30 came twice in Berlin that night: at 00:30 and at 01:30 UTC.
    hdf = frame("SELECT explode(array(timestamp'2023-10-29 00:30:00Z', timestamp'2023-10-29 01:30:00Z')) AS t")
    stage = {"low": "min({x})", "high": "max({x})", "all": "sort_array(collect_list({x}))"}
    utc = [dt.datetime(2023, 10, 29, hour, 30, tzinfo=dt.timezone.utc) for hour in (0, 1)]
    for zone, offsets in {
        "Europe/Berlin": (2, 1),
        "+05:30": (5.5, 5.5),
        "GMT-3": (-3, -3),
        "UTC+1": (1, 1),
        "Z": (0, 0),
    }.items():
        conf("spark.sql.session.timeZone", zone)
        (answers,) = asked(hdf, ["t"], stage).values()
        assert answers["all"] == [answers["low"], answers["high"]] == utc
        assert [t.utcoffset() / dt.timedelta(hours=1) for t in answers["all"]] == list(offsets)
        assert answers["low"] < answers["high"]
