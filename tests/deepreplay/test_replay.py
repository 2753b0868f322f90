"""Replaying: what a recording gives back, against Keras itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData, run
from deepreplay.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    DeepReplayError,
    EpochError,
    GroupNotFoundError,
    MetricNotFoundError,
    ModelError,
    NotBuiltError,
    RunNotFoundError,
    StorageError,
)
from handyhooks import ReplayView


def test_the_file_alone_gives_everything_back(replay: Replay, trained: Any) -> None:
    assert replay.n_epochs == 6
    assert list(replay.epochs) == [0, 1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(replay.inputs, trained.X)
    np.testing.assert_array_equal(replay.targets, trained.y)
    assert len(replay.weights) == 7
    for epoch, expected in enumerate(trained.watch.weights):
        for stored, true in zip(replay.weights[epoch], expected, strict=True):
            np.testing.assert_array_equal(stored, true)
    np.testing.assert_allclose(replay.training_loss, [logs["loss"] for logs in trained.watch.logs])
    np.testing.assert_allclose(
        replay.get_training_metric("accuracy"), [logs["accuracy"] for logs in trained.watch.logs]
    )
    np.testing.assert_allclose(replay.learning_rate, [0.5] * 6)
    assert repr(replay) == f"<Replay of 'part1' in '{trained.path}': 6 epochs, 120 samples>"


def test_weights_take_model_set_weights(replay: Replay, trained: Any) -> None:
    model = replay.model_at(3)
    model.set_weights(replay.weights[5])
    for stored, true in zip(model.get_weights(), trained.watch.weights[5], strict=True):
        np.testing.assert_array_equal(stored, true)


@pytest.mark.parametrize("room", [0, 100, 10_000])
def test_weights_are_read_again_only_where_there_was_no_room_for_them(
    replay: Replay, trained: Any, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(run, "_KEPT", room)
    read: list[int] = []
    weights = run.Run.weights
    monkeypatch.setattr(run.Run, "weights", lambda self, epoch: (read.append(epoch), weights(self, epoch))[1])
    model = keras.models.clone_model(trained.model)
    for epoch in (*range(7), 6, *range(7)):
        model.set_weights(trained.watch.weights[epoch])
        np.testing.assert_allclose(
            replay.view.predict(epoch), model.predict(trained.X, verbose=0), rtol=1e-5, atol=1e-6
        )
    # Of 36 bytes an epoch.
    assert read == [*range(7), *(() if room == 10_000 else range(7))]
    replay.refresh()
    replay.view.predict(6)
    assert read[-1] == 6


def test_no_epoch_of_a_replaced_run_is_told_from_memory(trained: Any, tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    ReplayData(trained.X, trained.y, path, "a", model=trained.model)
    with Replay(path, "a") as replay:
        replay.view.predict(0)
        # The very same model at once: nothing but the run itself is another.
        ReplayData(trained.X, trained.y, path, "a", model=trained.model, overwrite=True)
        with pytest.raises(StorageError, match="replaced"):
            replay.refresh()
        with pytest.raises(StorageError, match="replaced"):
            replay.view.predict(0)


def test_predictions_are_those_of_keras(replay: Replay, trained: Any) -> None:
    model = keras.models.clone_model(trained.model)
    probabilities = replay.predict_proba(epoch_start=1, epoch_end=4)
    assert probabilities.shape == (4, 120, 1)
    for position, epoch in enumerate([1, 2, 3, 4]):
        model.set_weights(trained.watch.weights[epoch])
        np.testing.assert_allclose(probabilities[position], model.predict(trained.X, verbose=0), rtol=1e-5, atol=1e-6)


def test_a_model_at_an_epoch_is_a_new_and_whole_one(replay: Replay, trained: Any) -> None:
    model = replay.model_at(2)
    before = replay.view.predict(2)
    model.fit(trained.X, trained.y, verbose=0)
    np.testing.assert_array_equal(replay.view.predict(2), before)
    assert model is not replay.model_at(2)


def test_the_view_is_what_visualizations_are_promised(replay: Replay) -> None:
    view = replay.view
    assert isinstance(view, ReplayView)
    assert list(view.layer_names) == ["hidden", "output"]
    np.testing.assert_array_equal(view.labels, replay.targets)
    assert {name: [w.shape for w in ws] for name, ws in view.weights(1).items()} == {
        "hidden": [(2, 2), (2,)],
        "output": [(2, 1), (1,)],
    }
    np.testing.assert_array_equal(view.series("loss"), replay.training_loss)


@pytest.mark.parametrize("epoch", [7, -2, 100])
def test_an_epoch_that_is_not_there_names_the_nearest(replay: Replay, epoch: int) -> None:
    with pytest.raises(EpochError, match=rf"Epoch {epoch} was not recorded: there are 0 to 6; nearest: [06]\."):
        replay.weights[epoch]
    with pytest.raises(EpochError):
        replay.predict_proba(epoch_end=epoch)


@pytest.mark.parametrize("epoch", [1.0, "1", None, True])
def test_an_epoch_is_a_whole_number(replay: Replay, epoch: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="whole number"):
        replay.model_at(epoch)


def test_epochs_in_the_wrong_order_are_refused(replay: Replay) -> None:
    with pytest.raises(ArgumentValueError, match=r"`epoch_start` must not be after `epoch_end`; got 4 and 2"):
        replay.predict_proba(4, 2)


def test_minus_one_is_the_last_epoch(replay: Replay) -> None:
    np.testing.assert_array_equal(replay.weights[-1][0], replay.weights[6][0])


def test_a_metric_that_is_not_there_suggests_the_nearest(replay: Replay) -> None:
    with pytest.raises(MetricNotFoundError, match=r"no 'acuracy'\. Did you mean 'accuracy'\?"):
        replay.get_training_metric("acuracy")


def test_a_missing_file_or_group_is_named(tmp_path: Path, trained: Any) -> None:
    with pytest.raises(RunNotFoundError, match="nowhere"):
        Replay(tmp_path / "nowhere.h5", "part1")
    with pytest.raises(GroupNotFoundError, match=r"no group 'part2'\. Did you mean 'part1'\?"):
        Replay(trained.path, "part2")


def test_a_closed_replay_says_so(trained: Any) -> None:
    with Replay(trained.path, "part1") as replay:
        pass
    with pytest.raises(StorageError, match="closed"):
        replay.weights[0]


def test_nothing_is_shown_before_it_is_built(replay: Replay) -> None:
    with pytest.raises(NotBuiltError, match=r"call build_feature_space\(\) first"):
        replay.feature_space  # noqa: B018
    with pytest.raises(AttributeError, match="'bild'"):
        replay.bild  # noqa: B018


class Doubled(keras.layers.Layer):
    """A layer that is not registered with Keras, so that a config alone can't bring it back."""

    def call(self, inputs: Any) -> Any:
        return inputs * 2


