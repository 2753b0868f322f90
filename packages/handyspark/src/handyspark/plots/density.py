"""Kernel densities of counts in fine cells."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from handyhooks import Option
from handyspark.errors import InvalidValueError
from handyspark.plots.ranges import require_density

__all__ = ["BANDWIDTH", "smoothed", "width_of"]

_REACH: Final = 3.0
"""How many bandwidths a density goes on beyond the least and the greatest value."""

BANDWIDTH: Final = Option(
    name="bw_method",
    default="scott",
    kind=("string", "number"),
    choices=("scott", "silverman"),
    bounds=(1e-3, 1e3),
    doc="Rule for the bandwidth, or a factor of the standard deviation, as in `scipy.stats.gaussian_kde`.",
)


def width_of(deviation: float, count: int, bw_method: str | float) -> float:
    """Standard deviation of the kernel, as `scipy.stats.gaussian_kde` has it (Scott, 1992; Silverman, 1986).

    Parameters
    ----------
    deviation
        Sample standard deviation, in the column's unit.
    count
        Number of values.
    bw_method
        ``"scott"``, ``"silverman"`` or a factor.

    Raises
    ------
    InvalidValueError
        The values are so far apart that their variance is no floating-point number.
    """
    if not math.isfinite(deviation):
        raise InvalidValueError("The values are too far apart for a density. Divide them by something first.")
    if not isinstance(bw_method, str):
        return float(bw_method) * deviation
    return float(deviation * (count * (0.75 if bw_method == "silverman" else 1.0)) ** -0.2)


def smoothed(
    edges: Any, counts: Any, low: float, high: float, width: float, points: int, *, reach: float = _REACH
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Sum Gaussian kernels on the centers of cells.

    No value is more than half a cell from its center, and a kernel is nowhere steeper than 0.242 / width^2: the
    density is within cell / (8 width^2) of that of the values themselves.

    Parameters
    ----------
    edges, counts
        Evenly spaced cells.
    low, high
        Least and greatest value.
    width
        Standard deviation of the kernel; a cell at least is taken.
    points
        How many places to give.
    reach
        How many bandwidths to go beyond the least and the greatest value.

    Returns
    -------
    x, density
        Two arrays of `points` numbers; the area below is 1.
    """
    edges, counts = np.asarray(edges, dtype=float), np.asarray(counts, dtype=float)
    width = max(width, float(edges[1] - edges[0]))
    held = counts > 0
    # The center of a cell may lie beyond all values of a stratum.
    centers = np.clip((edges[:-1] + edges[1:]) / 2, low, high)[held]
    x = np.linspace(low - reach * width, high + reach * width, points)
    kernels = np.exp(-0.5 * ((x[:, None] - centers) / width) ** 2)
    with np.errstate(over="ignore"):
        density = kernels @ (counts[held] / counts.sum()) / (width * math.sqrt(2 * math.pi))
    require_density(density)
    return x, density
