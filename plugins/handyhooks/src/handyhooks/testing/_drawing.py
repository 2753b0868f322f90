"""matplotlib, as the hosts let records draw: on figures that pyplot does not know."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["can_draw", "flat", "is_artist", "new_figure", "picture", "without_matplotlib", "without_pyplot"]

_MATPLOTLIB: Final = "matplotlib"


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec(_MATPLOTLIB) is not None


@contextmanager
def without_matplotlib() -> Iterator[None]:
    """Make imports of matplotlib fail, also where it is loaded."""
    kept = {name: loaded for name, loaded in sys.modules.items() if name.partition(".")[0] == _MATPLOTLIB}
    # None stands for a module that can't be imported.
    sys.modules.update(dict.fromkeys([_MATPLOTLIB, *kept]))  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.modules.pop(_MATPLOTLIB)
        sys.modules.update(kept)


@contextmanager
def without_pyplot() -> Iterator[None]:
    """Raise where pyplot made figures: whatever draws through it does, as ours are none of pyplot's."""
    before = _figures()
    yield
    if _figures() != before:
        raise RuntimeError("it used a figure of pyplot's")


def _figures() -> list[int]:
    # matplotlib imports pyplot here and there itself, so that its import says nothing.
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.get_fignums() if pyplot else []


def new_figure() -> Figure:
    """Make a figure with a canvas that draws into memory."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3), dpi=50)
    FigureCanvasAgg(figure)
    return figure


def picture(figure: Figure) -> bytes:
    """Draw a figure, and return its pixels."""
    figure.canvas.draw()
    return bytes(figure.canvas.buffer_rgba())  # type: ignore[attr-defined]


def flat(artists: Any) -> Iterator[Any]:
    """Yield the artists in whatever nest of mappings, sequences and containers they came."""
    if isinstance(artists, Mapping):
        artists = artists.values()
    elif isinstance(artists, str) or not (isinstance(artists, (Sequence, set)) or hasattr(artists, "tolist")):
        yield artists
        return
    for artist in artists:
        if artist is not None:
            yield from flat(artist)


def is_artist(value: Any) -> bool:
    """Whether a value is one of matplotlib's artists."""
    from matplotlib.artist import Artist

    return isinstance(value, Artist)
