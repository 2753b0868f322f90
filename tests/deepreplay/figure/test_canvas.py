"""Frames drawn over a captured background are those that matplotlib draws in full."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from deepreplay import Replay
from deepreplay.figure.canvas import Blitter, can_blit
from deepreplay.figure.scene import Scene, compose

DPI = 70


def in_full(figure: Figure) -> np.ndarray:
    """The figure as matplotlib saves it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="rgba", dpi=DPI)
    width, height = (int(side) for side in figure.get_size_inches() * DPI)
    return np.frombuffer(buffer.getvalue(), np.uint8).reshape(height, width, 4).astype(int)


def feature_space(replay: Replay, figure: Figure) -> Scene:
    plot = replay.build_feature_space(figure.add_subplot(), layer_name="hidden", contour_points=40)
    return plot._scene()


def moving_limits(replay: Replay, figure: Figure) -> Scene:
    plot = replay.build_feature_space(
        figure.add_subplot(), layer_name="hidden", contour_points=40, scale_fixed=False, xlim=(-2, 2)
    )
    return plot._scene()


def twin_axes(replay: Replay, figure: Figure) -> Scene:
    return replay.build_loss_and_metric(figure.add_subplot(), "accuracy")._scene()


def composed(replay: Replay, figure: Figure) -> Scene:
    left, right = figure.subplots(1, 2)
    fs = replay.build_feature_space(left, layer_name="hidden", contour_points=40)
    return compose([fs, replay.build_loss_and_metric(right, "accuracy")], "both")


def overlapping(replay: Replay, figure: Figure) -> Scene:
    """Axes over each other, and artists of the user's below and above what moves."""
    below = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    above = figure.add_axes((0.4, 0.4, 0.5, 0.3))
    below.axvspan(-0.5, 0.5, color="gold", zorder=0.1)
    below.text(0, 0, "above all", fontsize=30, zorder=9)
    below.legend(handles=below.plot([0, 1], [0, 1], "k--", label="mine", zorder=1.7))
    figure.text(0.3, 0.5, "on the figure", fontsize=20)
    fs = replay.build_feature_space(below, layer_name="hidden", contour_points=40)
    return compose([fs, replay.build_loss_and_metric(above, "accuracy")], "")


def crowded(replay: Replay, figure: Figure) -> Scene:
    """Titles that reach into the Axes above, and Axes without frame or ticks."""
    top, bottom = figure.add_axes((0.1, 0.5, 0.8, 0.4)), figure.add_axes((0.1, 0.08, 0.8, 0.4))
    top.set_axis_off()
    bottom.set_frame_on(False)
    fs = replay.build_feature_space(top, layer_name="hidden", contour_points=40)
    return compose([fs, replay.build_loss_and_metric(bottom, "accuracy").set_title("one\ntwo\nthree")], "")


def logarithmic(replay: Replay, figure: Figure) -> Scene:
    """Axes that begin at 0 or below until a user makes them logarithmic."""
    axes = figure.subplots(1, 4)
    plots = [
        replay.build_loss_and_metric(axes[0], "accuracy"),
        replay.build_loss_histogram(axes[1]),
        replay.build_probability_histogram(axes[2], axes[3]),
    ]
    for ax in axes:
        ax.set_yscale("log")
    return compose(plots, "")


def sheer(replay: Replay, figure: Figure) -> Scene:
    """Axes that overlap and let each other and what is behind the figure through."""
    axes = [figure.add_axes((0.1, 0.1, 0.5, 0.8)), figure.add_axes((0.5, 0.2, 0.4, 0.6))]
    for patch in (figure.patch, *(ax.patch for ax in axes)):
        patch.set_alpha(0.4)
    fs = replay.build_feature_space(axes[0], layer_name="hidden", contour_points=40)
    return compose([fs, replay.build_loss_and_metric(axes[1], "accuracy")], "")


def every_view(replay: Replay, figure: Figure) -> Scene:
    figure.set_size_inches(7, 7)
    ax = figure.subplots(3, 3).ravel()
    plots = [
        replay.build_feature_space(ax[0], layer_name="hidden", contour_points=40),
        replay.build_decision_boundary(ax[1], contour_points=40),
        replay.build_probability_histogram(ax[2], ax[3]),
        replay.build_loss_and_metric(ax[4], "accuracy"),
        replay.build_loss_histogram(ax[5]),
        replay.build_weights(ax[6]),
        replay.build_outputs(ax[7]),
        replay.build_gradients(ax[8]),
    ]
    return compose(plots, "all")


