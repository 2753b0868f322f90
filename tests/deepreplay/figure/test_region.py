"""Decision regions in a bent space, against the class of each pixel's own point."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepreplay.figure.region import BentRegion

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
