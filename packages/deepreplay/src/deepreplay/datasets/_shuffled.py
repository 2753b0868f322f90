"""Two classes as samples and targets."""

from __future__ import annotations

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.plan import checked_flag

__all__ = ["generator", "shuffled"]


def shuffled(
    shuffle: bool, seed: int, *, negatives: np.ndarray, positives: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Put both classes together, in random order where `shuffle` says so."""
    X = np.concatenate([negatives, positives])
    y = np.repeat([0, 1], [len(negatives), len(positives)])
    order = generator(seed).permutation(len(y)) if checked_flag("shuffle", shuffle) else np.arange(len(y))
    return X[order], y[order]


def generator(seed: object) -> np.random.Generator:
    """A generator of its own, so that the global one is left alone."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ArgumentTypeError(f"The `seed` must be a whole number; got {seed!r}.")
    if seed < 0:
        raise ArgumentValueError(f"The `seed` must not be negative; got {seed}.")
    return np.random.default_rng(int(seed))
