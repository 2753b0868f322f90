"""Two parabolas of the first experiment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepreplay.datasets.parabola import load_data
from deepreplay.errors import ArgumentTypeError, ArgumentValueError


def test_each_line_has_a_thousand_points_at_equally_spaced_x() -> None:
    X, y = load_data()
    assert (X.shape, y.shape) == ((2000, 2), (2000,))
    for label in (0, 1):
        line = X[y == label]
        line = line[line[:, 0].argsort()]
        np.testing.assert_allclose(line[:, 0], np.linspace(-1, 1, 1000))
        np.testing.assert_allclose(np.diff(line[:, 1], 2), 2 * (2 / 999) ** 2, atol=1e-12)


def test_no_straight_line_tells_them_apart_but_a_parabola_does() -> None:
    X, y = load_data(shuffle=False)
    linear = np.column_stack([X, np.ones(len(X))])
    weights = np.linalg.lstsq(linear, y, rcond=None)[0]
    assert ((linear @ weights > 0.5) == y).mean() < 0.95
    assert ((X[:, 1] - X[:, 0] ** 2 > -0.25) == y).all()


def test_the_same_seed_gives_the_same_order_and_the_global_generator_is_left_alone() -> None:
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    (X, _), (again, _), (other, _) = load_data(seed=5), load_data(seed=5), load_data(seed=6)
    np.testing.assert_array_equal(X, again)
    assert (other != X).any()
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    plain, labels = load_data(shuffle=False)
    np.testing.assert_array_equal(labels, np.repeat([0, 1], 1000))
    np.testing.assert_array_equal(np.sort(X, axis=0), np.sort(plain, axis=0))


def test_range_and_number_of_points_can_be_chosen() -> None:
    X, _ = load_data(xlim=(0, 3), n_points=7, shuffle=False)
    np.testing.assert_allclose(X[:7, 0], np.linspace(0, 3, 7))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"n_points": 0}, ArgumentValueError),
        ({"n_points": 1.5}, ArgumentTypeError),
        ({"xlim": (1, 1)}, ArgumentValueError),
        ({"seed": -1}, ArgumentValueError),
        ({"seed": "a"}, ArgumentTypeError),
        ({"shuffle": 1}, ArgumentTypeError),
    ],
)
def test_bad_arguments_are_named(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(options))):
        load_data(**options)
