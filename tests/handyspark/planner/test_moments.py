"""Means and co-moments equal those of NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Moments

VALUES = st.floats(-1e3, 1e3) | st.none() | st.just(math.nan)


def complete(rows: Any) -> np.ndarray:
    known = [row for row in rows if all(x is not None and not math.isnan(x) for x in row)]
    return np.array(known, dtype=float).reshape(len(known), 3)


def check(answer: Any, data: np.ndarray) -> None:
    assert answer.count == len(data)
    if not len(data):
        assert answer.means == [None] * 3
        assert answer.comoments == [[None] * 3] * 3
        return
    deviations = data - data.mean(axis=0)
    np.testing.assert_allclose(answer.means, data.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.array(answer.comoments), deviations.T @ deviations, rtol=1e-9, atol=1e-6)


@given(rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=30))
def test_over_rows_that_miss_nothing_and_meet_the_condition(frame: Any, asked: Any, rows: Any) -> None:
    hdf = frame(rows, "x double, y double, z double")
    stages = (
        {"all": Moments(), "center": "avg({x0})"},
        {"some": Moments(where="{x0} > {center} AND {x1} < {most}")},
    )
    (answers,) = asked(hdf, ["x", "y", "z"], *stages, most=500).values()
    data = complete(rows)
    check(answers["all"], data)
    known = [row[0] for row in rows if row[0] is not None and not math.isnan(row[0])]
    if answers["center"] is not None:
        assert answers["center"] == pytest.approx(np.mean(known))
        check(answers["some"], data[(data[:, 0] > answers["center"]) & (data[:, 1] < 500)])


def test_by_stratum_with_a_condition_on_answers_of_the_stratum(frame: Any, asked: Any) -> None:
    random = np.random.default_rng(2)
    groups = {"a": random.normal(size=(40, 3)), "b": random.normal(5, 2, size=(30, 3))}
    rows = [(group, *map(float, row)) for group, data in groups.items() for row in data]
    stages = ({"first": Moments()}, {"second": Moments(where="abs({x0} - {first.means}[0]) < 1")})
    hdf = frame(rows, "g string, x double, y double, z double")
    for (group,), answers in asked(hdf, ["x", "y", "z"], *stages, by="g").items():
        data = groups[group]
        check(answers["first"], data)
        check(answers["second"], data[abs(data[:, 0] - data[:, 0].mean()) < 1])
        np.testing.assert_allclose(np.array(answers["first"].comoments) / (len(data) - 1), np.cov(data.T))


def test_far_from_zero_no_digit_is_lost(frame: Any, asked: Any) -> None:
    rows = [(1e9 + x, 2e9 - x, 3e9 + 2 * x) for x in range(10)]
    (answers,) = asked(frame(rows, "x double, y double, z double"), ["x", "y", "z"], {"m": Moments()}).values()
    np.testing.assert_allclose(np.array(answers["m"].comoments), 82.5 * np.outer([1, -1, 2], [1, -1, 2]))


def test_booleans_decimals_and_integers_are_numbers(frame: Any, asked: Any) -> None:
    hdf = frame("SELECT id % 2 = 0 AS b, cast(id AS decimal(5,2)) AS d, id AS i FROM range(10)")
    (answers,) = asked(hdf, ["b", "d", "i"], {"m": Moments()}).values()
    check(answers["m"], np.array([[float(i % 2 == 0), i, i] for i in range(10)]))