def transparent(replay: Replay, figure: Figure) -> Scene:
    """Nothing below but the page that the picture will stand on."""
    figure.patch.set_alpha(0)
    scene = overlapping(replay, figure)
    figure.axes[0].patch.set_alpha(0.4)
    return scene


def hidden_and_polar(replay: Replay, figure: Figure) -> Scene:
    """Axes that aren't shown over what moves, and some of another kind."""
    figure.add_axes((0.2, 0.2, 0.5, 0.5), facecolor="black", zorder=3).set_visible(False)
    figure.add_axes((0.6, 0.6, 0.3, 0.3), polar=True, zorder=4).plot([0, 1, 2], [1, 2, 1])
    return compose([replay.build_feature_space(figure.add_subplot(), layer_name="hidden", contour_points=40)], "")


SCENES = [feature_space, moving_limits, twin_axes, composed, overlapping, crowded, every_view]
SCENES += [transparent, hidden_and_polar, logarithmic, sheer]


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_no_pixel_differs_from_a_full_drawing(replay: Replay, make: Callable[[Replay, Figure], Scene]) -> None:
    figure = plt.figure(figsize=(6, 3))
    scene = make(replay, figure)
    epochs = [0, 1, 5, 6, 2]
    expected = [in_full(scene.show(epoch)) for epoch in epochs]
    assert all(np.abs(one - other).max() > 100 for one, other in itertools.pairwise(expected))
    assert can_blit(figure, scene.moving)
    with Blitter.on_pixels(figure, DPI, scene.moving) as blitter:
        for epoch, full in zip(epochs, expected, strict=True):
            scene.show(epoch)
            frame = np.asarray(blitter.frame()).astype(int)
            assert np.abs(frame - full).max() <= 2


