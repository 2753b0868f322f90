"""Recording: what is stored, when, and what is refused before any training."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    DeepReplayError,
    GroupExistsError,
    MetricNotFoundError,
    ModelError,
    RecordingWarning,
    StorageError,
)

X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
Y = (X[:, 0] > 0).astype(int)


def fit(model: Any, *callbacks: Any, epochs: int = 2, **options: Any) -> Any:
    return model.fit(X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=list(callbacks), **options)


def test_any_hdf5_tool_reads_what_is_stored(trained: Any) -> None:
    with h5py.File(trained.path) as file:
        group = file["part1"]
        expected = {"samples": 120, "batch_size": 16, "n_batches": 8, "n_epochs": 6, "n_layers": 2}
        assert {name: group.attrs[name] for name in expected} == expected
        assert list(group.attrs["activation_functions"]) == ["tanh", "sigmoid"]
        np.testing.assert_array_equal(group["inputs"], trained.X)
        np.testing.assert_array_equal(group["targets"], trained.y.reshape(-1, 1))
        np.testing.assert_array_equal(group["epochs"], [1, 2, 3, 4, 5, 6])
        np.testing.assert_allclose(group["lr"], [0.5] * 6)
        for name in ("loss", "accuracy", "mae"):
            np.testing.assert_allclose(group[name], [logs[name] for logs in trained.watch.logs])
        for layer, position, index in ((0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)):
            states = group[f"layer{layer}/weights{position}"]
            np.testing.assert_array_equal(states, [weights[index] for weights in trained.watch.weights])


def test_every_epoch_is_on_disk_when_it_ends(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    seen = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            with Replay(tmp_path / "run.h5", "a") as replay:
                seen.append((replay.n_epochs, replay.weights[-1][0], self.model.get_weights()[0]))

    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"), Look(), epochs=3)
    assert [n_epochs for n_epochs, _, _ in seen] == [1, 2, 3]
    for _, stored, true in seen:
        np.testing.assert_array_equal(stored, true)


def test_a_training_that_an_error_ends_keeps_its_whole_epochs(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    class Fail(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.model.optimizer.iterations >= 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"), Fail(), epochs=3)
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 1
    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a", append=True), epochs=2)
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 3


def test_metrics_of_some_epochs_are_not_a_number_in_the_others(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    history = fit(
        make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"), epochs=5, validation_split=0.25, validation_freq=2
    )
    losses = history.history["val_loss"]
    expected = [np.nan, losses[0], np.nan, losses[1], np.nan]
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.get_training_metric("val_loss"), expected)
    with h5py.File(tmp_path / "run.h5") as file:
        np.testing.assert_allclose(file["a/val_loss"], expected)


def test_learning_rates_follow_their_schedule(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    rates = [0.5, 0.1, 0.02]
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: rates[epoch])
    fit(make_model(), schedule, ReplayData(X, Y, tmp_path / "run.h5", "a"), epochs=3)
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.learning_rate, rates)


def test_an_optimizer_with_a_schedule_is_recorded_and_rebuilt(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=3, decay_rate=0.5)
    fit(make_model(optimizer=keras.optimizers.Adam(schedule)), ReplayData(X, Y, tmp_path / "run.h5", "a"), epochs=2)
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.learning_rate, [0.05, 0.025], rtol=1e-5)
        assert replay.model_at(2).optimizer.get_config()["learning_rate"]["class_name"] == "ExponentialDecay"


@pytest.mark.parametrize("name", ["lr", "epochs", "inputs", "layer0", "a/b", "metric/lr", "100 %"])
def test_a_metric_may_have_any_name(tmp_path: Path, make_model: Callable[..., Any], name: str) -> None:
    class Report(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs[name] = epoch + 0.5

    fit(make_model(), Report(), ReplayData(X, Y, tmp_path / "run.h5", "a"))
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_array_equal(replay.get_training_metric(name), [0.5, 1.5])
        np.testing.assert_array_equal(replay.inputs, X)
        np.testing.assert_allclose(replay.learning_rate, [0.5, 0.5])


@pytest.mark.parametrize("freq", ["epoch", "batch"])
def test_a_metric_may_be_an_array_and_what_is_no_number_is_left_out(
    tmp_path: Path, make_model: Callable[..., Any], freq: str
) -> None:
    class Report(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            counted = epoch + 3 * appended
            logs["note"] = "text"
            logs["longer"] = [1.0] * (1 + counted)
            if counted != 1:
                logs["by class"] = keras.ops.convert_to_tensor([counted + 0.5, -1.0, 2.0])

    for appended in (False, True):
        with pytest.warns(RecordingWarning, match="is left out of the recording") as caught:
            fit(
                make_model(), Report(), ReplayData(X, Y, tmp_path / "run.h5", "a", freq=freq, append=appended), epochs=3
            )
        said = [str(warning.message) for warning in caught if warning.category is RecordingWarning]
        assert [text.split()[0] for text in said] == ["'note'", "'longer'"]
    with Replay(tmp_path / "run.h5", "a") as replay:
        found, longer = replay.get_training_metric("by class"), replay.get_training_metric("longer")
        ends = slice(None) if freq == "epoch" else slice(2, None, 3)
        assert (found.shape, longer.shape) == ((replay.n_epochs, 3), (replay.n_epochs, 1))
        np.testing.assert_array_equal(found[ends][:, 0], [0.5, np.nan, 2.5, 3.5, 4.5, 5.5])
        np.testing.assert_array_equal(longer[ends][:, 0], [1, *[np.nan] * 5])
        with pytest.raises(MetricNotFoundError):
            replay.get_training_metric("note")


def test_several_fits_go_on_in_one_group(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    model, replaydata = make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a", append=True)
    losses = [loss for epochs in (2, 3) for loss in fit(model, replaydata, epochs=epochs).history["loss"]]
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert list(replay.epochs) == [0, 1, 2, 3, 4, 5]
        np.testing.assert_allclose(replay.training_loss, losses)
        np.testing.assert_array_equal(replay.weights[5][0], model.get_weights()[0])


def test_a_group_that_exists_is_refused_before_training(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"))
    with pytest.raises(GroupExistsError, match=r"'a' already.*overwrite=True.*append=True"):
        ReplayData(X, Y, tmp_path / "run.h5", "a")
    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "b"))
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 2


def test_overwriting_replaces_one_group_when_training_begins(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    for group in ("a", "b"):
        fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", group))
    replaydata = ReplayData(X, Y, tmp_path / "run.h5", "a", overwrite=True)
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 2
    fit(make_model(), replaydata, epochs=1)
    for group, n_epochs in (("a", 1), ("b", 2)):
        with Replay(tmp_path / "run.h5", group) as replay:
            assert replay.n_epochs == n_epochs


@pytest.mark.parametrize("location", ["{}/run.h5", "memory://overwriting"])
@pytest.mark.parametrize("freq", ["epoch", "batch"])
def test_overwriting_loses_nothing_where_the_training_never_starts(
    tmp_path: Path, make_model: Callable[..., Any], location: str, freq: str
) -> None:
    place = location.format(tmp_path) + freq + ".h5"
    model = make_model()
    fit(model, ReplayData(X, Y, place, "a"), epochs=2)
    before = model.get_weights()
    replaydata = ReplayData(X, Y, place, "a", overwrite=True, freq=freq)

    class Interrupted(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, verbose=0, callbacks=[replaydata, Interrupted()])
    replaydata.close()
    with Replay(place, "a") as replay:
        assert replay.n_epochs == 2
        np.testing.assert_array_equal(replay.weights[2][0], before[0])
    model.fit(X, Y, epochs=1, batch_size=len(X), verbose=0, callbacks=[replaydata])
    with Replay(place, "a") as replay:
        assert replay.n_epochs == 1
        np.testing.assert_array_equal(replay.weights[0][0], before[0])
        np.testing.assert_array_equal(replay.weights[1][0], model.get_weights()[0])


def test_appending_refuses_another_model_or_other_samples(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"))
    other = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, activation="sigmoid", name="output")])
    other.compile(loss="binary_crossentropy")
    with pytest.raises(ModelError, match="other layers"):
        fit(other, ReplayData(X, Y, tmp_path / "run.h5", "a", append=True))
    wider = keras.Sequential(
        [
            keras.layers.Input((2,)),
            keras.layers.Dense(3, activation="tanh", name="hidden"),
            keras.layers.Dense(1, activation="sigmoid", name="output"),
        ]
    )
    wider.compile(loss="binary_crossentropy")
    with pytest.raises(ModelError, match="other shapes"):
        fit(wider, ReplayData(X, Y, tmp_path / "run.h5", "a", append=True))
    with pytest.raises(ModelError, match="other inputs"):
        fit(make_model(), ReplayData(X + 1, Y, tmp_path / "run.h5", "a", append=True))
    with pytest.raises(ModelError, match="other targets"):
        fit(make_model(), ReplayData(X, 1 - Y, tmp_path / "run.h5", "a", append=True))


def test_appending_goes_on_with_samples_that_hold_no_numbers(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    holes = X.copy()
    holes[3, 0] = np.nan
    for append in (False, True):
        fit(make_model(), ReplayData(holes, Y, tmp_path / "run.h5", "a", append=append))
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 4
    elsewhere = np.where(np.isnan(holes), 0, X)
    with pytest.raises(ModelError, match="other inputs"):
        fit(make_model(), ReplayData(elsewhere, Y, tmp_path / "run.h5", "a", append=True))


def test_a_model_that_is_made_anew_goes_on_whatever_numbers_keras_gives_its_layers(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])
        model.compile(loss="mse", optimizer="sgd")
        names.append(model.layers[0].name)
        fit(model, ReplayData(X, Y, tmp_path / "run.h5", "a", append=True))
    assert names[0] != names[1]
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 4
        np.testing.assert_array_equal(replay.weights[4][0], model.get_weights()[0])


def test_the_initial_state_alone_is_found_under_the_group_name(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    model = make_model()
    replaydata = ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    with h5py.File(tmp_path / "run.h5") as file:
        assert list(file) == ["a_init"]
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert (replay.n_epochs, list(replay.epochs)) == (0, [0])
        np.testing.assert_array_equal(replay.weights[0][0], model.get_weights()[0])
    with pytest.raises(ArgumentValueError, match="`model`"):
        fit(model, replaydata)


def test_an_unbuilt_model_has_its_initial_weights_recorded(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(1, name="output")])
    model.compile(loss="mse", optimizer="sgd")
    watched: list[Any] = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            watched.append(self.model.get_weights()[0])

    fit(model, ReplayData(X, Y, tmp_path / "run.h5", "a"), Look(), epochs=1)
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_array_equal(replay.weights[0][0], watched[0])


def test_nothing_is_opened_before_training_so_that_the_callback_can_be_copied(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    replaydata = ReplayData(X, Y, tmp_path / "run.h5", "a")
    assert not (tmp_path / "run.h5").exists()
    fit(make_model(), copy.deepcopy(replaydata))
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == 2


def test_frames_lists_and_columns_are_arrays_too(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    fit(make_model(), ReplayData(X.tolist(), Y.reshape(-1, 1).tolist(), tmp_path / "run.h5", "a"))
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_array_equal(replay.inputs, X)
        np.testing.assert_array_equal(replay.targets, Y.reshape(-1, 1))


@pytest.mark.parametrize(("inputs", "targets"), [(">f4", ">i4"), ("longdouble", ">i2")])
def test_bytes_may_be_in_any_order(tmp_path: Path, make_model: Callable[..., Any], inputs: str, targets: str) -> None:
    fit(make_model(), ReplayData(X.astype(inputs), Y.astype(targets), tmp_path / "run.h5", "a"))
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_array_equal(replay.inputs, X.astype(inputs))
        np.testing.assert_array_equal(replay.targets, Y)
        assert replay.inputs.dtype.isnative
        assert replay.inputs.dtype.itemsize <= 8


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"inputs": X[:5]}, ArgumentValueError, "5 samples and 40 targets"),
        ({"inputs": []}, ArgumentValueError, "at least one sample"),
        ({"inputs": [[1, 2], [3]]}, ArgumentValueError, "can't be made one array"),
        ({"inputs": {1: X}}, ArgumentTypeError, "named by text; got the key 1"),
        ({"inputs": {}}, ArgumentValueError, "at least one array"),
        ({"inputs": [X, X[:5]]}, ArgumentValueError, "equally long; got {'0': 40, '1': 5}"),
        ({"inputs": "X"}, ArgumentTypeError, "arrays of numbers; got a str"),
        ({"inputs": [["a"]] * 40}, ArgumentTypeError, "must be numbers"),
        ({"filename": 3}, ArgumentTypeError, "path or a URL; got 3"),
        ({"filename": ""}, ArgumentValueError, "must not be empty"),
        ({"filename": "run.xyz"}, ArgumentValueError, r"'\.xyz'.*hdf5 \(\.h5"),
        ({"filename": "nowhere/run.h5"}, StorageError, "folder 'nowhere' .*does not exist"),
        ({"group_name": 3}, ArgumentTypeError, "group_name"),
        ({"group_name": ""}, ArgumentValueError, "group_name"),
        ({"overwrite": 1}, ArgumentTypeError, "`overwrite` must be True or False; got 1"),
        ({"append": "yes"}, ArgumentTypeError, "`append`"),
        ({"append": True, "overwrite": True}, ArgumentValueError, "not both"),
        ({"batch_size": 0}, ArgumentValueError, "at least 1"),
        ({"batch_size": 1.5}, ArgumentTypeError, "whole number; got 1.5"),
    ],
)
def test_bad_arguments_are_named_when_the_callback_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], error: type[Exception], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = {"inputs": X, "targets": Y, "filename": "run.h5", "group_name": "a"}
    with pytest.raises(error, match=said) as caught:
        ReplayData(**(arguments | changed))
    assert isinstance(caught.value, DeepReplayError)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_hdf5_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run.h5").write_text("notes")
    with pytest.raises(StorageError, match="no HDF5 file"):
        ReplayData(X, Y, tmp_path / "run.h5", "a")
    assert (tmp_path / "run.h5").read_text() == "notes"


def test_runs_can_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_model: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    model = make_model()
    fit(model, ReplayData(X, Y, "memory://here", "a"))
    with Replay("memory://here", "a") as replay:
        np.testing.assert_array_equal(replay.weights[-1][0], model.get_weights()[0])
    assert list(tmp_path.iterdir()) == []
