"""Recordings of DeepReplay 0.1: HDF5 files laid out as it did, with models as Keras 2 wrote them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.errors import GroupExistsError, ModelError, StorageError

layers = keras.layers
PLANNED, REACHED = 5, 3
RANDOM = np.random.default_rng(2)


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    """A layer as Keras 2.2 wrote it, with what it always wrote beside."""
    beside = {
        "trainable": True,
        "kernel_initializer": {
            "class_name": "VarianceScaling",
            "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
        },
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_constraint": None,
        "kernel_regularizer": None,
    }
    return {"class_name": kind, "config": {"name": name, **beside, **config}}


def dense() -> tuple[Any, Any]:
    l2 = {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.009999999776482582}}
    stored = [
        layer("Dense", "hidden", units=3, activation="tanh", batch_input_shape=[None, 4], kernel_regularizer=l2),
        layer("Dropout", "drop", rate=0.5, noise_shape=None, seed=None),
        layer("Dense", "output", units=1, activation="sigmoid"),
    ]
    model = keras.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(3, "tanh", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.Dropout(0.5),
        ]
    )
    model.add(layers.Dense(1, "sigmoid"))
    return {"class_name": "Sequential", "config": stored}, model  # the oldest form: a list alone


def convolution() -> tuple[Any, Any]:
    stored = [
        layer("Conv2D", "conv", filters=2, kernel_size=[2, 2], strides=[1, 1], padding="valid", activation="relu",
              data_format="channels_last", dilation_rate=[1, 1], batch_input_shape=[None, 2, 2, 1]),
        layer("BatchNormalization", "norm", axis=[3], momentum=0.9, epsilon=0.01, center=True, scale=True),
        layer("Flatten", "flat", data_format="channels_last"),
        layer("Dense", "output", units=1, activation="sigmoid"),
    ]  # fmt: skip
    model = keras.Sequential(
        [
            layers.Input((2, 2, 1)),
            layers.Conv2D(2, 2, activation="relu"),
            layers.BatchNormalization(epsilon=0.01),
            layers.Flatten(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    return {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": stored}}, model


def hard_sigmoid(x: Any) -> Any:
    return keras.ops.clip(0.2 * x + 0.5, 0, 1)


def recurrent(kind: str) -> Callable[[], tuple[Any, Any]]:
    def make() -> tuple[Any, Any]:
        options = {"reset_after": False} if kind == "GRU" else {"unit_forget_bias": True}
        stored = [
            layer(kind, "memory", units=3, activation="tanh", recurrent_activation="hard_sigmoid", implementation=1,
                  return_sequences=False, batch_input_shape=[None, 2, 2]),
            layer("Dense", "output", units=1, activation="sigmoid"),
        ]  # fmt: skip
        memory = getattr(layers, kind)(3, recurrent_activation=hard_sigmoid, **options)
        model = keras.Sequential([layers.Input((2, 2)), memory, layers.Dense(1, "sigmoid")])
        return {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": stored}}, model

    return make


def functional() -> tuple[Any, Any]:
    def node(stored: Any, *sources: str) -> Any:
        nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
        return {**stored, "name": stored["config"]["name"], "inbound_nodes": nodes}

    first = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "dtype": "float32", "name": "x"}}
    stored = {
        "name": "model_1",
        "layers": [
            node(first),
            node(layer("Dense", "right", units=3, activation="relu"), "x"),
            node(layer("Dense", "left", units=3, activation="tanh"), "x"),
            node(layer("Concatenate", "both", axis=-1), "left", "right"),
            node(layer("Dense", "output", units=1, activation="sigmoid"), "both"),
        ],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["output", 0, 0]],
    }
    x = layers.Input((4,))
    right = layers.Dense(3, "relu", name="right")(x)
    left = layers.Dense(3, "tanh", name="left")(x)
    output = layers.Dense(1, "sigmoid", name="output")(layers.concatenate([left, right], name="both"))
    return {"class_name": "Model", "config": stored}, keras.Model(x, output)


MODELS = {
    "dense": dense,
    "convolution": convolution,
    "lstm": recurrent("LSTM"),
    "gru": recurrent("GRU"),
    "functional": functional,
}
TRAINING = {
    "optimizer_config": {"class_name": "SGD", "config": {"lr": 0.05, "momentum": 0.0, "decay": 0.0, "nesterov": False}},
    "loss": "binary_crossentropy",
    "metrics": ["acc"],
    "sample_weight_mode": None,
    "loss_weights": None,
}


def write(path: Path, config: Any, model: Any, model_path: Path | None = None) -> tuple[Any, Any, Any]:
    """A recording that was stopped early, by hand; give samples, targets and the weights of each state."""
    model.compile(loss="binary_crossentropy", metrics=["acc"], optimizer="sgd")
    X = RANDOM.normal(size=(10, *model.input_shape[1:])).astype("float32")
    y = np.arange(10) % 2
    ordered = model.layers
    if config["class_name"] == "Model":  # as the file orders them
        ordered = [model.layers[0], *(model.get_layer(one["name"]) for one in config["config"]["layers"][1:])]
    states = [
        [[RANDOM.uniform(0.1, 1, w.shape).astype("float32") for w in one.get_weights()] for one in ordered]
        for _ in range(REACHED + 1)
    ]
    with h5py.File(path, "a") as file:
        group = file.create_group("part1")
        group.attrs.update(samples=10, batch_size=5, n_batches=2, n_epochs=PLANNED, n_layers=len(ordered))
        group.attrs["activation_functions"] = np.array(["tanh"] * len(ordered), dtype="S10")
        group["inputs"], group["targets"] = X, y.reshape(-1, 1)
        for name, value in (("loss", 0.5), ("acc", 0.75), ("lr", 0.05)):
            group[name] = np.where(np.arange(PLANNED) < REACHED, value, 0).astype("float32")
        for i, one in enumerate(ordered):
            for j, array in enumerate(one.get_weights()):
                rows = group.create_dataset(f"layer{i}/weights{j}", (PLANNED + 1, *array.shape), "float32")
                for epoch, state in enumerate(states):
                    rows[epoch] = state[i][j]
    with h5py.File(model_path or path.parent / "part1_model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode("utf-8")
        file.attrs["training_config"] = json.dumps(TRAINING).encode("utf-8")
        file.attrs["keras_version"] = b"2.2.4"

    def set_state(epoch: int) -> None:
        for one, weights in zip(ordered, states[epoch], strict=True):
            one.set_weights(weights)

    return X, y, set_state


@pytest.mark.parametrize("kind", MODELS)
def test_a_recording_replays_as_keras_2_computed_it(tmp_path: Path, kind: str) -> None:
    config, model = MODELS[kind]()
    X, y, set_state = write(tmp_path / "old.h5", config, model)
    with Replay(tmp_path / "old.h5", "part1") as replay:
        assert (list(replay.epochs), replay.n_epochs) == ([0, 1, 2, 3], REACHED)
        np.testing.assert_array_equal(replay.inputs, X)
        np.testing.assert_array_equal(replay.targets, y)
        np.testing.assert_allclose(replay.training_loss, [0.5] * 3)
        np.testing.assert_allclose(replay.get_training_metric("acc"), [0.75] * 3)
        np.testing.assert_allclose(replay.learning_rate, [0.05] * 3)
        for epoch in (0, REACHED):
            set_state(epoch)
            np.testing.assert_allclose(
                replay.predict_proba(epoch, epoch)[0], model.predict(X, verbose=0), rtol=1e-4, atol=1e-6
            )
            expected = model.evaluate(X, y, batch_size=10, verbose=0, return_dict=True)
            found = replay.view.evaluate(epoch)
            assert found["loss"] == pytest.approx(expected["loss"], rel=1e-4)
            assert found["acc"] == pytest.approx(expected["acc"])
        np.testing.assert_allclose(replay.model_at(3).predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-4)
        assert set(replay.view.weights(1)) >= {"output"}


def test_a_model_that_was_moved_is_named(tmp_path: Path) -> None:
    config, model = dense()
    (tmp_path / "elsewhere").mkdir()
    X, _, set_state = write(tmp_path / "old.h5", config, model, tmp_path / "elsewhere" / "model.h5")
    with Replay(tmp_path / "old.h5", "part1") as replay:
        assert len(replay.weights[3]) == 4
        with pytest.raises(ModelError, match=r"part1_model\.h5' is not there: pass where it is as model_filename="):
            replay.predict_proba()
    set_state(2)
    expected = model.predict(X, verbose=0)
    with Replay(tmp_path / "old.h5", "part1", model_filename=tmp_path / "elsewhere" / "model.h5") as replay:
        np.testing.assert_allclose(replay.predict_proba(2, 2)[0], expected, rtol=1e-4)
    with Replay(tmp_path / "old.h5", "part1", model=model) as replay:
        np.testing.assert_allclose(replay.predict_proba(2, 2)[0], expected, rtol=1e-4)


def test_code_in_a_model_is_never_run(tmp_path: Path) -> None:
    config, model = dense()
    write(tmp_path / "old.h5", config, model)
    config["config"][1] = layer("Lambda", "code", function=["4wEAAAA=", None, None], function_type="lambda")
    with h5py.File(tmp_path / "part1_model.h5", "a") as file:
        file.attrs["model_config"] = json.dumps(config)
    for safe in (True, False):
        with (
            Replay(tmp_path / "old.h5", "part1", safe_mode=safe) as replay,
            pytest.raises(ModelError, match="holds code"),
        ):
            replay.predict_proba()


def test_old_recordings_are_not_added_to_and_new_ones_stand_beside_them(tmp_path: Path) -> None:
    config, model = dense()
    X, y, _ = write(tmp_path / "old.h5", config, model)
    with pytest.raises(GroupExistsError):
        ReplayData(X, y, tmp_path / "old.h5", "part1")
    with pytest.raises((ModelError, StorageError), match="can be read, but not added to"):
        model.fit(X, y, verbose=0, callbacks=[ReplayData(X, y, tmp_path / "old.h5", "part1", append=True)])
    model.fit(X, y, verbose=0, callbacks=[ReplayData(X, y, tmp_path / "old.h5", "part2")])
    with Replay(tmp_path / "old.h5", "part1") as old, Replay(tmp_path / "old.h5", "part2") as new:
        assert (old.n_epochs, new.n_epochs) == (3, 1)
    model.fit(X, y, verbose=0, callbacks=[ReplayData(X, y, tmp_path / "old.h5", "part1", overwrite=True)])
    with Replay(tmp_path / "old.h5", "part1") as replaced:
        assert replaced.n_epochs == 1
