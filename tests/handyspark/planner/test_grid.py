"""Grids equal `numpy.histogram2d`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Grid, Shared

VALUES = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.1, 2.5, -1.0])
BAD = st.sampled_from([None, math.nan, math.inf])


@given(
    pairs=st.lists(st.tuples(VALUES | BAD, VALUES | BAD), max_size=60),
    bins=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=3, max_size=3),
)
def test_equal_numpy_and_leave_incomplete_pairs_out(frame: Any, asked: Any, pairs: Any, bins: Any) -> None:
    hdf = frame([*pairs, (0.0, 0.0)], "x double, y double")
    complete = np.array([(x, y) for x, y in [*pairs, (0.0, 0.0)] if isinstance(x, float) and isinstance(y, float)])
    complete = complete[np.isfinite(complete).all(axis=1)]
    edges = ([-1.0, 0.0, 0.1, 2.5], [0.0, 0.3, 0.3, 1.0])
    stage = {f"g{i}": Grid(x_low=-1, x_high=2.5, y_low=0, y_high=1.1, bins=n) for i, n in enumerate(bins)}
    stage["uneven"] = Grid(x_low=0, x_high=0, y_low=0, y_high=0, bins=edges)
    (answers,) = asked(hdf, ["x", "y"], stage).values()
    for name, given_to_numpy in {
        **{f"g{i}": {"bins": n, "range": [(-1, 2.5), (0, 1.1)]} for i, n in enumerate(bins)},
        "uneven": {"bins": edges},
    }.items():
        counts, x_edges, y_edges = np.histogram2d(complete[:, 0], complete[:, 1], **given_to_numpy)
        assert answers[name].x_edges == list(x_edges)
        assert answers[name].y_edges == list(y_edges)
        assert np.array_equal(np.array(answers[name].counts), counts)


def ranges(**functions: Any) -> dict[str, Any]:
    sql = {"x_low": "min({x0})", "x_high": "max({x0})", "y_low": "min({x1})", "y_high": "max({x1})"}
    return {**{name: f"{aggregate} FILTER (WHERE {{x0}} + {{x1}} IS NOT NULL)" for name, aggregate in sql.items()}}


def test_ranges_of_its_own_for_each_stratum_also_where_one_has_no_pair(frame: Any, asked: Any) -> None:
    random = np.random.default_rng(1)
    data = {group: random.normal(scale=scale, size=(50, 2)) for group, scale in {"a": 1, "b": 10}.items()}
    rows = [(group, float(x), float(y)) for group, pairs in data.items() for x, y in pairs]
    hdf = frame([*rows, ("none", 1.0, None), ("none", None, 1.0)], "g string, x double, y double")
    grid = Grid(x_low="x_low", x_high="x_high", y_low="y_low", y_high="y_high", bins="n")
    found = asked(hdf, ["x", "y"], ranges(), {"grid": grid}, by="g", n=6)
    for group, pairs in data.items():
        counts, x_edges, y_edges = np.histogram2d(*pairs.T, bins=6)
        answer = found[(group,)]["grid"]
        assert (answer.x_edges, answer.y_edges) == (list(x_edges), list(y_edges))
        assert np.array_equal(np.array(answer.counts), counts)
    empty = found[("none",)]["grid"]
    assert (empty.x_edges, empty.y_edges, empty.counts) == ([], [], [])


def test_ranges_shared_by_all_strata(frame: Any, asked: Any) -> None:
    rows = [("a", 0.0, 1.0), ("a", 1.0, 3.0), ("b", 4.0, 2.0)]
    shared = {
        "low": Shared(lambda every, **options: min(answers["x_low"] for answers in every)),
        "high": Shared(lambda every, **options: max(answers["x_high"] for answers in every)),
    }
    grid = Grid(x_low="low", x_high="high", y_low=1, y_high=3, bins=2)
    hdf = frame(rows, "g string, x double, y double")
    found = asked(hdf, ["x", "y"], {**ranges(), **shared}, {"grid": grid}, by="g")
    assert found[("a",)]["grid"].counts == [[1, 1], [0, 0]]
    assert found[("b",)]["grid"].counts == [[0, 0], [0, 1]]
