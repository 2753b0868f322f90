"""Decision regions in a bent space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import to_rgba_array
from matplotlib.transforms import Affine2D, Transform

__all__ = ["BentRegion"]

_BAND: Final = 32
"""Rows of the mesh that are looked at together, so that they stay in the processor's cache."""

_SAMPLED: Final = 125
"""Whether the mesh is folded is looked at in about so many rows and columns first: a narrower fold is a few pixels."""

_FLAT: Final = 1e-3
"""Which side of a cell is up is a matter of rounding where it has less than this part of the usual area."""

_ALPHA: Final = 0.3


class BentRegion(Artist):
    """Colours each pixel by the class of the mesh point that lies on it.

    Each point of a mesh, bent in any way, has a cell around it that reaches half way to its neighbours. Where
    neighbours differ in class, the edge between their cells says where colours begin and end in the rows of pixels that
    it crosses: how often the edges of a class wind around a pixel is how many of its cells lie there. This takes a
    small part of the time of coloured polygons. Of several classes on a pixel, where the mesh is folded, the last is
    seen.

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
        self._classes = np.empty((0, 0), np.int16)

    def set_data(self, points: np.ndarray, classes: np.ndarray) -> None:
        """Move the mesh.

        Parameters
        ----------
        points
            Positions in data coordinates, shape (rows, columns, 2).
        classes
            Class of each point, shape (rows, columns); -1 for none, which is not coloured.
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
        to_pixels = self.get_transform() + Affine2D().translate(-left, -bottom).scale(scale)
        points: np.ndarray = self._points
        if not to_pixels.is_affine:
            points = np.asarray(to_pixels.transform_non_affine(points.reshape(-1, 2))).reshape(points.shape)
        image, across, up = _painted(points, self._classes, self._colors, to_pixels.get_affine(), width, height)
        gc = renderer.new_gc()
        gc.set_clip_rectangle(box)
        if image.size:
            rgba = image.view(np.uint8).reshape(*image.shape, 4)
            renderer.draw_image(gc, left + across / scale, bottom + up / scale, rgba)
        gc.restore()
        self.stale = False


def _painted(
    points: np.ndarray, classes: np.ndarray, colors: np.ndarray, to_pixels: Transform, width: int, height: int
) -> tuple[np.ndarray, int, int]:
    """Colour of each pixel's centre, from the bottom up, the first colour where there is no mesh.

    Only of the columns and rows that the mesh reaches, and one more column; and how many are left out before them.
    """
    before, after, ends = _edges(_signed(points, classes))
    corners = np.asarray(to_pixels.transform(_corners(points, ends.reshape(-1, 2))))
    edges, rows, columns, turns = _crossings(corners.reshape(-1, 2, 2), width, height)
    if not len(edges):
        return np.empty((0, 0), np.uint32), 0, 0
    across, up = columns.min(), rows.min()
    width, height = columns.max() - across, rows.max() - up + 1
    pixels = (rows - up) * (width + 1) + columns - across
    order = np.argsort(pixels)
    edges, pixels, turns = edges[order], pixels[order], turns[order]
    seen = np.zeros(len(edges) + 1, np.intp)
    for label in np.unique(np.abs([before, after])):
        steps = sum(side * (np.abs(labels) == label) * np.sign(labels) for side, labels in ((1, after), (-1, before)))
        seen[1:][np.cumsum(steps[edges] * turns) != 0] = label
    runs = np.diff(pixels, prepend=0, append=height * (width + 1))
    return np.repeat(colors[seen], runs).reshape(height, width + 1), int(across), int(up)


