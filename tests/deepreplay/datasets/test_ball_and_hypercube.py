"""Points in a ball and corners of a hypercube."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepreplay.datasets import ball, hypercube
from deepreplay.errors import ArgumentTypeError, ArgumentValueError


@settings(max_examples=30, deadline=None)
@given(
    n_dims=st.integers(1, 12),
    fraction=st.floats(0.05, 0.95),
    only_sphere=st.booleans(),
    shuffle=st.booleans(),
    seed=st.integers(0, 99),
)
def test_a_ball_is_round_and_cut_in_three(
    n_dims: int, fraction: float, only_sphere: bool, shuffle: bool, seed: int
) -> None:
    X, y = ball.load_data(n_dims, 300, fraction, only_sphere, shuffle, seed)
    assert (X.shape, y.shape) == ((300, n_dims), (300,))
    assert X.std() == pytest.approx(1)
    # What the largest radius can be at most and is at least, of so many points.
    from_center, spread = np.linalg.norm(X, axis=1), np.abs(X.sum(axis=1))
    radius = from_center.max()
    if only_sphere:
        np.testing.assert_allclose(from_center, radius)
        np.testing.assert_array_equal(y, spread > fraction * radius)
    else:
        inner = (from_center < radius / 2).mean()
        assert inner == pytest.approx(0.5**n_dims, abs=0.1)
        if y.any() and not y.all():
            assert spread[y == 0].max() <= spread[y == 1].min()
    if not shuffle:
        assert (np.diff(y) >= 0).all()
    again = ball.load_data(n_dims, 300, fraction, only_sphere, shuffle, seed)
    np.testing.assert_array_equal(X, again[0])
    np.testing.assert_array_equal(y, again[1])


def test_a_ball_of_ten_dimensions_has_both_classes_in_number() -> None:
    X, y = ball.load_data()
    assert X.shape == (1000, 10)
    assert 0.3 < y.mean() < 0.7
    assert (ball.load_data(seed=1)[0] != X).any()


def test_corners_are_all_combinations_of_the_ends() -> None:
    X, y = hypercube.load_data(n_dims=5, vertices=(0, 3))
    assert {tuple(corner) for corner in X} == set(itertools.product((0.0, 3.0), repeat=5))
    assert len(X) == 32
    np.testing.assert_array_equal(y, (X == 3).sum(axis=1) > (X == 0).sum(axis=1))
    assert hypercube.load_data()[0].shape == (1024, 10)
    plain, labels = hypercube.load_data(n_dims=4, shuffle=False)
    assert (np.diff(labels) >= 0).all()
    assert set(np.unique(plain)) == {-1.0, 1.0}


@pytest.mark.parametrize("module", [ball, hypercube], ids=lambda module: module.__name__)
def test_the_global_generator_is_left_alone(module: Any) -> None:
    before = np.random.get_state()[1].copy()
    module.load_data()
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("module", "options", "error"),
    [
        (ball, {"n_dims": 0}, ArgumentValueError),
        (ball, {"n_points": 2.0}, ArgumentTypeError),
        (ball, {"classif_radius_fraction": 1}, ArgumentValueError),
        (ball, {"classif_radius_fraction": "half"}, ArgumentTypeError),
        (ball, {"only_sphere": 1}, ArgumentTypeError),
        (ball, {"seed": -1}, ArgumentValueError),
        (hypercube, {"n_dims": 30}, ArgumentValueError),
        (hypercube, {"vertices": (1, 1)}, ArgumentValueError),
        (hypercube, {"vertices": 3}, ArgumentTypeError),
        (hypercube, {"shuffle": "no"}, ArgumentTypeError),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_bad_arguments_are_named(module: Any, options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(options))):
        module.load_data(**options)
