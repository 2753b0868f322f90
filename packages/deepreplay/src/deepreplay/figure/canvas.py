"""Frames of a figure as pixels, redrawing only what can differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.spines import Spine
from matplotlib.transforms import Bbox

__all__ = ["Blitter", "can_blit"]

_MARGIN = 10
"""Pixels around what is drawn now, where a moving artist may reach at another epoch."""


def can_blit(figure: Figure, moving: Sequence[Artist]) -> bool:
    """Whether every moving artist is the figure's own, or a direct child of one of its Axes."""
    places = {id(child) for ax in figure.axes for child in ax.get_children()} | {id(a) for a in figure.get_children()}
    return not figure.subfigs and all(id(artist) in places for artist in moving)


class Blitter:
    """Draws frames over a captured background.

    The background is everything below the first moving artist of each Axes, in the figure's drawing order. What lies
    above is drawn anew in each frame, whether it moves or not. Whenever anything else has changed, all is drawn.

    Parameters
    ----------
    figure
        What to draw. Use only within `on_pixels`.
    canvas
        Its canvas.
    moving
        The artists that move.
    """

    def __init__(self, figure: Figure, canvas: Any, moving: Sequence[Artist]) -> None:
        self._figure = figure
        self._canvas = canvas
        self._moving = {id(artist) for artist in moving}
        self._background: Any = None
        self._above: list[Artist] = []

    @classmethod
    @contextmanager
    def on_pixels(cls, figure: Figure, dpi: float, moving: Sequence[Artist]) -> Iterator[Blitter]:
        """Give the figure a canvas of pixels for a while, and leave it as it was."""
        before = figure.canvas
        dpi_before = figure.dpi
        figure.dpi = dpi
        # matplotlib's canvas has no types.
        canvas: Any = FigureCanvasAgg(figure)
        blitter = cls(figure, canvas, moving)
        try:
            yield blitter
        finally:
            blitter._set_above([])
            figure.set_canvas(before)
            figure.dpi = dpi_before
            figure.stale = True

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame in pixels."""
        width, height = self._canvas.get_width_height()
        return int(width), int(height)

    def frame(self) -> memoryview:
        """Draw the figure as it is now: RGBA, valid until the next frame."""
        if self._background is None or self._figure.stale:
            self._capture()
        else:
            self._canvas.restore_region(self._background)
        renderer = self._canvas.get_renderer()
        for artist in self._above:
            artist.draw(renderer)
        # Drawing by itself marks axes as changed; what counts is what the next update changes.
        self._figure.stale = False
        pixels: memoryview = self._canvas.buffer_rgba()
        return pixels

    def _capture(self) -> None:
        self._set_above([])
        self._canvas.draw()  # lays out, so that extents are known
        self._set_above(list(self._order()))
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self._figure.bbox)

    def _set_above(self, above: list[Artist]) -> None:
        for artist in self._above:
            artist.set_animated(False)
        for artist in above:
            artist.set_animated(True)
        self._above = above

    def _order(self) -> Iterator[Artist]:
        """Artists that must be drawn in each frame, in the figure's drawing order."""
        occupied: list[Bbox] = []
        for artist in _sorted(self._figure.get_children(), self._figure.patch):
            extent = _extent(artist)
            if any(extent.overlaps(other) for other in occupied):
                above = [artist]
            elif isinstance(artist, Axes):
                children = _drawn_children(artist)
                first = next((i for i, child in enumerate(children) if id(child) in self._moving), len(children))
                above = children[first:]
            else:
                above = [artist] if id(artist) in self._moving else []
            if above:
                occupied.append(extent)
            yield from above


def _drawn_children(ax: Axes) -> list[Artist]:
    """Children of Axes as ``Axes.draw`` draws them after the patch."""
    left_out: tuple[type, ...] = ()
    if not ax.axison:
        left_out = (Spine, Axis)
    elif not ax.get_frame_on():
        left_out = (Spine,)
    return [child for child in _sorted(ax.get_children(), ax.patch) if not isinstance(child, left_out)]


def _sorted(children: Sequence[Artist], patch: Artist) -> list[Artist]:
    return sorted((child for child in children if child is not patch), key=lambda child: child.get_zorder())


def _extent(artist: Artist) -> Bbox:
    box = artist.get_tightbbox()
    return Bbox.null() if box is None else box.padded(_MARGIN)
