"""Points in a ball, or on its surface, of any number of dimensions: those around its middle against the others."""

from __future__ import annotations

import numpy as np

from deepreplay.datasets._shuffled import generator, shuffled
from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.grids import checked_count
from deepreplay.plan import checked_flag

__all__ = ["load_data"]


def load_data(
    n_dims: int = 10,
    n_points: int = 1000,
    classif_radius_fraction: float = 0.5,
    only_sphere: bool = False,
    shuffle: bool = True,
    seed: int = 13,
) -> tuple[np.ndarray, np.ndarray]:
    """Points spread evenly in a ball around the origin.

    Positive are those whose coordinates sum up to more than a fraction of the radius, on either side of the origin:
    two opposite ends of the ball. The other cases, a slab across its middle, are negative.

    Parameters
    ----------
    n_dims
        Dimensions of the ball.
    n_points
        Number of points.
    classif_radius_fraction
        Fraction of the radius, between 0 and 1.
    only_sphere
        Put all points on the surface.
    shuffle
        Mix the points; else the negative ones come first.
    seed
        Of the points and of the shuffling.

    Returns
    -------
    X : numpy.ndarray
        Shape (n_points, n_dims), scaled to a standard deviation of 1 over all its numbers.
    y : numpy.ndarray
        0 for negative and 1 for positive cases, shape (n_points,).

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.

    Examples
    --------
    >>> X, y = load_data()
    >>> X.shape, y.shape
    ((1000, 10), (1000,))
    """
    dims, points = checked_count("n_dims", n_dims, least=1), checked_count("n_points", n_points, least=1)
    fraction = _fraction(classif_radius_fraction)
    random = generator(seed)
    # Normal numbers have no direction of their own; the share of a ball within a radius r is r ** dims.
    directions = random.normal(size=(points, dims))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = np.ones((points, 1))
    if not checked_flag("only_sphere", only_sphere):
        radii = random.uniform(size=(points, 1)) ** (1 / dims)
    X = directions * radii
    positive = np.abs(X.sum(axis=1)) > fraction
    X /= X.std() or 1.0
    return shuffled(shuffle, seed, negatives=X[~positive], positives=X[positive])


def _fraction(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise ArgumentTypeError(f"The `classif_radius_fraction` must be a number; got {value!r}.")
    if not 0 < value < 1:
        raise ArgumentValueError(f"The `classif_radius_fraction` must be between 0 and 1; got {value!r}.")
    return float(value)
