"""What is computed of a model at an epoch, against Keras' own `predict`, `evaluate` and losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay.engine import Engine, chunks
from deepreplay.errors import LayerNotFoundError, ModelError

pytestmark = pytest.mark.thorough

layers = keras.layers


def dense() -> Any:
    return keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, "relu", name="a"),
            layers.Dropout(0.5),
            layers.Dense(1, "sigmoid", name="b"),
        ]
    )


def convolutional() -> Any:
    return keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(2, 3, name="a"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(),
            layers.Dense(3, "softmax", name="b"),
        ]
    )


def recurrent() -> Any:
    return keras.Sequential([layers.Input((5, 2)), layers.LSTM(3, name="a"), layers.Dense(1, "sigmoid", name="b")])


def branched() -> Any:
    x = layers.Input((3,))
    a = layers.Dense(4, "tanh", name="a", kernel_regularizer="l2")(x)
    return keras.Model(x, layers.Dense(1, "sigmoid", name="b")(layers.concatenate([a, x])))


CASES = [
    (dense, (3,), 1, "binary_crossentropy"),
    (convolutional, (8, 8, 1), 3, "sparse_categorical_crossentropy"),
    (recurrent, (5, 2), 1, keras.losses.BinaryCrossentropy(label_smoothing=0.1)),
    (branched, (3,), 1, "mse"),
]


class Case:
    """A model with weights other than those that are asked for, and a twin that has these."""

    def __init__(self, make: Callable[[], Any], shape: tuple[int, ...], outputs: int, loss: Any) -> None:
        keras.utils.set_random_seed(0)
        self.model, self.twin = make(), make()
        for model in (self.model, self.twin):
            model.compile(loss=loss, metrics=["accuracy"])
        random = np.random.default_rng(0)
        # Rounding is to stay small: no sigmoid is flat, and no variance (they are among the vectors) near zero.
        self.weights = [
            random.uniform(*((0.2, 0.8) if w.ndim == 1 else (0.01, 2 / len(w))), w.shape).astype("float32")
            for w in self.twin.get_weights()
        ]
        self.twin.set_weights(self.weights)
        self.X = random.normal(size=(50, *shape)).astype("float32")
        self.y = random.integers(0, max(2, outputs), 50)
        self.loss = loss
        self.engine = Engine(self.model)


@pytest.fixture(params=CASES, ids=lambda case: case[0].__name__)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(*request.param)


def close(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6)


def test_predictions(case: Case) -> None:
    close(case.engine.predict(case.weights, case.X), case.twin.predict(case.X, verbose=0))


def test_outputs_of_a_layer(case: Case) -> None:
    twin = keras.Model(case.twin.inputs, case.twin.get_layer("a").output)
    close(case.engine.outputs("a", case.weights, case.X), twin.predict(case.X, verbose=0))


def test_loss_and_metrics(case: Case) -> None:
    found, expected = (
        case.engine.evaluate(case.weights, case.X, case.y),
        case.twin.evaluate(case.X, case.y, verbose=0, return_dict=True),
    )
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        close(found[name], value)


def test_losses_of_samples(case: Case) -> None:
    losses = case.engine.losses(case.weights, case.X, case.y)
    alone = keras.losses.get(case.loss)
    predictions = case.twin.predict(case.X, verbose=0)
    targets = case.y.reshape(-1, 1)
    expected = [
        float(np.mean(keras.ops.convert_to_numpy(alone(targets[i : i + 1], predictions[i : i + 1])))) for i in range(50)
    ]
    assert losses.shape == (50,)
    close(losses, expected)


def test_the_model_itself_stays_as_it_is(case: Case) -> None:
    before = [np.array(w) for w in case.model.get_weights()]
    case.engine.predict(case.weights, case.X)
    case.engine.losses(case.weights, case.X, case.y)
    case.engine.evaluate(case.weights, case.X, case.y)
    for now, then in zip(case.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_each_call_has_weights_of_its_own(case: Case) -> None:
    other = [w * 0.5 for w in case.weights]
    first = case.engine.predict(case.weights, case.X)
    second = case.engine.predict(other, case.X)
    assert np.abs(first - second).max() > 1e-3
    close(case.engine.predict(case.weights, case.X), first)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(*CASES[1])
    whole = case.engine.predict(case.weights, case.X)
    monkeypatch.setattr(chunks, "ROWS", 16)
    close(Engine(case.model).predict(case.weights, case.X), whole)


def test_an_unknown_layer_suggests_the_nearest() -> None:
    case = Case(*CASES[1])
    with pytest.raises(LayerNotFoundError, match=r"'nrm'\. Did you mean 'norm'"):
        case.engine.outputs("nrm", case.weights, case.X)


def test_a_model_without_loss_can_predict_but_not_evaluate() -> None:
    model = dense()
    weights, X = model.get_weights(), np.zeros((2, 3), "float32")
    assert Engine(model).predict(weights, X).shape == (2, 1)
    with pytest.raises(ModelError, match="not compiled"):
        Engine(model).evaluate(weights, X, np.zeros(2))
    with pytest.raises(ModelError, match="without a loss"):
        Engine(model).losses(weights, X, np.zeros(2))
