"""Decision regions in a bent space."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgba_array
from matplotlib.transforms import Affine2D, Transform

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
        # A pixel as one number: they are looked up faster.
        self._colors = np.concatenate([np.zeros((1, 4), np.uint8), rgba]).view(np.uint32).ravel()
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
        to_pixels = _ToPixels(self.get_transform() + Affine2D().translate(-left, -bottom).scale(scale))
        classes = _paint(self._points, self._classes, to_pixels, width, height)
        gc = renderer.new_gc()
        gc.set_clip_rectangle(box)
        renderer.draw_image(gc, left, bottom, np.take(self._colors, classes).view(np.uint8).reshape(height, width, 4))
        gc.restore()
        self.stale = False


class _ToPixels:
    """A transform of points, shape (..., 2), into their x and their y, shape (...): fast where it is affine."""

    def __init__(self, transform: Transform) -> None:
        self._transform = transform
        self._matrix = transform.get_affine().get_matrix() if transform.is_affine else None

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self._matrix is None:
            moved = np.asarray(self._transform.transform(points.reshape(-1, 2))).reshape(points.shape)
            return moved[..., 0], moved[..., 1]
        (a, c, e), (b, d, f) = self._matrix[:2].astype(np.result_type(points, np.float32))
        x, y = points[..., 0], points[..., 1]
        return (x * a + e, y * d + f) if b == c == 0 else (x * a + y * c + e, x * b + y * d + f)


def _paint(points: np.ndarray, classes: np.ndarray, to_pixels: _ToPixels, width: int, height: int) -> np.ndarray:
    """Class of each pixel plus one, 0 where there is no mesh, shape (height, width), from the bottom up."""
    # A frame of one pixel takes what lies outside, and what is not a number.
    image = np.zeros((height + 2, width + 2), np.uint16)
    flat = image.reshape(-1)
    for x, y, labels in _blocks(points, classes + 1, to_pixels):
        places = _within(y, height)
        places *= width + 2
        places += _within(x, width)
        flat[places] = labels
    return _closed(image[1:-1, 1:-1])


def _within(places: np.ndarray, side: int) -> np.ndarray:
    """Numbers of pixels, counted from 1; 0 and `side` + 1 for what lies before and after, 0 for what is no number."""
    places = np.fmax(places + 1, 0)
    return np.minimum(places, side + 1, out=places).astype(np.intp)


def _closed(image: np.ndarray) -> np.ndarray:
    """Fill pixels that no point hit between two that were: neighbours a pixel apart may skip one diagonally."""
    for before, hole, after in (
        (image[:, :-2], image[:, 1:-1], image[:, 2:]),
        (image[:-2], image[1:-1], image[2:]),
    ):
        np.copyto(hole, before, where=(hole == 0) & (before != 0) & (after != 0))
    return image


def _blocks(points: np.ndarray, classes: np.ndarray, to_pixels: _ToPixels) -> Iterator[list[np.ndarray]]:
    """x, y and class of blocks of the mesh, thinned or made denser so that neighbours are about a pixel apart."""
    rows, columns = classes.shape
    steps = [_steps(*to_pixels(points[::_SAMPLED, ::_SAMPLED]), axis) for axis in (0, 1)]
    for top in range(0, max(1, rows - 1), _BLOCK):
        for start in range(0, max(1, columns - 1), _BLOCK):
            part, sampled = (
                tuple(slice(first // every, (first + _BLOCK) // every + 1) for first in (top, start))
                for every in (1, _SAMPLED)
            )
            block = [*to_pixels(points[part]), classes[part]]
            for axis in (0, 1):
                longest = float(steps[axis][sampled].max(initial=0))
                block = [_respaced(values, longest / _SAMPLED, axis) for values in block]
            yield block


def _steps(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
    """How far neighbours along an axis are apart in x or in y, whichever is more; 0 where that is no number."""
    steps: np.ndarray = np.maximum(*(np.abs(np.diff(places, axis=axis)) for places in (x, y)))
    steps[~np.isfinite(steps)] = 0
    return steps


def _respaced(values: np.ndarray, step: float, axis: int) -> np.ndarray:
    """Values about a pixel apart along an axis where neighbours are `step` pixels apart."""
    count = values.shape[axis]
    if step <= 0.5:
        stride = max(1, min(count - 1, int(1 / step) if step else count))
        return values[(slice(None),) * axis + (slice(None, None, stride),)]
    pieces = min(math.ceil(step), _DENSEST)
    if pieces == 1 or count < 2:
        return values
    return _denser(values, pieces) if axis == 0 else _denser(values.T, pieces).T


def _denser(values: np.ndarray, pieces: int) -> np.ndarray:
    """Each step between rows cut into pieces: numbers are interpolated, of classes the nearest is taken."""
    low, high = values[:-1], values[1:]
    rows = np.empty((len(low) * pieces + 1, *values.shape[1:]), values.dtype)
    rows[::pieces] = values
    for piece in range(1, pieces):
        if values.dtype.kind == "f":
            rows[piece::pieces] = low + (high - low) * (piece / pieces)
        else:
            rows[piece::pieces] = high if 2 * piece >= pieces else low
    return rows
