"""How kinds that draw a line a series tell them apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from handyspark.labels import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["finish", "look", "x_label"]

_DASHES: Final = ("-", "--", "-.", ":")
"""Lines differ by these besides their colours, for readers who see few colours, and in print."""


_LINES_A_COLUMN: Final = 15


def look(place: int, label: str, style: Mapping[str, Any]) -> dict[str, Any]:
    """Give a series' style: dashes by its place, whatever the user says, and a label."""
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.lines import Line2D

    return {"label": label, "linestyle": _DASHES[place % len(_DASHES)], **normalize_kwargs(dict(style), Line2D)}


def x_label(ax: Axes, names: Sequence[str]) -> None:
    """Name the x axis after the one column that is drawn; after none where there are several."""
    if len(set(names)) == 1:
        ax.set_xlabel(plain(names[0]))


def finish(ax: Axes, labels: Sequence[str], names: Sequence[str], *, y: str) -> None:
    """Name the axes, and put a legend where there are several lines."""
    x_label(ax, names)
    ax.set_ylabel(y)
    if len(labels) > 1:
        # A layout would shrink the Axes to nothing beside a legend of many lines.
        columns = math.ceil(len(labels) / _LINES_A_COLUMN)
        ax.legend(fontsize="small" if columns == 1 else "x-small", ncols=columns).set_in_layout(False)
