"""Frames of a figure as pixels, redrawing only what can differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.spines import Spine
from matplotlib.transforms import Bbox

__all__ = ["Blitter", "can_blit"]

_OPAQUE = np.array([0, 0, 0, 255], np.uint8).view(np.uint32)[0]
"""Black, as one number."""

_SCATTER = np.uint32(2654435761)
"""Multiples of it have bytes of all kinds: colours."""

_JUST = np.float32(1e-3)
"""Lets no whole number be cut to the one below it."""

_ROUNDED = 2
"""How far a pixel may be from that of a full drawing, of 255."""

_MARGIN = 10
"""Pixels around what is drawn now, where a moving artist may reach at another epoch."""


def can_blit(figure: Figure, moving: Sequence[Artist]) -> bool:
    """Whether every moving artist is the figure's own, or a direct child of one of its Axes."""
    places = {id(child) for ax in figure.axes for child in ax.get_children()} | {id(a) for a in figure.get_children()}
    return not figure.subfigs and all(id(artist) in places for artist in moving)


class Blitter:
    """Draws frames in layers, of which only those that move are drawn anew.

    The background is everything below the first moving artist of each Axes, in the figure's drawing order. Above it,
    moving artists are drawn in each frame; what stands still between and over them is drawn once, as an image with
    transparency. Whenever anything else has changed, the whole figure is drawn.

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
        self._moving = moving
        self._background: Any = None
        # A layout moves things while they are drawn, and other changes are not expected before the first frame.
        self._at_once = bool(moving) and figure.get_layout_engine() is None
        self._heights: list[float] = []
        self._above: Sequence[Artist] = []
        self._layers: list[Artist | _Picture] = []

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
        # Artists that the user animates are left out by a canvas, but belong into what is saved.
        animated = figure.findobj(lambda artist: artist.get_animated())
        for artist in animated:
            artist.set_animated(False)
        figure.stale = True
        try:
            yield blitter
        finally:
            blitter._set_above([])
            for artist in animated:
                artist.set_animated(True)
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
        if self._figure.stale and not self._at_once:
            # The next change may be as large, so layers are not worth their time yet.
            self._set_above([])
            self._background = None
            self._canvas.draw()
            # From now on, a change of theirs leaves the figure as it is: what is stale then is something else.
            self._set_above(self._moving)
        else:
            # Artists that are drawn here alone don't tell the figure when they move above or below others.
            if self._background is None or self._heights != [artist.get_zorder() for artist in self._moving]:
                self._capture()
            self._canvas.restore_region(self._background)
            renderer = self._canvas.get_renderer()
            for layer in self._layers:
                layer.draw(renderer)
        # Drawing by itself marks axes as changed; what counts is what the next update changes.
        self._figure.stale = False
        self._at_once = False
        pixels: memoryview = self._canvas.buffer_rgba()
        return pixels

    def _capture(self) -> None:
        self._set_above(list(self._order()))
        self._heights = [artist.get_zorder() for artist in self._moving]
        with _hidden(ax.patch for ax in self._figure.axes if ax.patch in self._above):
            self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self._figure.bbox)
        renderer = self._canvas.get_renderer()
        self._layers = []
        opaque = bool(np.all(_numbers(renderer).view(np.uint8)[3::4] == 255))
        lost = np.zeros(len(_numbers(renderer)), np.uint8)
        for moves, run in groupby(self._above, self._moves):
            artists = list(run)
            self._layers += artists if moves or not opaque else _still(artists, renderer, lost)

    def _set_above(self, above: Sequence[Artist]) -> None:
        for artist in self._above:
            artist.set_animated(False)
        for artist in above:
            artist.set_animated(True)
        self._above = above

    def _order(self) -> Iterator[Artist]:
        """Artists that are not part of the background, in the figure's drawing order."""
        occupied: list[Bbox] = []
        for artist in _sorted(self._figure.get_children(), self._figure.patch):
            extent, parts = _extent(artist), _parts(artist)
            if not any(extent.overlaps(other) for other in occupied):
                first = next((i for i, part in enumerate(parts) if self._moves(part)), len(parts))
                parts = parts[first:]
            if parts:
                occupied.append(extent)
            yield from parts

    def _moves(self, artist: Artist) -> bool:
        return any(one in self._moving for one in (artist, *artist.get_children()))


