"""Runs that are short, empty of change or broken: every visualization shows them, without a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from deepreplay import Replay, ReplayData
from deepreplay.datasets.parabola import load_data
from deepreplay.errors import ArgumentValueError, EpochError, LayerNotFoundError, StorageError
from deepreplay.plot import compose_animations, compose_plots

pytestmark = pytest.mark.thorough

X, Y = load_data(n_points=10)
layers = keras.layers


class Broken(keras.callbacks.Callback):
    """Lets a training end with weights that are no numbers: PyTorch's losses would stop it before that."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch == 1:
            self.model.set_weights([np.full_like(weight, np.nan) for weight in self.model.get_weights()])


def recorded(location: str, inputs: np.ndarray, targets: np.ndarray, epochs: int = 2, **options: Any) -> Replay:
    """A short run of the posts' network."""
    initializer, rate, callbacks, freq = (options.get(name, default) for name, default in DEFAULTS.items())
    keras.utils.set_random_seed(0)
    dense = {"kernel_initializer": initializer}
    model = keras.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(2, "tanh", name="hidden", **dense),
            layers.Dense(1, "sigmoid", name="output", **dense),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(rate), metrics=["accuracy"])
    if epochs:
        callbacks = [*callbacks, ReplayData(inputs, targets, location, "a", freq=freq)]
        model.fit(inputs, targets, epochs=epochs, verbose=0, callbacks=callbacks)
    else:
        ReplayData(inputs, targets, location, "a", model=model)
    return Replay(location, "a")


DEFAULTS: dict[str, Any] = {"initializer": "glorot_normal", "rate": 0.5, "callbacks": [], "freq": "epoch"}
RUNS: dict[str, Callable[[str], Replay]] = {
    "one epoch": lambda location: recorded(location, X, Y, epochs=1),
    "no epochs": lambda location: recorded(location, X, Y, epochs=0),
    "one class": lambda location: recorded(location, X, np.zeros_like(Y)),
    "one sample": lambda location: recorded(location, X[:1], Y[:1]),
    "losses that are not numbers": lambda location: recorded(location, X, Y, callbacks=[Broken()]),
    "constant weights": lambda location: recorded(location, X, Y, initializer="zeros", rate=0.0),
    "samples that are not numbers": lambda location: recorded(location, np.where(X > 0, X, np.nan), Y, epochs=0),
}


def all_plots(replay: Replay) -> list[Any]:
    figure, axes = plt.subplots(3, 3, figsize=(6, 6))
    a, b, c, d, e, f, g, h, i = axes.ravel()
    plots = [
        replay.build_feature_space(a, "hidden", contour_points=15),
        replay.build_decision_boundary(b, contour_points=15),
        replay.build_probability_histogram(c, d),
        replay.build_loss_and_metric(e, "accuracy"),
        replay.build_loss_histogram(f),
        replay.build_weights(g, exclude_outputs=False),
        replay.build_outputs(h, exclude_outputs=False),
        replay.build_gradients(i, exclude_outputs=False),
    ]
    assert len(figure.axes) == 10  # and the twin
    return plots


@pytest.mark.parametrize("name", RUNS)
def test_every_visualization_shows_it(name: str, tmp_path: Path) -> None:
    if keras.backend.backend() == "torch" and name == "samples that are not numbers":
        pytest.skip("PyTorch's binary cross-entropy refuses predictions that are not numbers")
    with RUNS[name](f"memory://robust {name}") as replay, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("default", category=DeprecationWarning)  # of Keras with NumPy 2
        plots = [*all_plots(replay), replay.build_outputs(before_activation=True)]
        plots[-1].plot(-1).canvas.draw()
        plots.pop()
        for epoch in replay.epochs:
            figure = compose_plots(plots, epoch, title=name)
            figure.canvas.draw()
            assert figure.get_suptitle() == f"{name}, epoch {epoch}"
            for plot in plots:
                assert all(np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all() for ax in plot.axes)
        compose_animations(plots).save(tmp_path / "all.gif", dpi=30)
        with Image.open(tmp_path / "all.gif") as image:
            assert image.n_frames <= len(replay.epochs)  # Pillow joins frames that are the same
        assert replay.weights_std.keys() == replay.gradients_std.keys() == {"hidden", "output"}
        assert replay.predict_proba().shape == (len(replay.epochs), len(replay.inputs), 1)


def test_a_run_without_epochs_has_nothing_of_training() -> None:
    with RUNS["no epochs"]("memory://robust no epochs at all") as replay:
        assert (replay.n_epochs, list(replay.epochs)) == (0, [0])
        assert replay.learning_rate.shape == (0,)
        assert replay.build_loss_and_metric().data.loss.shape == (1,)
        with pytest.raises(EpochError, match="Epoch 1 was not recorded: there are 0 to 0; nearest: 0"):
            replay.build_loss_and_metric(epoch_end=1)


