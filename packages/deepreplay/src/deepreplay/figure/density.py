"""Violins: kernel densities of many layers, as one artist each that moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

__all__ = ["Violins", "density"]

_BINS: Final = 1024
_POINTS: Final = 100
_HALF_WIDTH: Final = 0.4


def density(values: np.ndarray, points: int = _POINTS) -> tuple[np.ndarray, np.ndarray]:
    """Gaussian kernel density with Scott's bandwidth, between the smallest and the largest value.

    Values are shared out between the two nearest of 1,024 bins first (Wand, 1994, "Fast computation of multivariate
    kernel estimators"), so that a million of them take milliseconds.

    Parameters
    ----------
    values
        Numbers; those that are not finite are left out.
    points
        Length of the result.

    Returns
    -------
    tuple of numpy.ndarray
        Positions and densities, each of shape (points,); empty where there are fewer than two different values.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    spread = finite.std(ddof=1) if finite.size > 1 else 0.0
    if not (high > low and spread > 0 and np.isfinite(spread)):
        return np.empty(0), np.empty(0)
    places = (finite - low) / (high - low) * (_BINS - 1)
    below = np.minimum(places.astype(np.intp), _BINS - 2)
    share = places - below
    counts = np.bincount(below, 1 - share, _BINS) + np.bincount(below + 1, share, _BINS)
    grid, centers = np.linspace(low, high, points), np.linspace(low, high, _BINS)
    bandwidth = spread * finite.size ** (-1 / 5)
    kernel = np.exp(-0.5 * ((grid[:, None] - centers) / bandwidth) ** 2)
    return grid, kernel @ counts / (finite.size * bandwidth * np.sqrt(2 * np.pi))


class Violins(PolyCollection):
    """One violin a name, side by side: a density, and lines at the quartiles.

    Parameters
    ----------
    ax
        Where to draw.
    names
        What stands below each.
    colors
        Colour of each.
    limits
        Limits of the values.
    """

    def __init__(self, ax: Axes, names: Sequence[str], colors: Sequence[Any], limits: tuple[float, float]) -> None:
        count = len(names)
        super().__init__([np.empty((0, 2))] * count, facecolors=colors, edgecolors="0.25", linewidths=0.8)
        self.quartiles = LineCollection([], colors="0.1", linewidths=[1.0, 2.0, 1.0] * count, zorder=2)
        ax.add_collection(self, autolim=False)
        ax.add_collection(self.quartiles, autolim=False)
        slanted = sum(map(len, names)) > 40
        ax.set_xticks(range(count), list(names), rotation=30 if slanted else 0, ha="right" if slanted else "center")
        ax.set(xlim=(-0.6, count - 0.4), ylim=limits)

    def move(self, values: Sequence[np.ndarray]) -> None:
        """Show other values, one array a violin."""
        shapes = [_violin(i, np.asarray(several).reshape(-1)) for i, several in enumerate(values)]
        self.set_verts([body for body, _ in shapes])
        self.quartiles.set_segments([line for _, lines in shapes for line in lines])


def _violin(position: int, values: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        nowhere = np.full((2, 2), np.nan)
        return nowhere, [nowhere] * 3
    quartiles = np.quantile(finite, (0.25, 0.5, 0.75))
    grid, heights = density(finite)
    if not grid.size:
        flat = np.array([[position - _HALF_WIDTH, quartiles[1]], [position + _HALF_WIDTH, quartiles[1]]])
        return flat, [flat] * 3
    widths = heights / heights.max() * _HALF_WIDTH
    body = np.stack(
        [np.r_[position - widths, (position + widths)[::-1]], np.r_[grid, grid[::-1]]],
        axis=1,
    )
    reach = np.interp(quartiles, grid, widths)
    lines = [np.array([[position - w, q], [position + w, q]]) for q, w in zip(quartiles, reach, strict=True)]
    return body, lines
