"""How much room there is on Axes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

__all__ = ["room_on"]

_LABELS: Final = 50.0
"""Points that ticks and the label of an axis take, about."""


def room_on(axes: Any) -> tuple[float, float]:
    """Width and height of Axes in points, about: where a layout comes later, what it will leave of their cell."""
    from matplotlib.gridspec import GridSpec

    figure = axes.figure
    points = 72 / figure.dpi
    spec = axes.get_subplotspec()
    grid = None if spec is None else spec.get_gridspec()
    if figure.get_layout_engine() is None or not isinstance(grid, GridSpec):
        return axes.bbox.width * points, axes.bbox.height * points
    across = _share(grid.get_width_ratios(), spec.colspan)
    down = _share(grid.get_height_ratios(), spec.rowspan)
    cell = np.array([across * figure.bbox.width, down * figure.bbox.height]) * points
    width, height = np.maximum(cell - _LABELS, cell / 4)
    return float(width), float(height)


def _share(ratios: Any, place: range) -> float:
    """How much of a grid some of its rows or columns take."""
    return float(np.sum(ratios[place.start : place.stop]) / np.sum(ratios))
