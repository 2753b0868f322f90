"""The feature space: data against Keras, and artists against the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepreplay import Replay, ReplayData
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, LayerNotFoundError
from deepreplay.plot import build_2d_grid
from deepreplay.visualizations.feature_space import VISUALIZATION
from handyhooks.testing import check_visualization

pytestmark = pytest.mark.thorough

BLUE, GREEN = to_rgb("tab:blue"), to_rgb("tab:green")


def test_it_keeps_what_every_visualization_promises() -> None:
    check_visualization(VISUALIZATION, options={"layer_name": "hidden", "contour_points": 20})


def hidden_of(trained: Any, epoch: int) -> Callable[[np.ndarray], np.ndarray]:
    model = keras.models.clone_model(trained.model)
    model.set_weights(trained.watch.weights[epoch])
    hidden = keras.Model(model.inputs, model.get_layer("hidden").output)
    return lambda points: hidden.predict(points.reshape(-1, 2), verbose=0).reshape(points.shape)


def test_the_space_is_bent_as_the_layer_bends_it(replay: Replay, trained: Any) -> None:
    replay.build_feature_space(layer_name="hidden", contour_points=30, xlim=(-1, 1), ylim=(-0.5, 1))
    _, data = replay.feature_space
    np.testing.assert_allclose(data.line.grid, build_2d_grid((-1, 1), (-0.5, 1)), atol=1e-6)
    np.testing.assert_array_equal(data.line.input, trained.X)
    np.testing.assert_array_equal(data.target, trained.y)
    model = keras.models.clone_model(trained.model)
    for epoch in (0, 4):
        bend = hidden_of(trained, epoch)
        for name in ("grid", "input", "contour"):
            expected = bend(np.asarray(getattr(data.line, name)))
            np.testing.assert_allclose(getattr(data.bent_line, name)[epoch], expected, rtol=1e-4, atol=1e-5)
        model.set_weights(trained.watch.weights[epoch])
        contour = np.asarray(data.line.contour)
        probability = model.predict(contour.reshape(-1, 2), verbose=0).reshape(30, 30)
        sure = np.abs(probability - 0.5) > 1e-5
        np.testing.assert_array_equal(data.prediction[epoch][sure], (probability > 0.5)[sure])


def test_the_inputs_of_a_functional_model_are_no_layer_of_two_units(tmp_path: Path) -> None:
    inputs = keras.layers.Input((2,))
    hidden = keras.layers.Dense(2, activation="tanh", name="hidden")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
    ReplayData(np.eye(2), np.arange(2), tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        space = replay.build_feature_space(contour_points=10)
        assert space.axes[0].get_title() == "Feature space of 'hidden'"
        replay.build_outputs()
        assert replay.activations_violins[1].names == ("inputs", "hidden")


def test_negatives_are_blue_and_positives_green(replay: Replay, trained: Any) -> None:
    plot = replay.build_feature_space(layer_name="hidden", contour_points=30)
    plot.plot(5)
    negatives, positives = plot._artists["samples"]
    bent = plot.data.at(5).bent_line.input
    assert (to_rgb(negatives.get_color()), to_rgb(positives.get_color())) == (BLUE, GREEN)
    np.testing.assert_allclose(negatives.get_xydata(), bent[trained.y == 0])
    np.testing.assert_allclose(positives.get_xydata(), bent[trained.y == 1])


def test_every_grid_line_is_drawn_by_itself(replay: Replay) -> None:
    plot = replay.build_feature_space(layer_name="hidden", contour_points=30)
    plot.plot(3)
    drawn = plot._artists["grid"].get_xydata()
    pieces = [piece[~np.isnan(piece[:, 0])] for piece in np.split(drawn, np.flatnonzero(np.isnan(drawn[:, 0])))]
    lines = [piece for piece in pieces if len(piece)]
    np.testing.assert_allclose(lines, plot.data.at(3).bent_line.grid)


def test_the_grid_can_be_left_out(replay: Replay) -> None:
    plot = replay.build_feature_space(layer_name="hidden", contour_points=30, display_grid=False)
    assert not plot._artists["grid"].get_visible()


def test_fixed_limits_fit_every_epoch_and_others_follow(replay: Replay) -> None:
    fixed = replay.build_feature_space(layer_name="hidden", contour_points=30)
    spans = [np.asarray(getattr(fixed.data.bent_line, name)).reshape(-1, 2) for name in ("grid", "input")]
    points = np.concatenate(spans)
    before = (fixed.axes[0].get_xlim(), fixed.axes[0].get_ylim())
    for (low, high), values in zip(before, points.T, strict=True):
        assert low < values.min()
        assert values.max() < high
    fixed.plot(6)
    assert (fixed.axes[0].get_xlim(), fixed.axes[0].get_ylim()) == before

    moving = replay.build_feature_space(layer_name="hidden", contour_points=30, scale_fixed=False)
    limits = []
    for epoch in (0, 6):
        moving.plot(epoch)
        limits.append(moving.axes[0].get_xlim())
        data = moving.data.at(epoch).bent_line
        assert limits[-1][0] < min(data.grid[..., 0].min(), data.input[:, 0].min())
    assert limits[0] != limits[1]


def test_the_only_layer_of_two_units_need_not_be_named(replay: Replay) -> None:
    plot = replay.build_feature_space(contour_points=30)
    assert plot.axes[0].get_title().startswith("Feature space of 'hidden'")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"layer_name": "hiden"}, LayerNotFoundError, "no layer 'hiden'. Did you mean 'hidden'"),
        ({"layer_name": "output"}, ArgumentValueError, "two units; 'output' gives 1"),
        ({"contour_points": 1}, ArgumentValueError, "`contour_points` must be at least 2; got 1"),
        ({"contour_points": 2.5}, ArgumentTypeError, "whole number"),
        ({"xlim": (1, -1)}, ArgumentValueError, "`xlim`"),
        ({"xlim": (0, float("nan"))}, ArgumentValueError, "finite"),
        ({"ylim": 3}, ArgumentTypeError, "pair of numbers; got 3"),
        ({"scale_fixed": "no"}, ArgumentTypeError, "`scale_fixed` must be True or False"),
    ],
)
def test_bad_options_are_named(replay: Replay, options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        replay.build_feature_space(**options)
    assert plt.get_fignums() == []


def record(tmp_path: Path, X: np.ndarray, y: np.ndarray, model: Any) -> Replay:
    model.compile(loss="sparse_categorical_crossentropy")
    ReplayData(X, y, tmp_path / "run.h5", "a", model=model)
    return Replay(tmp_path / "run.h5", "a")


def test_more_than_two_inputs_have_samples_but_no_grid(tmp_path: Path) -> None:
    X, y = np.random.default_rng(0).normal(size=(30, 5)), np.arange(30) % 3
    layers = keras.layers
    model = keras.Sequential([layers.Input((5,)), layers.Dense(2, name="two"), layers.Dense(3, activation="softmax")])
    with record(tmp_path, X, y, model) as replay:
        plot = replay.build_feature_space(layer_name="two")
        plot.plot(0)
        assert plot.data.bent_line.grid.shape == (1, 0, 0, 2)
        assert [len(line.get_xdata()) for line in plot._artists["samples"]] == [10, 10, 10]


def test_three_classes_have_three_regions(tmp_path: Path) -> None:
    X, y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 3
    layers = keras.layers
    model = keras.Sequential([layers.Input((2,)), layers.Dense(2, name="two"), layers.Dense(3, activation="softmax")])
    with record(tmp_path, X, y, model) as replay:
        plot = replay.build_feature_space(contour_points=20)
        contour = np.asarray(plot.data.line.contour).reshape(-1, 2)
        expected = model.predict(contour, verbose=0).argmax(axis=1).reshape(20, 20)
        np.testing.assert_array_equal(plot.data.prediction[0], expected)


def test_a_regression_is_refused_with_the_reason(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(30, 2))
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    with record(tmp_path, X, X[:, 0], model) as replay, pytest.raises(ArgumentValueError, match="not classes"):
        replay.build_feature_space()
