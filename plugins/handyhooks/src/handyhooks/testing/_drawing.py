"""matplotlib, as the hosts let records draw: on figures that pyplot does not know."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["can_draw", "flat", "is_artist", "new_figure", "picture", "without_matplotlib", "without_pyplot"]

_MATPLOTLIB: Final = "matplotlib"
_PYPLOT: Final = "matplotlib.pyplot"


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec(_MATPLOTLIB) is not None


@contextmanager
def without_matplotlib() -> Iterator[None]:
    """Make imports of matplotlib fail, also where it is loaded."""
    with _hidden(lambda name: name.partition(".")[0] == _MATPLOTLIB, _MATPLOTLIB):
        yield


@contextmanager
def without_pyplot() -> Iterator[None]:
    """Make the import of pyplot fail; where code has it already, new figures of its own are an error."""
    pyplot = sys.modules.get(_PYPLOT)
    before = pyplot.get_fignums() if pyplot else []
    with _hidden(lambda name: name == _PYPLOT, _PYPLOT):
        yield
    if pyplot and pyplot.get_fignums() != before:
        raise RuntimeError("it made a figure of pyplot's")


@contextmanager
def _hidden(match: Callable[[str], bool], module: str) -> Iterator[None]:
    kept = {name: loaded for name, loaded in sys.modules.items() if match(name)}
    # None stands for a module that can't be imported.
    sys.modules.update(dict.fromkeys([module, *kept]))  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.modules.pop(module)
        sys.modules.update(kept)


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
    elif not isinstance(artists, (Sequence, set)) and not hasattr(artists, "tolist"):
        yield artists
        return
    for artist in artists:
        if artist is not None:
            yield from flat(artist)


def is_artist(value: Any) -> bool:
    """Whether a value is one of matplotlib's artists."""
    from matplotlib.artist import Artist

    return isinstance(value, Artist)
