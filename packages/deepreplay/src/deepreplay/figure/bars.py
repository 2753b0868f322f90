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
    color
        Of all bars.
    label
        What the legend calls them.
    """

    def __init__(self, ax: Axes, edges: np.ndarray, color: str, label: str = "") -> None:
        self._edges = edges
        super().__init__([], facecolors=color, edgecolors="white", linewidths=0.8, label=label)
        ax.add_collection(self, autolim=False)
        # Where axes begin that a user makes logarithmic.
        ax.update_datalim([(edge, 0.5) for edge in edges])

    def move(self, bottoms: np.ndarray, heights: np.ndarray) -> None:
        """Show other counts, each bar from its bottom up."""
        left, right = self._edges[:-1], self._edges[1:]
        low, high = bottoms, bottoms + heights
        corners = np.stack(
            [np.stack([left, left, right, right], axis=1), np.stack([low, high, high, low], axis=1)], axis=2
        )
        self.set_verts(list(corners[heights > 0]))
