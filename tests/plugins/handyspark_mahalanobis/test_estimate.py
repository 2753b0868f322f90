from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from handyhooks import MomentValues
from handyspark_mahalanobis.estimate import estimated


def moments_of(rows) -> MomentValues:
    rows = np.asarray(rows, dtype=float)
    deviations = rows - rows.mean(axis=0)
    return MomentValues(
        count=len(rows), means=rows.mean(axis=0).tolist(), comoments=(deviations.T @ deviations).tolist()
    )


def distances(estimate, rows):
    """What the attributes of an estimate promise, said with NumPy."""
    width = len(estimate.center)
    whitening = np.zeros((width, width))
    for position, row in enumerate(estimate.whitening):
        whitening[position, : position + 1] = row
    return (((np.asarray(rows) - estimate.center) @ whitening.T) ** 2).sum(axis=1)


@settings(deadline=None)
@given(
    st.integers(1, 6).flatmap(lambda width: st.tuples(st.just(width), st.integers(width + 5, 60))),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-6, 1.0, 1e6]),
    st.sampled_from([0.0, 1e4]),
)
def test_whitened_lengths_are_mahalanobis_distances_in_any_unit(shape, seed, unit, shift):
    width, count = shape
    generator = np.random.default_rng(seed)
    units = np.where(np.arange(width) % 2, unit, 1.0)
    rows = (generator.normal(size=(count, width)) @ generator.normal(size=(width, width)) + shift) * units
    inverse = np.linalg.inv(np.atleast_2d(np.cov(rows / units, rowvar=False)))
    expected = [mahalanobis(row, (rows / units).mean(axis=0), inverse) ** 2 for row in rows / units]
    np.testing.assert_allclose(distances(estimated(moments_of(rows), "abcdef"[:width]), rows), expected, rtol=1e-5)


def test_inflation_divides_squared_distances():
    rows = np.random.default_rng(0).normal(size=(30, 2))
    plain, inflated = (distances(estimated(moments_of(rows), "ab", inflation=by), rows) for by in (1.0, 4.0))
    np.testing.assert_allclose(plain, 4 * inflated)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_three_columns_and_no_more_than_three_rows_give_no_estimate(count):
    rows = np.random.default_rng(0).normal(size=(count, 3))
    moments = moments_of(rows) if count else MomentValues(count=0, means=[None] * 3, comoments=[[None] * 3] * 3)
    estimate = estimated(moments, "abc")
    assert not estimate.known
    assert estimate.fault is None


def test_one_row_more_than_columns_gives_an_estimate():
    assert estimated(moments_of(np.random.default_rng(0).normal(size=(4, 3))), "abc").known


def test_rows_that_are_all_equal_give_no_estimate_and_no_fault():
    estimate = estimated(moments_of([(0.1, 7.0)] * 50), "ab")
    assert not estimate.known
    assert estimate.fault is None


def test_constant_columns_are_named():
    rows = [(value, 0.1, 5.0) for value in range(10)]
    assert estimated(moments_of(rows), ("Age", "Deck", "Crew")).fault == "'Deck' and 'Crew' never changes"


def test_column_that_varies_in_its_last_digits_is_not_constant():
    rows = np.random.default_rng(1).normal(size=(100, 2))
    rows[:, 0] = 1e6 + 1e-3 * rows[:, 0]
    assert estimated(moments_of(rows), "ab").known


def test_columns_that_a_dependent_one_follows_from_are_named_and_no_others():
    a, b, c = np.random.default_rng(0).normal(size=(3, 50))
    estimate = estimated(moments_of(np.column_stack([a, b, c, 3 * a - 2e-3 * c])), ("a", "b", "c", "d"))
    assert estimate.fault == "'d' follows from 'a' and 'c'"
    assert not estimate.known


def test_columns_that_are_all_but_dependent_have_an_estimate():
    a, noise = np.random.default_rng(0).normal(size=(2, 200))
    rows = np.column_stack([a, a + 1e-3 * noise])
    expected = [mahalanobis(row, rows.mean(axis=0), np.linalg.inv(np.cov(rows, rowvar=False))) ** 2 for row in rows]
    np.testing.assert_allclose(distances(estimated(moments_of(rows), "ab"), rows), expected, rtol=1e-4)


def test_columns_whose_squares_overflow_are_named():
    moments = MomentValues(count=9, means=[0.0, 0.0], comoments=[[9.0, 0.0], [0.0, float("inf")]])
    assert estimated(moments, ("a", "big")).fault == "'big' holds numbers too large to be squared"
