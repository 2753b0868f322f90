"""Legends that are no wider than their Axes."""

from __future__ import annotations

import textwrap
from typing import Any, Final

from handyspark.evaluation.room import room_on

__all__ = ["add_legend", "height_of"]

_LEAST: Final = 5.0
"""Points of the smallest letters."""

_LETTER: Final = 0.56
"""Width of a letter on average, by the size of the font."""

_HANDLE: Final = 4.5
"""Width of a line's sample and of what is around it, by the size of the font."""

_FULL: Final = 20
"""An Axes so many times as wide as small letters are high keeps them; in one that is less wide they shrink."""


def add_legend(axes: Any, **where: Any) -> Any:
    """Give Axes a legend: in narrow ones letters are smaller, and long labels go on in further lines."""
    legend = axes.legend(fontsize="small", **where)
    texts = legend.get_texts()
    if not texts:
        return legend
    width, _ = room_on(axes)
    usual = texts[0].get_fontsize()
    size = min(usual, max(width / _FULL, _LEAST))
    if size < usual:
        legend = axes.legend(fontsize=size, **where)
        texts = legend.get_texts()
    letters = max(int((0.95 * width / size - _HANDLE) / _LETTER), 8)
    for text in texts:
        text.set_text("\n".join(textwrap.wrap(text.get_text(), letters, break_long_words=False)) or text.get_text())
    return legend


def height_of(legend: Any) -> float:
    """About how much of its Axes' height a legend takes, at most two thirds."""
    texts = legend.get_texts()
    if not texts:
        return 0.0
    size = texts[0].get_fontsize()
    # A line is one and a half as high as its letters; the frame's padding and distance take two lines more.
    lines = sum(1 + text.get_text().count("\n") for text in texts)
    _, height = room_on(legend.axes)
    return float(min(1.5 * size * (lines + 1) / height, 2 / 3))
