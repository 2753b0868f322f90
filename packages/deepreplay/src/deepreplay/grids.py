"""Grids over a rectangle of two inputs."""

from __future__ import annotations

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError

__all__ = ["build_2d_grid", "build_mesh", "checked_count", "checked_limits"]


def build_2d_grid(
    xlim: tuple[float, float], ylim: tuple[float, float], n_lines: int = 11, n_points: int = 1000
) -> np.ndarray:
    """Lines of a grid, as points close enough to be bent.

    Parameters
    ----------
    xlim, ylim
        Ends of the rectangle.
    n_lines
        Lines in each direction.
    n_points
        Points of each line.

    Returns
    -------
    numpy.ndarray
        Shape (2 * n_lines, n_points, 2): first the lines of constant x, then those of constant y.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        A limit or a number does not fit.
    """
    (left, right), (bottom, top) = checked_limits("xlim", xlim), checked_limits("ylim", ylim)
    lines, points = checked_count("n_lines", n_lines), checked_count("n_points", n_points)
    vertical = np.stack(
        np.meshgrid(np.linspace(left, right, lines), np.linspace(bottom, top, points), indexing="ij"), axis=-1
    )
    horizontal = np.stack(np.meshgrid(np.linspace(left, right, points), np.linspace(bottom, top, lines)), axis=-1)
    return np.concatenate([vertical, horizontal])


def build_mesh(xlim: tuple[float, float], ylim: tuple[float, float], points: int) -> np.ndarray:
    """Points all over the rectangle, shape (points, points, 2): x grows along the second axis, y along the first."""
    (left, right), (bottom, top) = checked_limits("xlim", xlim), checked_limits("ylim", ylim)
    return np.stack(np.meshgrid(np.linspace(left, right, points), np.linspace(bottom, top, points)), axis=-1)


def checked_limits(name: str, limits: object) -> tuple[float, float]:
    """Two different finite numbers, the lower one first.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They are not.
    """
    try:
        low, high = (float(limit) for limit in limits)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(f"The `{name}` must be a pair of numbers; got {limits!r}.") from error
    if not (np.isfinite([low, high]).all() and low < high):
        raise ArgumentValueError(f"The `{name}` must be two finite numbers, the lower one first; got {limits!r}.")
    return low, high


def checked_count(name: str, value: object, least: int = 2) -> int:
    """A whole number that is large enough.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is not.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise ArgumentTypeError(f"The `{name}` must be a whole number; got {value!r}.")
    if value < least:
        raise ArgumentValueError(f"The `{name}` must be at least {least}; got {value}.")
    return int(value)
