"""The corners of a hypercube: those that lie more on its upper than on its lower sides against the others."""

from __future__ import annotations

import numpy as np

from deepreplay.datasets._shuffled import shuffled
from deepreplay.errors import ArgumentValueError
from deepreplay.grids import checked_count, checked_limits

__all__ = ["load_data"]

_MOST_DIMS = 20


def load_data(
    n_dims: int = 10, vertices: tuple[float, float] = (-1.0, 1.0), shuffle: bool = True, seed: int = 13
) -> tuple[np.ndarray, np.ndarray]:
    """All corners of a hypercube.

    Parameters
    ----------
    n_dims
        Dimensions of the hypercube, at most 20.
    vertices
        Where it begins and ends, the same in every dimension.
    shuffle
        Mix the corners; else the negative ones come first.
    seed
        Of the shuffling alone: the corners are the same for every seed.

    Returns
    -------
    X : numpy.ndarray
        Shape (2 ** n_dims, n_dims).
    y : numpy.ndarray
        1 for corners with more coordinates at the end than at the beginning (positive cases), else 0, shape
        (2 ** n_dims,).

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.

    Examples
    --------
    >>> X, y = load_data(n_dims=3)
    >>> X.shape, int(y.sum())
    ((8, 3), 4)
    """
    dims = checked_count("n_dims", n_dims, least=1)
    if dims > _MOST_DIMS:
        raise ArgumentValueError(f"The `n_dims` must be at most {_MOST_DIMS}: corners are 2 ** n_dims; got {dims}.")
    ends = np.array(checked_limits("vertices", vertices))
    bits = (np.arange(2**dims)[:, None] >> np.arange(dims)[::-1]) & 1
    positive = 2 * bits.sum(axis=1) > dims
    X = ends[bits]
    return shuffled(shuffle, seed, negatives=X[~positive], positives=X[positive])
