"""Confusion matrices as numbers, and how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.evaluation.displays import check_one_axes, one_axes
from handyspark.evaluation.room import room_on
from handyspark.labels import SLANTED, plain
from handyspark.styling import try_style

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ConfusionDisplay"]

_LETTER: Final = 0.65
"""Width of a letter on average, by the size of the font."""

_LEAST: Final = 3.0
"""Points of the smallest letters."""


@dataclass(kw_only=True)
class ConfusionDisplay:
    """A confusion matrix, and how it is drawn.

    Attributes
    ----------
    matrix
        Weights, rows are actual classes, columns predicted ones; shape (classes, classes).
    classes
        What the classes are called.
    axes_, figure_, image_
        What was drawn last; None before.
    """

    matrix: NDArray[np.float64]
    classes: Sequence[Any]
    axes_: Any = field(default=None, init=False, repr=False)
    figure_: Any = field(default=None, init=False, repr=False)
    image_: Any = field(default=None, init=False, repr=False)

    def plot(self, ax: Any = None, **style: Any) -> ConfusionDisplay:
        """Draw the matrix, coloured by share of the actual class, with weights written in where there is room.

        Parameters
        ----------
        ax
            matplotlib Axes; a new figure's for None.
        **style
            As for `matplotlib.axes.Axes.imshow`.

        Raises
        ------
        InvalidTypeError
            `ax` is no Axes, or matplotlib does not take a keyword.
        """
        self.check(ax, style)
        axes = one_axes(ax)
        totals = self.matrix.sum(axis=1, keepdims=True)
        shares = np.divide(self.matrix, totals, out=np.zeros(self.matrix.shape), where=totals > 0)
        self.image_ = axes.imshow(shares, **{"cmap": "Blues", "vmin": 0, "vmax": 1, **style})
        names = [plain(str(name)) for name in self.classes]
        cell, size = min(room_on(axes)) / len(names), axes.xaxis.label.get_size()
        step = math.ceil(1.2 * size / cell)
        named, shown = range(0, len(names), step), names[::step]
        axes.set_xticks(named, shown, **(SLANTED if max(map(len, shown)) * _LETTER * size > cell * step else {}))
        axes.set_yticks(named, shown)
        axes.set_xlabel("Predicted")
        axes.set_ylabel("Actual")
        self._write(axes, shares, cell)
        self.axes_, self.figure_ = axes, axes.figure
        return self

    @staticmethod
    def check(ax: Any, style: Mapping[str, Any]) -> None:
        """Refuse what `plot` can't draw on, or matplotlib does not take, before any figure is made."""
        check_one_axes(ax)
        if style:
            try_style(lambda axes, **options: axes.imshow(np.eye(2), **options), style, owner="a confusion matrix")

    def _write(self, axes: Any, shares: NDArray[np.float64], cell: float) -> None:
        """Write the weights into the cells, which are so many points wide, as small as they must be."""
        texts = {place: f"{value:,.10g}" for place, value in np.ndenumerate(self.matrix)}
        fitting = min(cell / (_LETTER * max(map(len, texts.values()))), cell / 1.2)
        size = min(axes.xaxis.label.get_size(), fitting)
        if size < _LEAST:
            return
        for (row, column), text in texts.items():
            red, green, blue, _ = self.image_.cmap(self.image_.norm(shares[row, column]))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            look = {"color": "white" if dark else "black", "fontsize": size}
            axes.text(column, row, text, ha="center", va="center", **look)