def _signed(points: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Class of each point plus one, in a frame of 0; negative where the mesh lies with its other side up.

    0 too where a cell has no place, because a point or a neighbour is no number.
    """
    rows, columns = classes.shape
    # The smaller they are, the faster they are compared.
    framed = np.zeros((rows + 2, columns + 2), np.int8 if classes.max() < np.iinfo(np.int8).max else np.int32)
    signed = framed[1:-1, 1:-1]
    signed[:] = classes
    signed += 1
    finite = np.isfinite(points).all()
    step, across = (max(1, side // _SAMPLED) for side in classes.shape)
    sampled = _areas(points[np.ix_(_every(step, rows), _every(across, columns))])
    usual = _usual(sampled) * sampled.size / classes.size
    if finite and not _turned(sampled, usual).any():
        return framed
    for start in range(0, rows, _BAND):
        near = sampled[max(start // step - 1, 0) : (start + _BAND) // step + 2]
        if _turned(near, usual).any() or not np.isfinite(points[max(start - 1, 0) : start + _BAND + 1]).all():
            around = np.arange(start - 1, min(start + _BAND, rows) + 1).clip(0, rows - 1)
            areas, band = _areas(points[around])[1:-1], signed[start : start + _BAND]
            band[_turned(areas, usual)] *= -1
            band[~np.isfinite(areas)] = 0
    return framed


def _every(step: int, side: int) -> np.ndarray:
    return np.append(np.arange(0, side - 1, step), side - 1)


def _usual(areas: np.ndarray) -> float:
    """Their size in the mean, the largest few cut down; negative where more of them have the other side up."""
    finite = areas[np.isfinite(areas)].astype(np.float64)
    most = np.percentile(np.abs(finite), 99) if finite.size else 0
    cut = finite.clip(-most, most)
    # Of a mesh that is folded in the middle, as much has one side up as the other.
    return float(np.copysign(np.abs(cut).sum(), cut.sum())) / areas.size


def _turned(areas: np.ndarray, usual: float) -> np.ndarray:
    """Where cells have their other side up than most."""
    found: np.ndarray = areas * np.sign(usual) < -_FLAT * abs(usual)
    return found


def _areas(points: np.ndarray) -> np.ndarray:
    """Areas of the cells of points, in no unit, shape (rows, columns); negative of those with the other side up."""
    # Of points that are infinite they are no numbers.
    with np.errstate(invalid="ignore", over="ignore"):
        x, y = (_around(points[..., axis]) for axis in (0, 1))
        (a, b), (c, d) = ((one[1:, 1:] - one[:-1, :-1], one[:-1, 1:] - one[1:, :-1]) for one in (x, y))
        areas: np.ndarray = a * d - b * c
    return areas


def _around(values: np.ndarray) -> np.ndarray:
    """Sums of the values around each corner of a cell, shape (rows + 1, columns + 1), the outermost ones repeated."""
    rows, columns = values.shape
    pairs, sums = np.empty((rows + 1, columns), values.dtype), np.empty((rows + 1, columns + 1), values.dtype)
    np.add(values[1:], values[:-1], out=pairs[1:-1])
    pairs[0], pairs[-1] = 2 * values[0], 2 * values[-1]
    np.add(pairs[:, 1:], pairs[:, :-1], out=sums[:, 1:-1])
    sums[:, 0], sums[:, -1] = 2 * pairs[:, 0], 2 * pairs[:, -1]
    return sums


def _corners(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Positions of corners of cells: the mean of the four points around, the outermost ones repeated."""
    height, width, _ = points.shape
    rows, columns = (
        [(at - 1).clip(0), at.clip(None, side - 1)] for at, side in zip(places.T, (height, width), strict=True)
    )
    flat = points.reshape(-1, 2)
    # Much faster than by rows and columns.
    mean: np.ndarray = sum(flat.take(r * width + c, axis=0).astype(np.float64) for r in rows for c in columns) / 4
    return mean


def _edges(framed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges between cells that differ: what lies on either side, and the two corners, shape (edges, 2, 2)."""
    # From the end of a row on to the next: the frame is the same everywhere.
    flat, width = framed.ravel(), framed.shape[1]
    found = []
    for step, start, end in ((width, (0, -1), (0, 0)), (1, (0, 0), (-1, 0))):
        at = np.flatnonzero(flat[:-step] != flat[step:])
        corner = np.stack(np.divmod(at, width), axis=1)[:, np.newaxis]
        found.append((flat[at], flat[at + step], np.add(corner, [start, end])))
    before, after, corners = map(np.concatenate, zip(*found, strict=True))
    return before, after, corners


def _crossings(edges: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where edges cross the middle of rows of pixels: which edge, row and column, and 1 upwards, -1 downwards.

    There are `width` + 1 pixels in a row: the last one stands for all that lie further to the right.
    """
    (x, y), (x_end, y_end) = (ends.T for ends in edges.swapaxes(0, 1))
    first, last = (np.ceil(one(y, y_end) - 0.5).clip(0, height).astype(np.intp) for one in (np.minimum, np.maximum))
    counts = last - first
    edge = np.repeat(np.arange(len(edges)), counts)
    row = np.arange(len(edge)) - np.repeat(counts.cumsum() - counts - first, counts)
    slope = (x_end - x)[edge] / (y_end - y)[edge]
    # From an end that is far away, rounding would reach as far.
    near = np.abs(y) <= np.abs(y_end)
    x_near, y_near = np.where(near, x, x_end)[edge], np.where(near, y, y_end)[edge]
    column = np.ceil(x_near + (row + 0.5 - y_near) * slope - 0.5).clip(0, width).astype(np.intp)
    return edge, row, column, np.where(y_end > y, 1, -1)[edge]
