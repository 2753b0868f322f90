"""Loss and metric over all samples, against `model.evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.errors import ArgumentValueError, MetricNotFoundError
from deepreplay.visualizations.loss_and_metric import VISUALIZATION
from handyhooks.testing import check_visualization


def test_it_keeps_what_every_visualization_promises() -> None:
    check_visualization(VISUALIZATION)


@pytest.mark.parametrize("name", ["accuracy", "mae"])
def test_values_are_those_of_evaluate_with_regularizers(replay: Replay, trained: Any, name: str) -> None:
    replay.build_loss_and_metric(metric_name=name)
    _, data = replay.loss_and_metric
    assert data.metric_name == name
    model = replay.model_at(0)
    for epoch, weights in enumerate(trained.watch.weights):
        model.set_weights(weights)
        expected = model.evaluate(trained.X, trained.y, verbose=0, return_dict=True)
        assert data.at(epoch).loss == pytest.approx(expected["loss"], rel=1e-5)
        assert data.at(epoch).metric == pytest.approx(expected[name], rel=1e-5)
    plain = keras.losses.binary_crossentropy(trained.y.reshape(-1, 1), trained.model.predict(trained.X, verbose=0))
    assert np.asarray(data.loss)[6] > float(np.mean(keras.ops.convert_to_numpy(plain))) + 0.01


def test_both_curves_end_at_the_epoch_on_twin_axes(replay: Replay) -> None:
    plot = replay.build_loss_and_metric(metric_name="accuracy", epoch_start=1)
    figure = plot.plot(4)
    for name in ("loss", "metric"):
        line = plot._artists[name]
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
        np.testing.assert_allclose(line.get_ydata(), np.asarray(getattr(plot.data, name))[:4])
    loss_axes, metric_axes = figure.axes
    assert loss_axes.get_shared_x_axes().joined(loss_axes, metric_axes)
    assert (loss_axes.get_ylabel(), metric_axes.get_ylabel()) == ("loss", "accuracy")


def test_limits_fit_every_epoch(replay: Replay) -> None:
    plot = replay.build_loss_and_metric(metric_name="accuracy")
    for name, axes in zip(("loss", "metric"), plot.plot(0).axes, strict=True):
        low, high = axes.get_ylim()
        values = np.asarray(getattr(plot.data, name))
        assert low < values.min()
        assert values.max() < high


def test_an_axis_made_logarithmic_shows_all_of_the_curve(replay: Replay) -> None:
    plot = replay.build_loss_and_metric(metric_name="accuracy")
    plot.axes[0].set_yscale("log")
    own = plt.figure().subplots()
    own.semilogy(np.asarray(plot.data.loss))
    for epoch in (0, 4):
        assert plot.plot(epoch).axes[0].get_ylim() == pytest.approx(own.get_ylim())


@pytest.mark.parametrize("kind", ["loss_histogram", "probability_histogram"])
def test_a_logarithmic_histogram_begins_below_one_sample(replay: Replay, kind: str) -> None:
    plot = replay.build(kind)
    for ax in plot.axes:
        before = ax.get_ylim()
        ax.autoscale_view()
        assert ax.get_ylim() == pytest.approx(before)
        ax.set_yscale("log")
        low, high = ax.get_ylim()
        assert 0 < low < 1
        assert before[1] / 1.05 < high < 3 * before[1]


def test_the_first_metric_is_shown_where_none_is_named(replay: Replay) -> None:
    assert replay.build_loss_and_metric().data.metric_name == "accuracy"


def test_an_unknown_metric_suggests_the_nearest(replay: Replay) -> None:
    with pytest.raises(MetricNotFoundError, match=r"'acc'.*There are: 'accuracy', 'mae'"):
        replay.build_loss_and_metric(metric_name="acc")


def test_metrics_that_are_arrays_stand_beside_those_that_are_curves(tmp_path: Path) -> None:
    X, y = (
        np.random.default_rng(1).normal(size=(30, 2)).astype("float32"),
        np.eye(3, dtype="float32")[np.arange(30) % 3],
    )
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score(), "accuracy"])
    model.fit(X, y, epochs=2, verbose=0, callbacks=[ReplayData(X, y, tmp_path / "run.h5", "f")])
    expected = model.evaluate(X, y, verbose=0, return_dict=True)
    replay = Replay(tmp_path / "run.h5", "f")
    np.testing.assert_allclose(replay.view.evaluate(2)["f1_score"], expected["f1_score"], rtol=1e-5)
    assert replay.get_training_metric("f1_score").shape == (2, 3)
    with pytest.raises(ArgumentValueError, match=r"'f1_score' is an array of shape \(3,\)"):
        replay.build_loss_and_metric(metric_name="f1_score")
    replay.build_loss_and_metric()
    _, data = replay.loss_and_metric
    assert data.metric_name == "accuracy"
    assert data.at(2).metric == pytest.approx(expected["accuracy"], rel=1e-5)
