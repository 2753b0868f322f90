"""Heat maps whose cells say their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.labels import SLANTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["heat_map"]

_MOST_WITH_TEXT: Final = 400
"""Cells of a map that still have room for a number."""


def heat_map(
    ax: Axes, values: Any, rows: Sequence[str], columns: Sequence[str], *, texts: Callable[[float], str], **style: Any
) -> list[Any]:
    """Draw a matrix as coloured cells, and write each number into its cell.

    Parameters
    ----------
    ax
        Where to.
    values
        Matrix of rows x columns; NaN leaves a cell blank.
    rows, columns
        Labels.
    texts
        What to write of a number.
    **style
        For `matplotlib.axes.Axes.imshow`.

    Returns
    -------
    list of artists
    """
    values = np.asarray(values, dtype=float).reshape(len(rows), len(columns))
    image = ax.imshow(values, **{"aspect": "auto", **style})
    ax.set_xticks(range(len(columns)), columns, **(SLANTED if max(map(len, columns), default=0) > 4 else {}))
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    artists: list[Any] = [image]
    if values.size <= _MOST_WITH_TEXT:
        size = "small" if values.size <= 64 else "x-small"
        for (row, column), value in np.ndenumerate(values):
            text = "-" if math.isnan(value) else texts(value)
            artists.append(
                ax.text(column, row, text, ha="center", va="center", fontsize=size, color=_readable(image, value))
            )
    return artists


def _readable(image: Any, value: float) -> str:
    """Black or white, whichever is read on the colour of a value (weights of ITU-R BT.601)."""
    if math.isnan(value):
        return "0.5"
    red, green, blue, _ = image.cmap(image.norm(value))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
