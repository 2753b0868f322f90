"""What of a training is recorded, and what a recording refuses before the training begins."""

from __future__ import annotations

import random
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt

from deepreplay import Replay, ReplayData
from deepreplay.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    EpochError,
    LayerNotFoundError,
    ModelError,
    RecordingWarning,
    StorageError,
)

X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
Y = (X[:, 0] > 0).astype(int)


class Look(keras.callbacks.Callback):
    """Notes weights and logs of every batch and epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Any] = []
        self.epochs: list[Any] = []
        self.logs: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.batches.append(self.model.get_weights())
        self.epochs.append(self.model.get_weights())

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.batches.append(self.model.get_weights())
        self.logs.append(dict(logs))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(self.model.get_weights())


@pytest.fixture
def record(tmp_path: Path, make_model: Callable[..., Any]) -> Callable[..., Any]:
    """Record a training of some epochs with options; give what was seen, and the replay."""

    def run(epochs: int = 3, model: Any = None, fit: Any = None, **options: Any) -> tuple[Look, Replay]:
        look = Look()
        replaydata = ReplayData(X, Y, tmp_path / "run.h5", "a", **options)
        (model or make_model()).fit(
            X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=[look, replaydata], **(fit or {})
        )
        return look, Replay(tmp_path / "run.h5", "a")

    return run


def same(found: Any, expected: Any) -> None:
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_of_every_few_epochs_with_the_metrics_of_all(record: Callable[..., Any]) -> None:
    look, replay = record(epochs=7, every=3)
    assert (list(replay.epochs), replay.n_epochs) == ([0, 3, 6], 7)
    for epoch in (0, 3, 6):
        same(replay.weights[epoch], look.epochs[epoch])
    assert replay.training_loss.shape == replay.learning_rate.shape == (7,)
    with pytest.raises(EpochError, match=r"Epoch 4 was not recorded: there are 0, 3, \.\.\. to 6; nearest: 3 and 6\."):
        replay.weights[4]
    assert replay.predict_proba().shape == (3, 40, 1)
    with h5py.File(replay._run.location) as file:
        assert file["a/layer0/weights0"].shape == (3, 2, 2)
        assert file["a/loss"].shape == (7,)


def test_every_few_epochs_go_on_where_they_were(record: Callable[..., Any]) -> None:
    record(epochs=2, every=2, append=True)[1].close()
    look, replay = record(epochs=3, every=2, append=True)
    assert (list(replay.epochs), replay.n_epochs) == ([0, 2, 4], 5)
    same(replay.weights[4], look.epochs[2])


def test_the_states_after_every_batch(record: Callable[..., Any]) -> None:
    look, replay = record(epochs=2, freq="batch", fit={"validation_data": (X, Y)})
    assert list(replay.epochs) == [0, 1, 2, 3, 4, 5, 6]
    for batch, weights in enumerate(look.batches):
        same(replay.weights[batch], weights)
    np.testing.assert_allclose(replay.training_loss, [logs["loss"] for logs in look.logs])
    assert np.isnan(replay.get_training_metric("val_loss")).tolist() == [True, True, False] * 2
    assert replay.view.series("epochs").tolist() == [1, 1, 1, 2, 2, 2]
    assert replay.view.series("batches").tolist() == [1, 2, 3, 4, 5, 6]
    assert "6 batches" in repr(replay)
    plot = replay.build_loss_and_metric()
    plot.plot(epoch=3)
    assert (plot.axes[0].get_title(), plot.axes[0].get_xlabel()) == ("Loss and accuracy, batch 3", "batch")
    plt.close(plot.figure)
    with pytest.raises(EpochError, match="Batch 9 was not recorded"):
        replay.weights[9]


def test_every_few_batches(record: Callable[..., Any]) -> None:
    look, replay = record(epochs=2, freq="batch", every=4)
    assert list(replay.epochs) == [0, 4]
    same(replay.weights[4], look.batches[4])


def test_counters_and_times_stand_beside_the_metrics(record: Callable[..., Any]) -> None:
    _, replay = record(epochs=3)
    assert replay.view.series("epochs").tolist() == [1, 2, 3]
    assert replay.view.series("batches").tolist() == [3, 6, 9]
    assert (np.diff(replay.view.series("time")) > 0).all()


def test_some_layers_alone(record: Callable[..., Any]) -> None:
    look, replay = record(layers=["hidden"])
    same(replay.view.weights(2)["hidden"], look.epochs[2][:2])
    assert list(replay.view.weights(2)) == ["hidden"]
    assert replay.training_loss.shape == (3,)
    with pytest.raises(ModelError, match="weights of 'output' were not recorded"):
        replay.predict_proba()


def test_frozen_layers_are_recorded_once_where_others_are_named(
    record: Callable[..., Any], make_model: Callable[..., Any]
) -> None:
    model = make_model()
    model.get_layer("hidden").trainable = False
    model.compile(loss="binary_crossentropy", optimizer="sgd")
    look, replay = record(layers=["output"], model=model)
    same(replay.weights[3], look.epochs[3])
    np.testing.assert_allclose(replay.predict_proba(3, 3)[0], model.predict(X, verbose=0), rtol=1e-5)
    with h5py.File(replay._run.location) as file:
        assert file["a/layer0/weights0"].shape == (1, 2, 2)


@pytest.mark.parametrize("batches", [True, False], ids=["normalized", "plain"])
def test_a_nested_model_whose_layers_are_all_frozen_is_recorded_once(record: Callable[..., Any], batches: bool) -> None:
    normalizing = [keras.layers.BatchNormalization()] if batches else []
    base = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3), *normalizing], name="base")
    for layer in base.layers:
        layer.trainable = False
    assert base.trainable
    model = keras.Sequential([keras.layers.Input((2,)), base, keras.layers.Dense(1, "sigmoid", name="head")])
    model.compile(loss="binary_crossentropy", optimizer="sgd")
    look, replay = record(layers=["head"], model=model)
    for epoch in (0, 3):
        same(replay.weights[epoch], look.epochs[epoch])
    with h5py.File(replay._run.location) as file:
        assert file["a/layer0/weights0"].shape == (1, 2, 3)


@pytest.mark.parametrize(("dtype", "stored", "digits"), [("float16", "float16", 1e-3), ("bfloat16", "uint16", 8e-3)])
def test_weights_in_half_the_size(record: Callable[..., Any], dtype: str, stored: str, digits: float) -> None:
    look, replay = record(dtype=dtype)
    for found, true in zip(replay.weights[3], look.epochs[3], strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, true, rtol=digits)
        assert not np.array_equal(found, true) or not true.any()
    with h5py.File(replay._run.location) as file:
        assert file["a/layer0/weights0"].dtype == stored


def test_weights_that_float16_has_no_room_for_are_told(
    record: Callable[..., Any], make_model: Callable[..., Any]
) -> None:
    model = make_model(optimizer=keras.optimizers.SGD(0.0))
    model.set_weights([np.full(w.shape, 1e5) for w in model.get_weights()])
    with pytest.warns(RecordingWarning, match="beyond 65504.*bfloat16"):
        record(dtype="float16", model=model)


def test_half_precision_policies_are_kept(tmp_path: Path) -> None:
    for policy in ("mixed_bfloat16", "bfloat16", "float16"):
        model = keras.Sequential(
            [keras.layers.Input((2,)), keras.layers.Dense(3, dtype=policy), keras.layers.Dense(1, dtype=policy)]
        )
        model.compile(loss="mse", optimizer="sgd")
        model.fit(X, Y, verbose=0, callbacks=[ReplayData(X, Y, tmp_path / "run.h5", policy)])
        with Replay(tmp_path / "run.h5", policy) as replay:
            expected = np.asarray(keras.ops.convert_to_numpy(model(X[:])), dtype="float32")
            np.testing.assert_allclose(replay.predict_proba(1)[0].astype("float32"), expected, atol=0.02)
            for stored, variable in zip(replay.weights[1], model.weights, strict=True):
                true = np.asarray(keras.ops.convert_to_numpy(variable.value)).astype("float32")
                np.testing.assert_array_equal(stored, true)


def test_some_samples_of_each_class_the_same_for_the_same_seed(tmp_path: Path) -> None:
    labels = np.repeat([0, 1, 2], [80, 15, 5])
    values = np.arange(100.0).reshape(-1, 1)
    chosen = []
    for seed in (0, 0, 1):
        replaydata = ReplayData(values, labels, f"memory://{tmp_path}", "a", max_samples=20, seed=seed)
        samples = replaydata._samples
        assert np.bincount(samples.targets).tolist() == [16, 3, 1]
        assert (np.diff(samples.inputs[:, 0]) > 0).all()
        np.testing.assert_array_equal(labels[samples.inputs[:, 0].astype(int)], samples.targets)
        chosen.append(samples.inputs)
    assert np.array_equal(chosen[0], chosen[1])
    assert not np.array_equal(chosen[0], chosen[2])
    for most in (1, 2, 3, 99, 100, 1000):
        kept = ReplayData(values, labels, f"memory://{tmp_path}", "a", max_samples=most)._samples
        assert len(kept) == min(most, 100)


def test_weights_of_samples_count_where_keras_counts_them(
    record: Callable[..., Any], make_model: Callable[..., Any]
) -> None:
    weights = np.linspace(0.1, 3, 40)
    model = make_model(weighted_metrics=["accuracy"])
    _, replay = record(model=model, sample_weight=weights)
    np.testing.assert_array_equal(replay.sample_weight, weights.reshape(-1))
    expected = model.evaluate(X, Y, sample_weight=weights, batch_size=40, verbose=0, return_dict=True)
    found = replay.view.evaluate(3)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-5)
    assert found["loss"] != pytest.approx(model.evaluate(X, Y, batch_size=40, verbose=0)[0], rel=1e-3)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"every": 0}, ArgumentValueError, "`every` must be at least 1; got 0"),
        ({"every": 1.5}, ArgumentTypeError, "`every`"),
        ({"freq": "step"}, ArgumentValueError, "`freq` must be one of 'epoch', 'batch'; got 'step'"),
        ({"freq": 1}, ArgumentTypeError, "`freq`"),
        ({"dtype": "float8"}, ArgumentValueError, "`dtype` must be one of 'float16', 'bfloat16'"),
        ({"layers": "hidden"}, ArgumentTypeError, "list of names"),
        ({"layers": []}, ArgumentValueError, "at least one"),
        ({"layers": [1]}, ArgumentTypeError, "names of layers; got 1"),
        ({"max_samples": 0}, ArgumentValueError, "`max_samples`"),
        ({"max_samples": 5, "seed": "x"}, ArgumentTypeError, "`seed`"),
        ({"sample_weight": [1.0]}, ArgumentValueError, "got 1 for 40 samples"),
        ({"sample_weight": [np.nan] * 40}, ArgumentValueError, "finite"),
    ],
)
def test_options_are_checked_when_the_callback_is_made(
    tmp_path: Path, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        ReplayData(X, Y, tmp_path / "run.h5", "a", **options)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_layer_is_told_before_training(record: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(LayerNotFoundError, match=r"no layer 'hiden' .*Did you mean 'hidden'\?"):
        record(layers=["hiden"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("inputs", "targets", "said"),
    [
        (X[:, :1], Y, r"can't be given the recorded `inputs` \(shape \(samples, 1\)\); it takes"),
        ([X, X], Y, "can't be given the recorded `inputs`"),
        ({"other": X}, Y, "can't be given the recorded `inputs`"),
        (
            X,
            np.eye(3)[Y],
            r"`targets` \(shape \(samples, 3\)\) don't fit what the model gives \(shape \(samples, 1\)\)",
        ),
        (X, [Y, Y], "don't fit"),
    ],
)
def test_samples_that_the_model_does_not_take_are_refused_before_training(
    tmp_path: Path, make_model: Callable[..., Any], inputs: Any, targets: Any, said: str
) -> None:
    model = make_model()
    before = model.get_weights()
    with pytest.raises(ModelError, match=said):
        model.fit(X, Y, verbose=0, callbacks=[ReplayData(inputs, targets, tmp_path / "run.h5", "a")])
    same(model.get_weights(), before)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras can't train a stateful recurrent layer on PyTorch"
)
def test_a_model_of_one_batch_size_is_recorded(tmp_path: Path) -> None:
    sequences, targets = X[:32].reshape(16, 2, 2), Y[:16]
    model = keras.Sequential(
        [keras.layers.Input(batch_shape=(8, 2, 2)), keras.layers.LSTM(3, stateful=True), keras.layers.Dense(1)]
    )
    model.compile(loss="mse")
    replaydata = ReplayData(sequences, targets, tmp_path / "run.h5", "a")
    model.fit(sequences, targets, batch_size=8, epochs=2, verbose=0, callbacks=[replaydata])
    with Replay(tmp_path / "run.h5", "a") as replay:
        same(replay.weights[2], model.get_weights())


def test_appending_refuses_what_was_recorded_in_another_way(
    record: Callable[..., Any], make_model: Callable[..., Any]
) -> None:
    record()[1].close()
    relu = make_model()
    relu.layers[0].activation = keras.activations.relu
    for options, said in (
        ({"model": relu}, "other activation functions .*'tanh' there, 'relu' here"),
        ({"model": make_model(loss="mse")}, "other loss .*'binary_crossentropy' there, 'mse' here"),
        ({"every": 2}, "another `every`"),
        ({"freq": "batch"}, "another `freq`"),
        ({"dtype": "float16"}, "another `dtype`"),
        ({"layers": ["hidden"]}, "another `layers`"),
        ({"sample_weight": np.ones(40)}, "other sample_weight"),
    ):
        with pytest.raises(ModelError, match=said):
            record(append=True, **options)
    assert record(append=True)[1].n_epochs == 6


def test_recording_changes_nothing_of_the_training(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    ends = []
    for callbacks in ([], [ReplayData(X, Y, tmp_path / "run.h5", "a", freq="batch")]):
        model = make_model(seed=4)
        model.fit(X, Y, epochs=2, verbose=0, callbacks=callbacks)
        ends.append((model.get_weights(), random.random(), np.random.random()))
    same(ends[0][0], ends[1][0])
    assert ends[0][1:] == ends[1][1:]


def test_a_large_recording_is_told_before_it_starts(
    record: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepreplay.size._LARGE", 300)
    # 9 weights of 4 bytes in each of 11 states, and 40 samples of 3 numbers of 8 bytes.
    with pytest.warns(RecordingWarning, match=r"about 1\.3 kB: 36 bytes for each of 11 states, one every 2 epochs"):
        record(epochs=20, every=2)


Usage = namedtuple("Usage", "total used free")


def test_a_full_disk_is_told_before_anything_is_written(
    record: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10, 10, 5))
    with pytest.raises(StorageError, match="is full: 5 bytes are free"):
        record()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_will_not_do_is_told_before_it_starts(
    record: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10, 10, 20_000_000))
    monkeypatch.setattr("deepreplay.snapshot.Snapshot.nbytes", lambda *args: 10_000_000)
    monkeypatch.setattr("deepreplay.size._MARGIN", 0)
    with pytest.warns(RecordingWarning, match=r"about 38\.1 MB, but only 19\.1 MB are free there"):
        record(epochs=3)


class Unregistered(keras.layers.Layer):
    """A layer that Keras does not know when it rebuilds."""

    def call(self, inputs: Any) -> Any:
        return inputs * 2


def doubled_mse(targets: Any, predictions: Any) -> Any:
    return keras.ops.mean(2 * keras.ops.square(targets - predictions), axis=-1)


def test_a_model_that_cannot_be_rebuilt_is_told_at_once_and_its_weights_replay(record: Callable[..., Any]) -> None:
    model = keras.Sequential([keras.layers.Input((2,)), Unregistered(), keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.warns(RecordingWarning, match=r"can't rebuild.*Replay\(\.\.\., model="):
        look, replay = record(model=model)
    same(replay.weights[3], look.epochs[3])


def test_a_loss_that_cannot_be_rebuilt_leaves_predictions(record: Callable[..., Any]) -> None:
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss=doubled_mse)
    with pytest.warns(RecordingWarning, match="can't be compiled as it was"):
        _, replay = record(model=model)
    np.testing.assert_allclose(replay.predict_proba(3)[0], model.predict(X, verbose=0), rtol=1e-5)
    with pytest.raises(ModelError, match="can't be compiled as it was"):
        replay.view.evaluate(3)
    with pytest.raises(ModelError, match="can't be compiled as it was"):
        replay.view.losses(3)
    replay.close()
    with Replay(replay._run.location, "a", model=model) as replay:
        expected = 2 * (model.predict(X, verbose=0)[:, 0] - Y) ** 2
        np.testing.assert_allclose(replay.view.losses(3), expected, rtol=1e-4)


class Steep(keras.losses.Loss):
    """Its config does not tell the slope."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self.slope * keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)


def test_a_loss_whose_config_does_not_make_it_is_recorded(record: Callable[..., Any]) -> None:
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss=Steep(2.0))
    with pytest.warns(RecordingWarning, match="can't be compiled as it was"):
        look, replay = record(model=model)
    same(replay.weights[3], look.epochs[3])
