"""The visualizations of the posts: what they compute, and what they promise."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from matplotlib.mlab import GaussianKDE

from deepreplay import Replay
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, LayerNotFoundError, NotBuiltError
from deepreplay.figure.density import density
from deepreplay.visualizations import (
    decision_boundary,
    gradients,
    loss_histogram,
    outputs,
    probability_histogram,
    weights,
)
from handyhooks.testing import check_visualization

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    "module", [decision_boundary, gradients, loss_histogram, outputs, probability_histogram, weights]
)
def test_it_keeps_what_every_visualization_promises(module: Any) -> None:
    options = {"contour_points": 20} if module is decision_boundary else {}
    check_visualization(module.VISUALIZATION, options=options)


def test_gradients_are_those_of_the_loss_with_regularizers(replay: Replay, trained: Any) -> None:
    # The numerical derivative of what Keras itself evaluates.
    model = replay.model_at(2)
    start = [np.array(array) for array in model.get_weights()]
    found = [*replay.view.gradients(2)["hidden"], *replay.view.gradients(2)["output"]]
    assert [one.shape for one in found] == [one.shape for one in start]
    for which, place in ((0, (0, 1)), (0, (1, 0)), (1, (1,)), (2, (0, 0)), (3, (0,))):
        losses = []
        for step in (-0.02, 0.02):
            moved = [array.copy() for array in start]
            moved[which][place] += step
            model.set_weights(moved)
            losses.append(model.evaluate(trained.X, trained.y, batch_size=1000, verbose=0)[0])
        assert found[which][place] == pytest.approx((losses[1] - losses[0]) / 0.04, abs=1e-3)


def test_z_values_are_what_the_activation_function_takes(replay: Replay, trained: Any) -> None:
    for epoch in (0, 5):
        kernel, bias, *_ = trained.watch.weights[epoch]
        np.testing.assert_allclose(replay.view.zvalues("hidden", epoch), trained.X @ kernel + bias, atol=1e-5)


def test_data_are_those_of_the_model(replay: Replay, trained: Any) -> None:
    replay.build_outputs(), replay.build_outputs(before_activation=True, include_inputs=False)
    replay.build_weights(exclude_outputs=False), replay.build_loss_histogram()
    replay.build_probability_histogram(), replay.build_gradients()
    _, activations = replay.activations_violins
    assert activations.names == ("inputs", "hidden")
    assert activations.layers == ("hidden", "output")
    assert activations.selected_layers == ("hidden",)
    np.testing.assert_allclose(activations.values[3][1], replay.view.outputs("hidden", 3).reshape(-1))
    np.testing.assert_allclose(np.tanh(replay.zvalues_violins[1].values[3][0]), activations.values[3][1], atol=1e-5)
    kernels = replay.weights_violins[1].values[4]
    np.testing.assert_array_equal(kernels[0], trained.watch.weights[4][0].reshape(-1))
    np.testing.assert_array_equal(kernels[1], trained.watch.weights[4][2].reshape(-1))
    np.testing.assert_allclose(
        replay.probability_histogram[1].prob[6], trained.model.predict(trained.X, verbose=0)[:, 0], atol=1e-5
    )
    likely = np.clip(replay.predict_proba(6, 6)[0], 1e-7, 1 - 1e-7)[:, 0]
    truth = trained.y.reshape(-1)
    expected = -np.where(truth == 1, np.log(likely), np.log(1 - likely))
    np.testing.assert_allclose(replay.loss_histogram[1].loss[6], expected, atol=1e-5)
    spread = replay.weights_std["hidden"]
    np.testing.assert_allclose(spread, [w[0].std() for w in trained.watch.weights], rtol=1e-6)
    assert replay.gradients_std["output"].shape == (7,)


def test_another_set_of_samples_is_seen_by_the_same_training(replay: Replay, trained: Any) -> None:
    other = replay.on(trained.X[:7], trained.y[:7])
    assert other.inputs.shape == (7, 2)
    assert "7 samples" in repr(other)
    np.testing.assert_allclose(other.predict_proba(3, 3)[0], replay.predict_proba(3, 3)[0][:7], atol=1e-6)
    assert len(replay.inputs) == len(trained.X)
    with pytest.raises(ArgumentValueError, match="shape"):
        replay.on(np.zeros((3, 5)), np.zeros(3))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64"])
def test_samples_need_not_be_floats(replay: Replay, dtype: str) -> None:
    samples = np.array([[0, 1], [1, 0], [1, 1], [0, 0]], dtype)
    other = replay.on(samples, np.array([0, 1, 1, 0]))
    boundary = other.build_decision_boundary(contour_points=20)
    np.testing.assert_allclose(boundary.axes[0].get_xlim(), (-0.05, 1.05), rtol=1e-5)
    violins = other.build_outputs()
    assert violins.plot(3) is not None
    np.testing.assert_array_equal(violins.data.values[3][0], samples.ravel())


def test_errors_come_at_the_call(replay: Replay) -> None:
    with pytest.raises(NotBuiltError, match="build_outputs"):
        _ = replay.zvalues_violins
    with pytest.raises(LayerNotFoundError, match="Did you mean 'hidden'"):
        replay.build_weights(layer_names=["hiden"])
    with pytest.raises(ArgumentValueError, match="viridis"):
        replay.build_gradients(cmap="virdis")
    with pytest.raises(ArgumentTypeError, match="threshold"):
        replay.build_probability_histogram(threshold="half")
    with pytest.raises(ArgumentValueError, match="between 0 and 1"):
        replay.build_decision_boundary(threshold=2)


def test_a_density_is_that_of_a_gaussian_kernel() -> None:
    values = np.random.default_rng(0).normal(2, 3, 500)
    grid, found = density(values)
    np.testing.assert_allclose(found, GaussianKDE(values, "scott").evaluate(grid), rtol=2e-3, atol=1e-5)
    for none in ([], [3.0], [3.0, 3.0], [np.nan, np.inf]):
        assert density(np.array(none))[0].size == 0


def test_logits_are_made_probabilities() -> None:
    from deepreplay.engine.losses import from_logits

    assert from_logits(keras.losses.BinaryCrossentropy(from_logits=True))
    assert not from_logits(keras.losses.BinaryCrossentropy())
    assert not from_logits("binary_crossentropy")