def test_a_model_that_keras_cannot_rebuild_is_passed_and_stays_as_it_is(tmp_path: Path) -> None:
    X, y = np.linspace(0, 1, 20).reshape(-1, 1), np.arange(20) % 2
    model = keras.Sequential([keras.layers.Input((1,)), Doubled(), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(X, y, epochs=2, verbose=0, callbacks=[ReplayData(X, y, tmp_path / "run.h5", "a")])
    before, epoch_1 = model.get_weights(), Replay(tmp_path / "run.h5", "a").weights[1]

    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_array_equal(replay.weights[2][0], before[0])
        with pytest.raises(ModelError, match=r"Replay\(\.\.\., model="):
            replay.predict_proba()
    with Replay(tmp_path / "run.h5", "a", model=model) as replay:
        probabilities = replay.predict_proba(1, 1)[0]
        replay.view.evaluate(1)
        copied = replay.model_at(1)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(copied.get_weights()[0], epoch_1[0])
    np.testing.assert_allclose(copied.predict(X, verbose=0), probabilities, rtol=1e-5)


def test_code_in_a_recording_is_refused_unless_the_user_trusts_it(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    X, y = np.zeros((4, 1)), np.array([0, 1, 0, 1])
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Lambda(lambda x: x + 1), keras.layers.Dense(1)])
    model.compile(loss="mse")
    ReplayData(X, y, tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay, pytest.raises(ModelError, match="safe_mode"):
        replay.predict_proba()
    with Replay(tmp_path / "run.h5", "a", safe_mode=False) as replay:
        np.testing.assert_allclose(replay.predict_proba()[0], model.predict(X, verbose=0), rtol=1e-5)


def test_errors_are_one_family(trained: Any) -> None:
    with pytest.raises(DeepReplayError), Replay(trained.path, "part1") as replay:
        replay.weights[99]


@pytest.mark.parametrize(
    ("model", "error", "words"),
    [
        (lambda: "model.keras", ArgumentTypeError, "must be a Keras model"),
        (lambda: keras.Sequential, ArgumentTypeError, "must be a Keras model"),
        (lambda: keras.Sequential([keras.layers.Dense(1)]), ModelError, "not built"),
        (
            lambda: keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3)]),
            ModelError,
            r"shapes \[\(2, 3\), \(3,\)\]; recorded were \[\(2, 2\)",
        ),
    ],
)
def test_a_model_that_the_weights_do_not_fit_is_refused_at_once(
    trained: Any, model: Callable[[], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Replay(trained.path, "part1", model=model())


@pytest.mark.parametrize(
    ("name", "error"),
    [(5, ArgumentTypeError), (None, ArgumentTypeError), ("", ArgumentValueError), ("\ud800", ArgumentValueError)],
)
def test_a_group_is_named_by_text_that_can_be_stored(
    trained: Any, tmp_path: Path, name: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="`group_name`"):
        Replay(trained.path, name)
    with pytest.raises(error, match="`group_name`"):
        ReplayData(trained.X, trained.y, tmp_path / "run.h5", name)
