"""Samples: the same rows however the data are partitioned."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from handyhooks import Sample
from handyspark import handy


def test_the_same_however_partitioned_and_others_by_another_seed(spark: Any, asked: Any) -> None:
    table = spark.sql("SELECT id, sqrt(id) AS x, if(id % 3 = 0, NULL, -id) AS y, id % 2 AS g FROM range(300)")
    stage = {"sample": Sample(n=20), "other": Sample(n="n", seed="seed"), "gaps": Sample(n=300, complete=False)}
    found = [
        asked(handy(frame), ["x", "y"], stage, by="g", n=20, seed=7)
        for frame in (table.coalesce(1), table.repartition(5), table.orderBy(table.y))
    ]
    assert found[0] == found[1] == found[2]
    rows = {group: {(i**0.5, -i) for i in range(300) if i % 3 and i % 2 == group} for group in (0, 1)}
    for (group,), answers in found[0].items():
        assert len(set(answers["sample"])) == 20
        assert set(answers["sample"]) <= rows[group]
        assert set(answers["other"]) <= rows[group]
        assert set(answers["other"]) != set(answers["sample"])
        assert Counter(y is None for _, y in answers["gaps"]) == {True: 50, False: 100}


def test_nulls_in_different_places_are_different_rows(spark: Any, asked: Any) -> None:
    table = spark.sql("SELECT stack(4, 1, NULL, NULL, 1, 2, NULL, NULL, 2) AS (x, y)")
    samples = {
        tuple(asked(handy(table.orderBy(order)), ["x", "y"], {"s": Sample(n=3, complete=False)})[()]["s"])
        for order in ("x", "y", table.x.desc(), table.y.desc())
    }
    assert len(samples) == 1


def test_every_row_is_as_likely(spark: Any, asked: Any) -> None:
    hdf = handy(spark.range(1000))
    drawn = [x for seed in range(5) for (x,) in asked(hdf, ["id"], {"s": Sample(n=200, seed=seed)})[()]["s"]]
    # Halves of the ids: binomial with n = 1000, p = 0.5; six standard deviations.
    assert abs(np.sum(np.array(drawn) < 500) - 500) < 6 * 16


def test_fewer_rows_than_asked_for_or_none(frame: Any, asked: Any) -> None:
    hdf = frame([("a", 1.0), ("a", None), ("b", None)], "g string, x double")
    found = asked(hdf, ["x"], {"s": Sample(n=5)}, by="g")
    assert {group: answers["s"] for (group,), answers in found.items()} == {"a": [(1.0,)], "b": []}
    assert asked(frame([], "x double"), ["x"], {"s": Sample(n=5)})[()]["s"] == []
    assert asked(frame([], "g string, x double"), ["x"], {"s": Sample(n=5)}, by="g") == {}