def test_a_network_that_gives_no_numbers_has_no_regions() -> None:
    with RUNS["losses that are not numbers"]("memory://robust no regions") as replay:
        for plot in (replay.build_decision_boundary(contour_points=20), replay.build_feature_space(contour_points=20)):
            assert set(np.unique(plot.data.prediction[1])) <= {0, 1}
            assert (plot.data.prediction[2] == -1).all()
            seen = []
            for visible in (True, False):
                plot._artists["region"].set_visible(visible)
                plot.plot(2).canvas.draw()
                seen.append(np.array(plot.figure.canvas.buffer_rgba()))
            np.testing.assert_array_equal(*seen)


def test_texts_name_batches_where_these_were_recorded() -> None:
    with recorded("memory://robust batches", X, Y, freq="batch") as replay:
        plot = replay.build_loss_and_metric()
        assert plot.axes[0].get_xlabel() == "batch"
        assert plot.plot(1).axes[0].get_title() == "Loss and accuracy, batch 1"
        for late in (plot.plot, plot.animate, plot.data.at, replay.weights.__getitem__):
            with pytest.raises(EpochError, match="Batch 99 was not recorded"):
                late(99)


def test_losses_that_are_not_numbers_are_counted_nowhere() -> None:
    with RUNS["losses that are not numbers"]("memory://robust broken losses") as replay:
        curves, losses = replay.build_loss_and_metric(), replay.build_loss_histogram()
        assert np.isnan(np.asarray(curves.data.loss)).tolist() == [False, False, True]
        assert np.isnan(losses.data.loss[2]).all()
        drawn = losses._artists["bars"]
        losses.plot(2)
        assert len(drawn.get_paths()) == 0
        losses.plot(1)
        counted = sum(path.get_extents().height for path in drawn.get_paths())
        assert counted == pytest.approx(len(X))


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("build_feature_space", {"layer_name": "hiden"}),
        ("build_weights", {"layer_names": ["hiden"]}),
        ("build_outputs", {"layer_names": ["output", "hiden"]}),
        ("build_outputs", {"layer_names": "hiden", "before_activation": True}),
        ("build_gradients", {"layer_names": ["hiden"]}),
    ],
)
def test_a_layer_that_is_not_there_suggests_the_nearest(replay: Replay, method: str, options: dict[str, Any]) -> None:
    with pytest.raises(LayerNotFoundError, match=r"no layer 'hiden'\. Did you mean 'hidden'\?"):
        getattr(replay, method)(**options)
    assert plt.get_fignums() == []
    with pytest.raises(LayerNotFoundError, match=r"Did you mean 'hidden'\?"):
        replay.view.outputs("hiden", 0)


def test_what_was_built_says_that_the_file_is_closed(trained: Any) -> None:
    with Replay(trained.path, "part1") as replay:
        plots = all_plots(replay)
        animation = compose_animations(plots)
        other = replay.on(trained.X[:3], trained.y[:3])
    assert "closed" in repr(replay)
    for plot in plots:
        if plot.axes[0] is not replay.built["loss_and_metric"][0].axes[0]:  # whose curves are there already
            with pytest.raises(StorageError, match="closed"):
                plot.plot(3)
    for late in (
        lambda: replay.weights[1],
        lambda: replay.predict_proba(),
        lambda: replay.model_at(1),
        lambda: replay.training_loss,
        lambda: replay.build_loss_histogram(),
        lambda: other.view.losses(1),
        lambda: animation.save("never.gif"),
    ):
        with pytest.raises(StorageError, match="closed"):
            late()
    assert not Path("never.gif").exists()


def test_arrays_that_are_handed_out_change_nothing_when_they_are_changed(replay: Replay) -> None:
    plots = all_plots(replay)
    before = replay.view.predict(3).copy()
    at = plots[0].data.at(3)
    for array in (
        replay.inputs,
        replay.targets,
        replay.view.inputs,
        at.bent_line.input,
        at.prediction,
        at.line.contour,
        at.target,
        plots[0].data.line.input,
        plots[2].data.prob[3],
        plots[4].data.loss[3],
        plots[5].data.values[3],
        plots[6].data.values[3][0],
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    for array in (*replay.weights[3], replay.predict_proba(3, 3), np.asarray(plots[4].data.loss)):
        array[...] = 0  # one's own
    replay.training_loss[:] = 0
    np.testing.assert_array_equal(replay.view.predict(3), before)
    assert replay.weights[3][0].any()
    assert replay.training_loss.all()


@pytest.mark.parametrize("fps", [0, -1, float("nan"), "5", True])
def test_an_animation_moves_at_some_speed(replay: Replay, tmp_path: Path, fps: Any) -> None:
    with pytest.raises(ArgumentValueError, match="`fps` must be a positive number"):
        replay.build_loss_and_metric().animate().save(tmp_path / "a.gif", fps=fps)
    assert list(tmp_path.iterdir()) == []
