"""Colours of classes: blue negatives and green positives, as in the posts."""

from __future__ import annotations

from typing import Final

__all__ = ["class_color"]

_CLASSES: Final = (
    "tab:blue",
    "tab:green",
    "tab:orange",
    "tab:purple",
    "tab:brown",
    "tab:pink",
    "tab:olive",
    "tab:cyan",
)


def class_color(label: int) -> str:
    """Colour of a class; they repeat after eight."""
    return _CLASSES[label % len(_CLASSES)]
