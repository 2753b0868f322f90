"""Colours of classes: blue negatives and green positives, as in the posts."""

from __future__ import annotations

from typing import Any, Final

from deepreplay.errors import ArgumentTypeError, ArgumentValueError, near

__all__ = ["checked_cmap", "checked_colors", "class_color", "spread_colors"]

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


def checked_cmap(name: object) -> str:
    """Name of a colour map that matplotlib knows.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is none.
    """
    # Here, because computing must not need matplotlib.
    from matplotlib import colormaps

    if not isinstance(name, str):
        raise ArgumentTypeError(f"The `cmap` must be the name of a colour map; got {name!r}.")
    if name not in colormaps:
        raise ArgumentValueError(f"matplotlib has no colour map {name!r}.{near(name, colormaps)}")
    return name


def checked_colors(name: str, colors: object, count: int) -> tuple[str, ...]:
    """As many colours as are needed, each one that matplotlib knows.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They are not.
    """
    from matplotlib.colors import is_color_like

    if not isinstance(colors, (list, tuple)):
        raise ArgumentTypeError(f"The `{name}` must be a list of colours; got {colors!r}.")
    wrong = [color for color in colors if not is_color_like(color)]
    if wrong:
        raise ArgumentValueError(f"The `{name}` must be colours that matplotlib knows; got {wrong[0]!r}.")
    if len(colors) < count:
        raise ArgumentValueError(f"The `{name}` must be at least {count}; got {len(colors)}.")
    return tuple(colors)


def spread_colors(cmap: str, count: int) -> list[Any]:
    """Colours from the whole of a colour map but its ends."""
    from matplotlib import colormaps

    return [colormaps[cmap](0.15 + 0.7 * i / max(count - 1, 1)) for i in range(count)]
