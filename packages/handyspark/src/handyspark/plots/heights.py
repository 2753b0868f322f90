"""Heights of a histogram's bars, and the limits that they fit in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from handyspark.plots.ranges import padded_logarithm, require_density

__all__ = ["heights_of", "limits_of"]


def heights_of(counts: Sequence[int], widths: Any, density: bool, cumulative: int) -> tuple[float, ...]:
    """Bars as `matplotlib.axes.Axes.hist` makes them: the area is 1, or the last of those that accumulate is."""
    heights = np.asarray(counts, dtype=float)
    total = heights.sum()
    if density and total:
        heights = heights / total
        if not cumulative:
            widths = np.asarray(widths)
            with np.errstate(over="ignore"):
                heights = heights / np.where(widths > 0, widths, np.inf)
            require_density(heights)
    if cumulative:
        heights = np.cumsum(heights) if cumulative > 0 else np.cumsum(heights[::-1])[::-1]
    return tuple(heights.tolist())


def limits_of(heights: Sequence[float], across: Any, *, log: bool, orientation: str) -> Any:
    """Limits of x and y for bars that stand or lie, from those across the bars."""
    positive = [height for height in heights if height > 0]
    along: Any = None
    if log:
        # Without a bar an axis of logarithms has no limits of its own.
        along = padded_logarithm(min(positive, default=1.0), max(positive, default=1.0))
    elif positive:
        along = (0.0, 1.05 * max(positive))
    return (across, along) if orientation == "vertical" else (along, across)
