"""The made-up replay is a true one: its numbers follow from its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyhooks import ReplayView
from handyhooks.testing.replay import SyntheticReplay

TASKS = ["binary", "multiclass", "regression"]


def expected_losses(task: str, predicted: np.ndarray, targets: np.ndarray) -> np.ndarray:
    if task == "regression":
        return (predicted[:, 0] - targets[:, 0]) ** 2
    if task == "binary":
        return -np.log(np.where(targets[:, 0] == 1, predicted[:, 0], 1 - predicted[:, 0]))
    return np.array([-np.log(row[target]) for row, target in zip(predicted, targets[:, 0], strict=True)])


@pytest.mark.parametrize("task", TASKS)
def test_it_is_a_replay_view(task: Any) -> None:
    view = SyntheticReplay(task, samples=12, features=3, hidden=4)
    assert isinstance(view, ReplayView)
    assert view.inputs.shape == (12, 3)
    assert view.targets.shape == (12, 1)
    assert [np.shape(weights) for weights in view.weights(0)["hidden"]] == [(3, 4), (4,)]
    assert list(view.weights(0)) == list(view.layer_names)


@pytest.mark.parametrize(("task", "classes"), [("binary", {0, 1}), ("multiclass", {0, 1, 2})])
def test_every_class_occurs(task: Any, classes: set[int]) -> None:
    view = SyntheticReplay(task, samples=5)
    assert view.labels is not None
    assert set(view.labels.tolist()) == classes


def test_a_regression_has_no_labels() -> None:
    assert SyntheticReplay("regression").labels is None


@pytest.mark.parametrize("task", TASKS)
@settings(deadline=None)
@given(seed=st.integers(0, 99))
def test_losses_follow_from_predictions(task: Any, seed: int) -> None:
    view = SyntheticReplay(task, seed=seed)
    for epoch in view.epochs:
        expected = expected_losses(task, view.predict(epoch).astype("float64"), view.targets)
        np.testing.assert_allclose(view.losses(epoch), expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_gradients_are_the_slopes_of_the_mean_loss(task: Any) -> None:
    view = SyntheticReplay(task)
    weights = {name: [one.astype("float64") for one in ones] for name, ones in view.weights(4).items()}
    view.weights = lambda epoch: weights  # type: ignore[method-assign]
    for name, gradients in view.gradients(4).items():
        for weight, gradient in zip(weights[name], gradients, strict=True):
            assert weight.shape == gradient.shape
            for place in np.ndindex(weight.shape):
                at = weight[place]
                ends = []
                for weight[place] in (at + 1e-5, at - 1e-5):
                    ends.append(view.losses(4).mean())
                weight[place] = at
                assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("task", TASKS)
def test_weights_change_with_every_epoch(task: Any) -> None:
    view = SyntheticReplay(task)
    kernels = {view.weights(epoch)["hidden"][0].tobytes() for epoch in view.epochs}
    assert len(kernels) == len(view.epochs)


@pytest.mark.parametrize(
    ("task", "metric"), [("binary", "accuracy"), ("multiclass", "accuracy"), ("regression", "mae")]
)
def test_series_have_one_number_a_recorded_epoch_after_the_first_state(task: Any, metric: str) -> None:
    view = SyntheticReplay(task, epochs=(0, 5, 10))
    for name in ("loss", "lr", metric):
        assert view.series(name).shape == (2,)
    np.testing.assert_allclose(view.series("loss"), [view.losses(5).mean(), view.losses(10).mean()])


def test_accuracy_is_the_share_of_right_predictions() -> None:
    view = SyntheticReplay("multiclass")
    right = [view.predict(epoch).argmax(axis=1) == view.labels for epoch in view.epochs[1:]]
    np.testing.assert_allclose(view.series("accuracy"), np.mean(right, axis=1))


def test_outputs_are_given_for_other_inputs_too() -> None:
    view = SyntheticReplay()
    np.testing.assert_array_equal(view.predict(2, view.inputs[:3]), view.predict(2)[:3])
    np.testing.assert_array_equal(view.outputs("output", 2), view.predict(2))
    assert view.output_shape() == view.predict(2).shape[1:]
    assert view.output_shape("hidden") == view.outputs("hidden", 2).shape[1:]


def test_what_is_not_there_is_an_error_that_lists_what_is() -> None:
    view = SyntheticReplay()
    with pytest.raises(KeyError, match="no state 3; choose from 0, 2, 4, 6, 8"):
        view.predict(3)
    with pytest.raises(KeyError, match="no layer 'dense'; choose from hidden, dropout, output"):
        view.outputs("dense", 0)
    with pytest.raises(KeyError, match="no 'mae'; choose from loss, accuracy, lr"):
        view.series("mae")


@pytest.mark.parametrize("task", TASKS)
def test_evaluating_gives_the_mean_loss_and_one_metric(task: Any) -> None:
    view = SyntheticReplay(task)
    for epoch in view.epochs:
        found = dict(view.evaluate(epoch))
        expected = expected_losses(task, view.predict(epoch), view.targets).mean()
        assert found.pop("loss") == pytest.approx(expected)
        (metric,) = found
        assert metric == ("mae" if task == "regression" else "accuracy")