class _Picture:
    """What artists draw, whatever is below them: ``own + share * below``, as Agg blends a colour with what is opaque.

    Parameters
    ----------
    artists
        They stand still, and are drawn here.
    renderer
        Draws them on nothing, and on a ground of all colours, which tells how much is lost where they lie on each
        other.
    """

    def __init__(self, artists: Sequence[Artist], renderer: Any) -> None:
        pixels = _numbers(renderer)

        def draw_on(ground: Any) -> None:
            pixels[:] = ground
            for artist in artists:
                artist.draw(renderer)

        draw_on(np.uint32(0))
        # Of truth values it is ten times faster.
        self._places = np.flatnonzero(pixels != 0)
        drawn = pixels[self._places]
        color, alpha = _colors(drawn).astype(np.float32), _colors(drawn)[:, 3:].astype(np.float32)
        # Of fixed_blender_rgba_plain in matplotlib's _backend_agg_basic_types.h, for an opaque ground.
        whole = alpha + 255 * 256
        self._own, self._share = color * 256 * alpha / whole + _JUST, 255 * (256 - alpha) / whole
        self._own[:, 3] = 255 + _JUST
        self._share = np.where([True, True, True, False], self._share, np.float32(0))
        ground = np.arange(len(pixels), dtype=np.uint32) * _SCATTER | _OPAQUE
        draw_on(ground)
        mixed = self._on(_colors(ground[self._places])).astype(np.int16)
        covers = alpha[:, 0] == 255
        mixed[covers] = _colors(drawn[covers])
        off = np.abs(mixed - _colors(pixels[self._places])).max(axis=1, initial=0)
        # What covers all that is below it needs no mixing.
        self._covered, self._cover, self._cover_off = self._places[covers], drawn[covers], off[covers]
        self._places, self._own, self._share, self._off = (
            kept[~covers] for kept in (self._places, self._own, self._share, off)
        )

    def exact(self, lost: np.ndarray) -> bool:
        """Whether it may be put onto what has lost something to rounding already; if so, what is lost then is noted.

        It is lost where many artists lie on each other, and where several pictures do.
        """
        off = lost[self._places] + self._off
        if max(off.max(initial=0), self._cover_off.max(initial=0)) > _ROUNDED:
            return False
        lost[self._places], lost[self._covered] = off, self._cover_off
        return True

    def draw(self, renderer: Any) -> None:
        """Put it onto what has been drawn, which is opaque."""
        pixels = _numbers(renderer)
        pixels[self._places] = self._on(_colors(pixels[self._places])).view(np.uint32).reshape(-1)
        pixels[self._covered] = self._cover

    def _on(self, below: np.ndarray) -> np.ndarray:
        mixed: np.ndarray = (self._own + self._share * below).astype(np.uint8)
        return mixed


def _still(artists: Sequence[Artist], renderer: Any, lost: np.ndarray) -> list[Artist | _Picture]:
    """Layers of artists that stand still: one picture, or those of them that none is exact for."""
    picture = _Picture(artists, renderer)
    if picture.exact(lost):
        return [picture]
    half = len(artists) // 2
    halves = (artists[:half], artists[half:])
    return [layer for one in halves for layer in _still(one, renderer, lost)] if half else list(artists)


def _colors(pixels: np.ndarray) -> np.ndarray:
    """RGBA of pixels as numbers, shape (..., 4)."""
    return pixels[..., np.newaxis].view(np.uint8)


@contextmanager
def _hidden(patches: Iterable[Artist]) -> Iterator[None]:
    """Leave patches out, which Axes draw even when they are animated."""
    seen = [patch for patch in patches if patch.get_visible()]
    for patch in seen:
        patch.set_visible(False)
    try:
        yield
    finally:
        for patch in seen:
            patch.set_visible(True)


def _numbers(renderer: Any) -> np.ndarray:
    """Pixels of a canvas, shape (pixels,), to read and to write; each as one number, which is faster than four."""
    return np.asarray(renderer.buffer_rgba()).reshape(-1).view(np.uint32)


def _parts(artist: Artist) -> list[Artist]:
    """What an artist of a figure draws, in order; itself where that is not known."""
    if not isinstance(artist, Axes) or type(artist).draw is not Axes.draw:
        return [artist]
    if not artist.get_visible():
        return []
    left_out: tuple[type, ...] = ()
    if not artist.axison:
        left_out = (Spine, Axis)
    elif not artist.get_frame_on():
        left_out = (Spine,)
    children = [child for child in _sorted(artist.get_children(), artist.patch) if not isinstance(child, left_out)]
    return children if left_out else [artist.patch, *children]


def _sorted(children: Sequence[Artist], patch: Artist) -> list[Artist]:
    return sorted((child for child in children if child is not patch), key=lambda child: child.get_zorder())


def _extent(artist: Artist) -> Bbox:
    box = artist.get_tightbbox()
    return Bbox.null() if box is None else box.padded(_MARGIN)