@pytest.mark.parametrize("alpha", [0.03, 0.1, None])
def test_points_on_each_other_are_rounded_as_often_as_in_a_full_drawing(alpha: float | None) -> None:
    figure = plt.figure(figsize=(2, 2), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    x = np.linspace(0.1, 0.9, 700)
    ground = ax.axhspan(0, 1, zorder=0)
    ax.plot(x, 4 * (x - 0.5) ** 2, ".", color="green", ms=4, mew=0, alpha=alpha)
    ax.text(0.2, 0.8, "text")
    with Blitter.on_pixels(figure, DPI, [ground]) as blitter:
        for grey in (0.1, 0.3, 0.5, 0.7, 0.9):
            ground.set_facecolor((grey,) * 3)
            frame = np.array(blitter.frame()).astype(int)
            figure.stale = True
            assert np.abs(frame - np.asarray(blitter.frame()).astype(int)).max() <= 2
            ground.set_facecolor("white")
            blitter.frame()


@pytest.mark.parametrize("between", [False, True], ids=["above", "between"])
@pytest.mark.parametrize("alpha", [0.02, 0.05, 0.1])
def test_what_shows_through_on_each_other_is_rounded_as_often_as_in_a_full_drawing(alpha: float, between: bool) -> None:
    figure = plt.figure(figsize=(2, 2), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    ground = ax.axhspan(0, 1, zorder=0)
    lines = [ax.plot([0, 1], [0, 1], zorder=i + 0.5)[0] for i in range(20)] if between else []
    for i in range(20):
        ax.axhspan(0, 1, color="rgb"[i % 3], alpha=alpha, zorder=i + 1)
    with Blitter.on_pixels(figure, DPI, [ground, *lines]) as blitter:
        for color in ("gold", "navy", "0.7", "crimson", "0.2"):
            ground.set_facecolor("white")
            blitter.frame()
            ground.set_facecolor(color)
            frame = np.array(blitter.frame()).astype(int)
            figure.stale = True
            assert np.abs(frame - np.asarray(blitter.frame()).astype(int)).max() <= 2


def test_an_artist_may_move_above_and_below_others() -> None:
    figure = plt.figure(figsize=(2, 2), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.axhspan(0.4, 0.6, color="gold", zorder=5)
    (line,) = ax.plot([0, 1], [0, 1], linewidth=9)
    heights, expected = (1, 2, 6, 7, 4, 4), []
    for height in heights:
        line.set_zorder(height)
        expected.append(in_full(figure))
    with Blitter.on_pixels(figure, DPI, [line]) as blitter:
        for height, full in zip(heights, expected, strict=True):
            line.set_zorder(height)
            assert np.abs(np.asarray(blitter.frame()).astype(int) - full).max() <= 2


@pytest.mark.parametrize("make", [composed, every_view], ids=lambda make: make.__name__)
def test_a_background_is_captured_once_while_only_artists_move(
    replay: Replay, monkeypatch: Any, make: Callable[[Replay, Figure], Scene]
) -> None:
    scene, captured = make(replay, plt.figure(figsize=(6, 3))), []
    capture = Blitter._capture
    monkeypatch.setattr(Blitter, "_capture", lambda self: (captured.append(1), capture(self)))
    with Blitter.on_pixels(scene.figure, DPI, scene.moving) as blitter:
        for epoch in range(5):
            scene.show(epoch)
            blitter.frame()
    assert len(captured) == 1


def test_axes_and_texts_are_not_drawn_again_in_each_frame(replay: Replay, monkeypatch: Any) -> None:
    scene, drawn = every_view(replay, plt.figure()), []
    draw = Axis.draw
    with Blitter.on_pixels(scene.figure, DPI, scene.moving) as blitter:
        for epoch in (0, 1):
            scene.show(epoch)
            blitter.frame()
        monkeypatch.setattr(Axis, "draw", lambda self, renderer: (drawn.append(self), draw(self, renderer)))
        for epoch in (2, 3):
            scene.show(epoch)
            blitter.frame()
    assert drawn == []


def test_changes_of_the_users_are_seen_in_the_next_frame(replay: Replay) -> None:
    scene = feature_space(replay, plt.figure(figsize=(4, 4)))
    with Blitter.on_pixels(scene.figure, DPI, scene.moving) as blitter:
        scene.show(0)
        blitter.frame()
        scene.figure.axes[0].set_facecolor("black")
        scene.figure.axes[0].plot([-0.5, 0.5], [0.2, 0.2], color="magenta", linewidth=5, zorder=10)
        frame = np.asarray(blitter.frame()).astype(int)
    assert np.abs(frame - in_full(scene.figure)).max() <= 2


def test_the_figure_is_left_as_it_was(replay: Replay) -> None:
    scene = composed(replay, plt.figure(figsize=(6, 3), dpi=123))
    canvas, before = scene.figure.canvas, in_full(scene.show(0))

    def interrupted() -> None:
        with Blitter.on_pixels(scene.figure, DPI, scene.moving) as blitter:
            scene.show(3)
            blitter.frame()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert scene.figure.canvas is canvas
    assert scene.figure.dpi == 123
    assert not any(artist.get_animated() for artist in scene.moving)
    np.testing.assert_array_equal(in_full(scene.show(0)), before)


def test_artists_that_a_user_animates_are_drawn_and_stay_animated(replay: Replay) -> None:
    scene = composed(replay, plt.figure(figsize=(6, 3)))
    (line,) = scene.figure.axes[0].plot([-0.5, 0.5], [0.2, 0.2], color="magenta", linewidth=5, zorder=10)
    expected = [in_full(scene.show(epoch)) for epoch in range(3)]
    own = [line, scene.moving[0]]
    for artist in own:
        artist.set_animated(True)
    with Blitter.on_pixels(scene.figure, DPI, scene.moving) as blitter:
        for epoch, full in enumerate(expected):
            scene.show(epoch)
            assert np.abs(np.asarray(blitter.frame()).astype(int) - full).max() <= 2
    assert [artist for artist in scene.figure.findobj() if artist.get_animated()] == [
        artist for artist in scene.figure.findobj() if artist in own
    ]


def test_subfigures_and_artists_of_elsewhere_cannot_be_blitted(replay: Replay) -> None:
    figure = plt.figure()
    ax = figure.subfigures(1, 1).add_subplot()
    assert not can_blit(figure, [ax.plot([0, 1])[0]])
    other = plt.figure()
    inset = other.add_subplot().inset_axes((0.5, 0.5, 0.4, 0.4))
    assert not can_blit(other, [inset.plot([0, 1])[0]])
