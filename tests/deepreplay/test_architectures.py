"""Kinds of models and samples that are recorded and replayed, against Keras' own weights, losses and predictions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData

pytestmark = pytest.mark.thorough

layers = keras.layers
RANDOM = np.random.default_rng(5)
FLAT = RANDOM.normal(size=(12, 4)).astype("float32")
IMAGES = RANDOM.integers(0, 256, (12, 6, 6, 1)).astype("uint8")
SERIES = RANDOM.normal(size=(12, 5, 3)).astype("float32")
TOKENS = RANDOM.integers(0, 9, (12, 5))
BINARY = np.arange(12) % 2
THREE = np.arange(12) % 3


@keras.saving.register_keras_serializable(package="deepreplay_tests")
class Subclassed(keras.Model):
    """No graph of layers: Keras knows no inputs of it, and it is not built before it is called."""

    def __init__(self, units: int = 3, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.dense = layers.Dense(units, activation="tanh", name="inner")
        self.out = layers.Dense(1, activation="sigmoid", name="outer")

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(1,), initializer="ones", name="scale")
        self.dense.build(shape)
        self.out.build((None, self.units))

    def call(self, inputs: Any) -> Any:
        return self.out(self.dense(inputs) * self.scale)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


def sequential(*stack: Any, units: int = 1, activation: str = "sigmoid") -> Any:
    return keras.Sequential([*stack, layers.Dense(units, activation=activation)])


def shared() -> Any:
    one, two = layers.Input((2,)), layers.Input((2,))
    both = layers.Dense(3, name="both")
    return keras.Model([one, two], layers.Dense(1, "sigmoid")(layers.subtract([both(one), both(two)])))


def nested() -> Any:
    inner = keras.Sequential([layers.Input((4,)), layers.Dense(3), layers.BatchNormalization()], name="inner")
    deeper = keras.Sequential([layers.Input((4,)), inner, layers.Dense(2, "relu")], name="deeper")
    return sequential(layers.Input((4,)), deeper)


def attention() -> Any:
    x = layers.Input((5,))
    embedded = layers.Embedding(9, 4)(x)
    attended = layers.MultiHeadAttention(2, 3)(embedded, embedded)
    return keras.Model(x, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling1D()(attended)))


def two_outputs(as_mapping: bool = False) -> Any:
    x = layers.Input((4,))
    hidden = layers.Dense(3, "tanh", kernel_regularizer="l2")(x)
    outputs = {"kind": layers.Dense(3, "softmax", name="kind")(hidden), "size": layers.Dense(1, name="size")(hidden)}
    return keras.Model(x, outputs if as_mapping else list(outputs.values()))


def named_inputs() -> Any:
    a, b = layers.Input((4,), name="a"), layers.Input((6, 6, 1), name="b")
    joined = layers.concatenate([a, layers.Flatten()(layers.Rescaling(1 / 255)(b))])
    return keras.Model({"a": a, "b": b}, layers.Dense(1, "sigmoid")(joined))


CROSSENTROPY = {"loss": "binary_crossentropy", "metrics": ["accuracy"]}
SPARSE = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
CASES: dict[str, tuple[Callable[[], Any], Any, Any, dict[str, Any]]] = {
    "dropout": (lambda: sequential(layers.Input((4,)), layers.Dropout(0.5)), FLAT, BINARY, CROSSENTROPY),
    "convolution": (
        lambda: sequential(
            layers.Input((6, 6, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(2, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            units=3,
            activation="softmax",
        ),
        IMAGES,
        THREE,
        SPARSE,
    ),
    "lstm": (lambda: sequential(layers.Input((5, 3)), layers.LSTM(2)), SERIES, BINARY, CROSSENTROPY),
    "gru": (
        lambda: sequential(layers.Input((5, 3)), layers.Bidirectional(layers.GRU(2))),
        SERIES,
        BINARY,
        CROSSENTROPY,
    ),
    "embedding": (
        lambda: sequential(layers.Input((5,)), layers.Embedding(9, 3), layers.Flatten()),
        TOKENS,
        BINARY,
        CROSSENTROPY,
    ),
    "attention": (attention, TOKENS, BINARY, CROSSENTROPY),
    "shared": (shared, [FLAT[:, :2], FLAT[:, 2:]], BINARY, CROSSENTROPY),
    "nested": (nested, FLAT, BINARY, CROSSENTROPY),
    "subclassed": (Subclassed, FLAT, BINARY, CROSSENTROPY),
    "named inputs": (named_inputs, {"a": FLAT, "b": IMAGES}, BINARY, CROSSENTROPY),
    "two outputs": (
        two_outputs,
        FLAT,
        [THREE, FLAT[:, 0]],
        {
            "loss": ["sparse_categorical_crossentropy", "mse"],
            "loss_weights": [1.0, 0.25],
            "metrics": [["accuracy"], []],
        },
    ),
    "named outputs": (
        lambda: two_outputs(as_mapping=True),
        FLAT,
        {"kind": THREE, "size": FLAT[:, 0]},
        {
            "loss": {"kind": "sparse_categorical_crossentropy", "size": keras.losses.Huber()},
            "metrics": {"size": ["mae"]},
        },
    ),
    "regression": (
        lambda: sequential(layers.Input((4,)), units=2, activation="linear"),
        FLAT,
        FLAT[:, :2],
        {"loss": "mse"},
    ),
    "unbuilt": (lambda: sequential(layers.Dense(3)), FLAT, BINARY, CROSSENTROPY),
}


def flat(values: Any) -> list[Any]:
    return keras.tree.flatten(values)


@pytest.mark.parametrize("name", CASES)
def test_a_model_is_recorded_and_replayed(tmp_path: Path, name: str) -> None:
    make, X, y, settings = CASES[name]
    keras.utils.set_random_seed(1)
    model = make()
    model.compile(optimizer=keras.optimizers.SGD(0.1), **settings)
    states: list[Any] = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if not states:
                states.append(self.model.get_weights())

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            states.append(self.model.get_weights())

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # none of these can't be rebuilt
        replaydata = ReplayData(X, y, tmp_path / "run.h5", "a")
        model.fit(X, y, epochs=2, batch_size=6, verbose=0, callbacks=[replaydata, Look()])

    with Replay(tmp_path / "run.h5", "a") as replay:
        for given, stored in ((X, replay.inputs), (y, replay.targets)):
            for one, other in zip(flat(given), flat(stored), strict=True):
                np.testing.assert_array_equal(other, one)
                assert other.dtype == one.dtype
        predicted = replay.predict_proba()
        for epoch, state in enumerate(states):
            for stored, true in zip(replay.weights[epoch], state, strict=True):
                np.testing.assert_array_equal(stored, true)
            model.set_weights(state)
            for found, expected in zip(flat(predicted), flat(model.predict(X, verbose=0)), strict=True):
                np.testing.assert_allclose(found[epoch], expected, rtol=2e-4, atol=1e-5)
            expected_results = model.evaluate(X, y, batch_size=12, verbose=0, return_dict=True)
            results = replay.view.evaluate(epoch)
            assert results.keys() == expected_results.keys()
            for key, value in expected_results.items():
                np.testing.assert_allclose(results[key], value, rtol=2e-4, atol=1e-5)
            regularized = float(sum(map(float, model.losses)))
            np.testing.assert_allclose(
                replay.view.losses(epoch).mean(), expected_results["loss"] - regularized, rtol=2e-4, atol=1e-5
            )


def test_what_cannot_show_several_inputs_says_so(tmp_path: Path) -> None:
    make, X, y, settings = CASES["named inputs"]
    model = make()
    model.compile(**settings)
    ReplayData(X, y, tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        with pytest.raises(ValueError, match="several inputs"):
            replay.build_feature_space()
        replay.build_loss_and_metric(metric_name="accuracy")
        _, data = replay.loss_and_metric
        expected = model.evaluate(X, y, batch_size=12, verbose=0)
        np.testing.assert_allclose(np.asarray(data.loss)[0], expected[0], rtol=1e-4)
