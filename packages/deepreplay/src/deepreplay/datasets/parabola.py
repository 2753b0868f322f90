"""Two parabolas in the plane, one above the other: no straight line tells them apart."""

from __future__ import annotations

import numpy as np

from deepreplay.datasets._shuffled import shuffled
from deepreplay.grids import checked_count, checked_limits

__all__ = ["load_data"]


def load_data(
    xlim: tuple[float, float] = (-1, 1), n_points: int = 1000, shuffle: bool = True, seed: int = 13
) -> tuple[np.ndarray, np.ndarray]:
    """Points of two parabolas, at equally spaced x.

    Parameters
    ----------
    xlim
        Range of x.
    n_points
        Points on each parabola.
    shuffle
        Mix the points; else the negative ones come first, from left to right.
    seed
        Of the shuffling alone: the points are the same for every seed.

    Returns
    -------
    X : numpy.ndarray
        Shape (2 * n_points, 2).
    y : numpy.ndarray
        0 on the lower parabola (negative cases) and 1 on the upper one, shape (2 * n_points,).

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.

    Examples
    --------
    >>> X, y = load_data()
    >>> X.shape, int(y.sum())
    ((2000, 2), 1000)
    """
    left, right = checked_limits("xlim", xlim)
    x = np.linspace(left, right, checked_count("n_points", n_points, least=1))
    y = x**2
    return shuffled(shuffle, seed, negatives=np.column_stack([x, y - 0.5]), positives=np.column_stack([x, y]))
