"""Decision regions in a bent space, against the class of each pixel's own point."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepreplay.figure.region import BentRegion

pytestmark = pytest.mark.thorough

Bend = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def drawn(bend: Bend, points: int, dpi: int, limits: tuple[float, float] = (-2, 2)) -> np.ndarray:
    """Class of each pixel of the Axes, -1 where there is none: red for 0, blue for 1. Row 0 is the lowest."""
    figure = plt.figure(figsize=(2, 2), dpi=dpi)
    ax = figure.add_axes((0, 0, 1, 1), xlim=limits, ylim=limits)
    ax.axis("off")
    region = BentRegion(["red", "blue"])
    ax.add_artist(region)
    u, v = np.meshgrid(np.linspace(-1, 1, points), np.linspace(-1, 1, points))
    region.set_data(np.stack(bend(u, v), axis=-1).astype("float32"), (u > 0).astype("uint8"))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3].astype(int)
    red, blue = ((np.array(to_rgb(name)) * 0.3 + 0.7) * 255 for name in ("red", "blue"))
    return np.select([np.abs(pixels - c).max(axis=-1) <= 2 for c in (red, blue)], [0, 1], -1)


def expected(inverse: Bend, size: int, limits: tuple[float, float] = (-2, 2)) -> tuple[np.ndarray, np.ndarray]:
    """The same by looking each pixel's centre up in the unbent space; and where that is not near a border."""
    low, high = limits
    places = low + (np.arange(size) + 0.5) * (high - low) / size
    with np.errstate(invalid="ignore", divide="ignore"):
        u, v = inverse(*np.meshgrid(places, places))
    inside = (np.abs(u) <= 1) & (np.abs(v) <= 1)
    classes = np.where(inside, (u > 0).astype(int), -1)
    sure = np.ones_like(inside)
    for shift in itertools.product((-2, -1, 0, 1, 2), repeat=2):
        sure &= np.roll(classes, shift, (0, 1)) == classes
    return classes, sure


CASES: list[tuple[str, Bend, Bend]] = [
    ("as it is", lambda u, v: (u, v), lambda x, y: (x, y)),
    ("turned", lambda u, v: ((u - v) / 1.4, (u + v) / 1.4), lambda x, y: ((x + y) * 0.7, (y - x) * 0.7)),
    ("stretched", lambda u, v: (u * 1.8, v * 0.1), lambda x, y: (x / 1.8, y / 0.1)),
    ("squashed", lambda u, v: (np.tanh(3 * u), np.tanh(3 * v)), lambda x, y: (np.arctanh(x) / 3, np.arctanh(y) / 3)),
    ("mirrored", lambda u, v: (-v, u), lambda x, y: (y, -x)),
]


@pytest.mark.parametrize(("bend", "inverse"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize(("points", "dpi"), [(300, 60), (60, 100), (150, 75)])
def test_each_pixel_has_the_class_of_its_point(bend: Bend, inverse: Bend, points: int, dpi: int) -> None:
    found = drawn(bend, points, dpi)
    classes, sure = expected(inverse, len(found))
    assert sure.mean() > 0.5
    np.testing.assert_array_equal(found[sure], classes[sure])


FOLDS: list[tuple[str, Bend]] = [
    ("sharp", lambda u, v: (np.abs(u - 0.3), v)),
    ("smooth", lambda u, v: ((u - 0.3) ** 2, v)),
    ("to and fro", lambda u, v: (4 * (u**3 - u / 2), v)),
    ("both ways", lambda u, v: (np.abs(u + v / 3), np.abs(v - 0.2))),
    ("and mirrored", lambda u, v: (v, np.abs(u - 0.3))),
    ("collapsed", lambda u, v: (np.maximum(u, 0), np.maximum(v - u / 2, 0))),
    ("in the middle", lambda u, v: (np.abs(u) * 1.5, np.abs(v) * 1.5)),
    ("saturated", lambda u, v: (np.tanh(12 * u + 3 * v), np.tanh(9 * v - 6 * u))),
]


@pytest.mark.parametrize(
    ("bend", "points"),
    [(case[1], 301) for case in FOLDS]
    + [(case[1], 61) for case in FOLDS[:-1]]
    + [(case[1], 33) for case in FOLDS[6:7]],
)
def test_where_it_is_folded_each_pixel_has_the_last_class_of_those_that_lie_there(bend: Bend, points: int) -> None:
    found = drawn(bend, points, 60)
    classes = np.full_like(found, -1)
    # Dense enough to hit every pixel where it is not much stretched.
    u, v = np.meshgrid(np.linspace(-1, 1, 1200), np.linspace(-1, 1, 1200))
    column, row = (np.floor((place + 2) / 4 * len(found)).astype(int) for place in bend(u, v))
    inside = (row >= 0) & (row < len(found)) & (column >= 0) & (column < len(found))
    np.maximum.at(classes, (row[inside], column[inside]), (u > 0).astype(int)[inside])
    sure = np.ones_like(inside, shape=classes.shape)
    for shift in itertools.product((-2, -1, 0, 1, 2), repeat=2):
        sure &= np.roll(classes, shift, (0, 1)) == classes
    assert sure.mean() > 0.5
    np.testing.assert_array_equal(found[sure], classes[sure])


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf, 1e30])
def test_points_that_have_no_place_leave_out_their_neighbours_and_nothing_else(lost: float) -> None:
    figure = plt.figure(figsize=(1, 1), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(-1, 1), ylim=(-1, 1))
    ax.axis("off")
    region = BentRegion(["red"])
    ax.add_artist(region)
    points = np.stack(np.meshgrid(*[np.linspace(-1, 1, 51)] * 2), axis=-1).astype("float32")
    points[20, 30] = lost
    region.set_data(points, np.zeros((51, 51), "uint8"))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1]
    bare = np.argwhere((pixels[..., :3] == 255).all(axis=-1))
    around = [np.abs(bare[:, axis] - middle).max(initial=0) for axis, middle in ((0, 40), (1, 60))]
    assert max(around) <= 5


def test_a_mesh_of_any_size_is_drawn_on_other_than_linear_axes() -> None:
    figure = plt.figure(figsize=(1, 1), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(1, 100), ylim=(-1, 1), xscale="log")
    ax.axis("off")
    region = BentRegion(["red", "blue"])
    ax.add_artist(region)
    x, y = np.meshgrid(np.geomspace(1, 100, 9), [-1.0, 1.0])
    region.set_data(np.stack([x, y], axis=-1), (x > 12).astype("uint8"))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba()).astype(int)
    # Half way between the ninth parts of the axis: from 10 to 10 ** 1.25.
    assert (pixels[:, :55, 0] > pixels[:, :55, 2]).all()
    assert (pixels[:, 58:, 0] < pixels[:, 58:, 2]).all()


def test_what_lies_outside_of_the_axes_or_is_no_number_is_not_drawn() -> None:
    def bend(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(v > 0.5, np.nan, u * 3), v

    found = drawn(bend, 200, 60)
    assert (found[:, 0] == 0).any()
    assert (found[95:] == -1).all()


def test_nothing_is_drawn_without_a_mesh() -> None:
    figure, ax = plt.subplots()
    figure.canvas.draw()
    before = np.array(figure.canvas.buffer_rgba())
    region = BentRegion(["red"])
    ax.add_artist(region)
    region.set_data(np.empty((0, 0, 2)), np.empty((0, 0), "uint8"))
    figure.canvas.draw()
    np.testing.assert_array_equal(figure.canvas.buffer_rgba(), before)
