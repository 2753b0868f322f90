"""Decision regions in a bent space."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgba_array

__all__ = ["BentRegion"]

_DENSEST: Final = 16
"""A mesh cell is cut into at most this many pieces a side, however far it is stretched."""

_BLOCK: Final = 128
"""Rows and columns of the mesh that are looked at together."""

_SAMPLED: Final = 8
"""How far neighbours are apart is measured at each such row and column."""

_ALPHA: Final = 0.3


class BentRegion(Artist):
    """Colours each pixel by the class of the mesh point that lies on it.

    A mesh of points with classes, smooth but bent in any way, is put onto the pixels of the Axes point by point. Where
    it is stretched to more than a pixel between neighbours, positions between them are interpolated; where it is
    squeezed, points are left out. This takes a small part of the time of coloured polygons.

    Parameters
    ----------
    colors
        Colour of each class.
    """

    def __init__(self, colors: Sequence[str]) -> None:
        super().__init__()
        self.set_zorder(0.5)
        # As a list: two colours in a tuple would be taken for one and its opacity.
        rgba = (to_rgba_array(list(colors), _ALPHA) * 255).round().astype(np.uint8)
        self._colors = np.concatenate([np.zeros((1, 4), np.uint8), rgba])
        self._points = np.empty((0, 0, 2))
        self._classes = np.empty((0, 0), np.uint16)

    def set_data(self, points: np.ndarray, classes: np.ndarray) -> None:
        """Move the mesh.

        Parameters
        ----------
        points
            Positions in data coordinates, shape (rows, columns, 2).
        classes
            Class of each point, shape (rows, columns).
        """
        self._points = points
        self._classes = classes
        self.stale = True

    def get_window_extent(self, renderer: Any = None) -> Any:
        """Box of the Axes: the region is cut off there."""
        if self.axes is None:
            raise ValueError("The region is on no Axes.")
        return self.axes.bbox

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: Any) -> None:
        """Draw the pixels."""
        if not self.get_visible() or self.axes is None or self._classes.size == 0:
            return
        scale = renderer.get_image_magnification()
        box = self.axes.bbox
        left, bottom = int(np.floor(box.x0)), int(np.floor(box.y0))
        width, height = (int(np.ceil((end - start) * scale)) for start, end in ((left, box.x1), (bottom, box.y1)))
        corner = np.array([left, bottom])
        classes = _paint(
            self._points, self._classes, lambda points: (self._to_display(points) - corner) * scale, width, height
        )
        gc = renderer.new_gc()
        gc.set_clip_rectangle(box)
        renderer.draw_image(gc, left, bottom, self._colors[classes])
        gc.restore()
        self.stale = False

    def _to_display(self, points: np.ndarray) -> np.ndarray:
        return np.asarray(self.get_transform().transform(points.reshape(-1, 2))).reshape(points.shape)


ToPixels = Callable[[np.ndarray], np.ndarray]


def _paint(points: np.ndarray, classes: np.ndarray, to_pixels: ToPixels, width: int, height: int) -> np.ndarray:
    """Class of each pixel plus one, 0 where there is no mesh, shape (height, width), from the bottom up."""
    # A frame of one pixel takes what lies outside, and what is not a number.
    image = np.zeros((height + 2, width + 2), np.uint16)
    flat = image.reshape(-1)
    for block, labels in _blocks(points, classes, to_pixels):
        x, y = (np.fmin(np.fmax(block[..., i] + 1, 0), side + 1) for i, side in ((0, width), (1, height)))
        flat[y.astype(np.intp) * (width + 2) + x.astype(np.intp)] = labels + 1
    return _closed(image[1:-1, 1:-1])


def _closed(image: np.ndarray) -> np.ndarray:
    """Fill pixels that no point hit between two that were: neighbours a pixel apart may skip one diagonally."""
    for before, hole, after in (
        (image[:, :-2], image[:, 1:-1], image[:, 2:]),
        (image[:-2], image[1:-1], image[2:]),
    ):
        np.copyto(hole, before, where=(hole == 0) & (before != 0) & (after != 0))
    return image


def _blocks(points: np.ndarray, classes: np.ndarray, to_pixels: ToPixels) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of the mesh in pixels, thinned or made denser so that neighbours are about a pixel apart."""
    rows, columns = classes.shape
    for top in range(0, max(1, rows - 1), _BLOCK):
        for start in range(0, max(1, columns - 1), _BLOCK):
            part = slice(top, top + _BLOCK + 1), slice(start, start + _BLOCK + 1)
            block, labels = points[part], classes[part]
            sample = to_pixels(block[::_SAMPLED, ::_SAMPLED])
            steps = [_longest_step(sample, axis) / _SAMPLED for axis in (0, 1)]
            for axis, step in enumerate(steps):
                block, labels = _respaced(block, labels, step, axis)
            yield to_pixels(block), labels


def _longest_step(pixels: np.ndarray, axis: int) -> float:
    steps = np.abs(np.diff(pixels, axis=axis))
    return float(steps[np.isfinite(steps)].max(initial=0.0))


def _respaced(points: np.ndarray, labels: np.ndarray, step: float, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Points about a pixel apart along an axis where neighbours are `step` pixels apart; labels of the nearest."""
    count = points.shape[axis]
    if step <= 0.5:
        stride = max(1, min(count - 1, int(1 / step) if step else count))
        kept = (slice(None),) * axis + (slice(None, None, stride),)
        return points[kept], labels[kept]
    pieces = min(math.ceil(step), _DENSEST)
    if pieces == 1 or count < 2:
        return points, labels
    places = np.arange((count - 1) * pieces + 1)
    below = np.minimum(places // pieces, count - 2)
    share = (places / pieces - below).astype(points.dtype).reshape(-1, *[1] * (2 - axis))
    low, high = np.take(points, below, axis), np.take(points, below + 1, axis)
    return low + (high - low) * share, np.take(labels, (places + pieces // 2) // pieces, axis)
