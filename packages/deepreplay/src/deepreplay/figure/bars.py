"""Bars of a histogram, as one artist that moves."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

__all__ = ["Bars"]


class Bars(PolyCollection):
    """One bar a bin.

    Parameters
    ----------
    ax
        Where to draw.
    edges
        Edges of the bins, shape (bins + 1,).
    top
        The most that a bar ever shows.
    color
        Of all bars.
    label
        What the legend calls them.
    """

    def __init__(self, ax: Axes, edges: np.ndarray, top: float, color: str, label: str = "") -> None:
        self._edges = edges
        super().__init__([], facecolors=color, edgecolors="white", linewidths=0.8, label=label)
        ax.add_collection(self, autolim=False)
        # What axes are given new limits for: 0.5 is where they begin that a user makes logarithmic.
        ax.update_datalim([(edge, height) for edge in edges for height in (0, 0.5, top)])
        self.sticky_edges.y.append(0)

    def move(self, bottoms: np.ndarray, heights: np.ndarray) -> None:
        """Show other counts, each bar from its bottom up."""
        left, right = self._edges[:-1], self._edges[1:]
        low, high = bottoms, bottoms + heights
        corners = np.stack(
            [np.stack([left, left, right, right], axis=1), np.stack([low, high, high, low], axis=1)], axis=2
        )
        self.set_verts(list(corners[heights > 0]))
