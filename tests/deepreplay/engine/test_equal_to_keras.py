"""Everything that a replay evaluates, at every epoch, against what Keras does with that epoch's weights."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.engine import Engine, chunks
from deepreplay.errors import ModelError

pytestmark = pytest.mark.thorough

layers = keras.layers
RANDOM = np.random.default_rng(11)
SAMPLES = 12
FLAT = RANDOM.normal(size=(SAMPLES, 4)).astype("float32")
IMAGES = RANDOM.normal(size=(SAMPLES, 6, 6, 1)).astype("float32")
SERIES = RANDOM.normal(size=(SAMPLES, 5, 3)).astype("float32")
BINARY, THREE = np.arange(SAMPLES) % 2, np.arange(SAMPLES) % 3
BINARY_LOSS = {"loss": "binary_crossentropy", "metrics": ["accuracy", keras.metrics.AUC(num_thresholds=20)]}


def dense() -> Any:
    return [
        layers.Input((4,)),
        layers.Dense(3, "tanh", name="a", kernel_regularizer=keras.regularizers.L2(0.1)),
        layers.Dropout(0.5),
        layers.Dense(2, name="b"),
        layers.ReLU(name="c"),
        layers.Dense(1, "sigmoid", name="d"),
    ]


def convolutional() -> Any:
    return [
        layers.Input((6, 6, 1)),
        layers.Conv2D(2, 3, activation="relu", name="a"),
        layers.BatchNormalization(name="norm"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(3, "softmax", name="d"),
    ]


def recurrent(layer: Any, **options: Any) -> Callable[[], Any]:
    return lambda: [
        layers.Input((5, 3)),
        layer(2, name="a", bias_initializer="random_normal", **options),
        layers.Flatten(),
        layers.Dense(1, "sigmoid", name="d"),
    ]


def functional() -> Any:
    one, other = layers.Input((4,)), layers.Input((5, 3))
    joined = layers.concatenate([layers.Dense(3, "elu", name="a")(one), layers.SimpleRNN(2, name="r")(other)])
    normed = layers.BatchNormalization(name="norm")(joined)
    return keras.Model(
        [one, other], [layers.Dense(3, "softmax", name="kind")(normed), layers.Dense(1, name="size")(joined)]
    )


SPARSE = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
TWO = {"loss": ["sparse_categorical_crossentropy", "mse"], "loss_weights": [1.0, 0.25], "metrics": [["accuracy"], []]}
CASES: dict[str, tuple[Callable[[], Any], Any, Any, dict[str, Any]]] = {
    "dense": (dense, FLAT, BINARY, BINARY_LOSS),
    "convolutional": (convolutional, IMAGES, THREE, SPARSE),
    "simple": (recurrent(layers.SimpleRNN), SERIES, BINARY, BINARY_LOSS),
    "lstm": (recurrent(layers.LSTM), SERIES, BINARY, BINARY_LOSS),
    "gru": (recurrent(layers.GRU, return_sequences=True), SERIES, BINARY, BINARY_LOSS),
    "functional": (functional, [FLAT, SERIES], [THREE, FLAT[:, 0]], TWO),
}


def made(name: str) -> Any:
    """The model of a case, with weights of its own."""
    make, _, _, settings = CASES[name]
    stack = make()
    model = keras.Sequential(stack) if isinstance(stack, list) else stack
    settings = {key: [_copied(one) for one in value] if key == "metrics" else value for key, value in settings.items()}
    model.compile(optimizer=keras.optimizers.SGD(0.3), **settings)
    return model


def _copied(metric: Any) -> Any:
    return type(metric).from_config(metric.get_config()) if isinstance(metric, keras.metrics.Metric) else metric


class Case:
    """A replay of two epochs, and a model that takes the weights of each of them, as they were seen."""

    def __init__(self, name: str, path: Any) -> None:
        self.name = name
        _, self.X, self.y, _ = CASES[name]
        keras.utils.set_random_seed(2)
        trained, self.model = made(name), made(name)
        self.states: list[Any] = []
        seen = keras.callbacks.LambdaCallback(
            on_train_begin=lambda logs: self.states.append(trained.get_weights()),
            on_epoch_end=lambda epoch, logs: self.states.append(trained.get_weights()),
        )
        trained.fit(
            self.X, self.y, epochs=2, batch_size=5, verbose=0, callbacks=[ReplayData(self.X, self.y, path, "a"), seen]
        )
        self.replay = Replay(path, "a")
        self.view: Any = self.replay.view

    def at_every_epoch(self) -> Iterator[int]:
        """Each epoch, when the model has its weights."""
        for epoch, state in enumerate(self.states):
            self.model.set_weights(state)
            yield epoch

    @property
    def layers(self) -> list[Any]:
        """The layers that compute something."""
        return [layer for layer in self.model.layers if not isinstance(layer, layers.InputLayer)]

    @functools.cached_property
    def parts(self) -> Any:
        """What each layer gives, from one pass."""
        return keras.Model(self.model.inputs, [layer.output for layer in self.layers])

    def without_activation(self, layer: Any) -> Any:
        """What the layer gives with nothing in the place of its activation function."""
        before, layer.activation = layer.activation, keras.activations.linear
        found = keras.Model(self.model.inputs, layer.output)(self.X, training=False)
        layer.activation = before
        return keras.ops.convert_to_numpy(found)


@pytest.fixture(scope="module", params=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    case = Case(request.param, tmp_path_factory.mktemp("equal") / "run.h5")
    with case.replay:
        yield case


def close(found: Any, expected: Any) -> None:
    found, expected = keras.tree.flatten(found), keras.tree.flatten(expected)
    for one, other in zip(found, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_weights_differ_from_epoch_to_epoch(case: Case) -> None:
    assert len(case.states) == len(case.replay.epochs) == 3
    assert all(np.abs(case.states[i][0] - case.states[i + 1][0]).max() > 1e-3 for i in (0, 1))


def test_predictions_loss_and_metrics(case: Case) -> None:
    for epoch in case.at_every_epoch():
        close(case.view.predict(epoch), case.model.predict(case.X, verbose=0))
        expected = case.model.evaluate(case.X, case.y, batch_size=SAMPLES, verbose=0, return_dict=True)
        found = case.view.evaluate(epoch)
        assert found.keys() == expected.keys()
        close([found[name] for name in expected], list(expected.values()))


def test_losses_of_samples(case: Case) -> None:
    def rows(arrays: Any, i: int) -> Any:
        return [array[i : i + 1] for array in arrays] if isinstance(arrays, list) else arrays[i : i + 1]

    for epoch in case.at_every_epoch():
        regularized = float(sum(map(float, case.model.losses)))
        expected = [
            case.model.test_on_batch(rows(case.X, i), rows(case.y, i), return_dict=True)["loss"] - regularized
            for i in range(SAMPLES)
            if case.model.reset_metrics() is None
        ]
        close(case.view.losses(epoch), np.array(expected))


def test_outputs_of_every_layer(case: Case) -> None:
    for epoch in case.at_every_epoch():
        for name, expected in zip(case.view.layer_names, case.parts.predict(case.X, verbose=0), strict=True):
            close(case.view.outputs(name, epoch), expected)


def test_shapes_of_outputs_are_those_of_one_sample(case: Case) -> None:
    for name, expected in zip(case.view.layer_names, case.parts.predict(case.X, verbose=0), strict=True):
        assert case.view.output_shape(name) == expected.shape[1:]
    predicted = case.model.predict(case.X, verbose=0)
    if isinstance(predicted, np.ndarray):
        assert case.view.output_shape() == predicted.shape[1:]


def test_outputs_and_predictions_in_one_go(case: Case) -> None:
    first = case.view.layer_names[1]
    for epoch in case.at_every_epoch():
        outputs, predictions = case.view.outputs_and_predictions(first, epoch)
        close(outputs, case.parts.predict(case.X, verbose=0)[1])
        close(predictions, case.model.predict(case.X, verbose=0))


def test_gradients(case: Case) -> None:
    for epoch in case.at_every_epoch():
        found = case.view.gradients(epoch)
        owned = [layer for layer in case.model.layers if layer.trainable_weights]
        assert list(found) == [layer.name for layer in owned]
        expected = gradients_of(case.model, case.X, case.y)
        close([found[layer.name] for layer in owned], expected)
        assert any(np.abs(one).max() > 1e-3 for one in expected)


def gradients_of(model: Any, X: Any, y: Any) -> list[np.ndarray]:
    """Of all trainable weights, as the backend itself differentiates the loss that Keras trains with."""
    X, y = keras.tree.map_structure(keras.ops.convert_to_tensor, (X, y))
    if keras.backend.backend() == "jax":
        variables = model.trainable_variables, model.non_trainable_variables, model.metrics_variables
        found = gradient_on_jax(model)(*([v.value for v in several] for several in variables), X, y)
    elif keras.backend.backend() == "torch":
        model.zero_grad()
        model.compute_loss(X, y, model(X, training=False), training=False).backward()
        found = [v.value.grad for v in model.trainable_variables]
    else:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            result = model.compute_loss(X, y, model(X, training=False), training=False)
        found = tape.gradient(result, [v.value for v in model.trainable_variables])
    return [keras.ops.convert_to_numpy(one) for one in found]


@functools.cache
def gradient_on_jax(model: Any) -> Callable[..., Any]:
    import jax

    def loss(*values: Any) -> Any:
        return model.compute_loss_and_updates(*values, None, training=False)[0]

    gradient: Callable[..., Any] = jax.jit(jax.grad(loss))
    return gradient


def test_z_values_of_layers_with_an_activation_function(case: Case) -> None:
    recurrent_layers = (layers.SimpleRNN, layers.LSTM, layers.GRU)
    for epoch in case.at_every_epoch():
        for name, layer in zip(case.view.layer_names, case.layers, strict=True):
            found = case.view.zvalues(name, epoch) if case.view.has_zvalues(name) else None
            if isinstance(layer, (layers.Dense, layers.Conv2D)):
                close(found, case.without_activation(layer))
            elif isinstance(layer, layers.ReLU):
                close(found, case.view.outputs("b", epoch))
            elif isinstance(layer, recurrent_layers):
                close(found, stepped(layer, case.X[-1] if isinstance(case.X, list) else case.X))
            else:
                assert found is None


def stepped(layer: Any, x: np.ndarray) -> np.ndarray:
    """What the activation function of a recurrent layer takes for its (candidate) state, by the layer's formulas.

    Hochreiter & Schmidhuber (1997) for LSTM, Cho et al. (2014) for GRU, with the reset gate after the product.
    """
    kernel, recurrent_kernel, bias = layer.get_weights()
    units, h, found = layer.units, np.zeros((len(x), layer.units)), []
    c = h
    for step in np.moveaxis(x.astype(np.float64), 1, 0):
        if isinstance(layer, layers.GRU):
            inner, outer = step @ kernel + bias[0], h @ recurrent_kernel + bias[1]
            z, r = (sigmoid(inner[:, g] + outer[:, g]) for g in (slice(units), slice(units, 2 * units)))
            value = inner[:, 2 * units :] + r * outer[:, 2 * units :]
            h = z * h + (1 - z) * np.tanh(value)
        elif isinstance(layer, layers.LSTM):
            i, f, value, o = np.split(step @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(value)
            h = sigmoid(o) * np.tanh(c)
        else:
            value = step @ kernel + h @ recurrent_kernel + bias
            h = np.tanh(value)
        found.append(value)
    return np.stack(found, axis=1) if layer.return_sequences else found[-1]


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


@pytest.mark.parametrize("name", ["dense", "functional"])
def test_blocks_of_samples_change_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, X, y, _), model = CASES[name], made(name)
    weights = model.get_weights()

    def all_of(engine: Engine) -> list[Any]:
        return [
            engine.predict(weights, X),
            engine.outputs("a", weights, X),
            engine.losses(weights, X, y),
            engine.gradients(weights, X, y),
            engine.evaluate(weights, X, y),
        ]

    whole = all_of(Engine(model))
    monkeypatch.setattr(chunks, "ROWS", 5)
    close(all_of(Engine(model)), whole)


def test_a_loss_that_is_no_mean_is_not_made_of_those_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ROWS", 5)
    model = made("dense")
    model.compile(loss=keras.losses.MeanSquaredError(reduction="sum"))
    engine, weights = Engine(model), model.get_weights()
    close([*engine.gradients(weights, FLAT, BINARY).values()], gradients_of(model, FLAT, BINARY))
    expected = model.evaluate(FLAT, BINARY, batch_size=SAMPLES, verbose=0, return_dict=True)
    close(engine.evaluate(weights, FLAT, BINARY)["loss"], expected["loss"])


def test_sample_weights_count_in_loss_and_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    model, weight = made("dense"), RANDOM.uniform(0, 3, SAMPLES).astype("float32")
    model.compile(loss="mse", weighted_metrics=["mae"])
    expected = model.evaluate(FLAT, BINARY, sample_weight=weight, batch_size=SAMPLES, verbose=0, return_dict=True)
    engine, weights = Engine(model), model.get_weights()
    whole = engine.gradients(weights, FLAT, BINARY, weight)
    assert np.abs(whole["a"][0] - engine.gradients(weights, FLAT, BINARY)["a"][0]).max() > 1e-4
    monkeypatch.setattr(chunks, "ROWS", 5)
    close(engine.gradients(weights, FLAT, BINARY, weight), whole)
    found = engine.evaluate(weights, FLAT, BINARY, weight)
    close([found[name] for name in expected], list(expected.values()))


def test_large_layers_make_small_blocks() -> None:
    layer = {"kernel_initializer": "zeros"}
    wide = keras.Sequential([layers.Input((4,)), layers.Dense(500_000, **layer), layers.Dense(1, **layer)])
    footprint = chunks.Footprint(keras.Sequential([layers.Input((4,)), wide, layers.Dense(1)]))
    assert 1 <= footprint.learning(FLAT) <= footprint.predicting(FLAT) <= chunks.BYTES // (2 * 4 * 500_000)
    assert chunks.Footprint(made("dense")).predicting(FLAT) == chunks.ROWS
    series = keras.Sequential([layers.Input((None, 3)), layers.LSTM(250, return_sequences=True)])
    long = np.zeros((1, 10_000, 3), "float32")
    assert chunks.Footprint(series).predicting(long) <= chunks.BYTES // (2 * 4 * 250 * 10_000)


class Scaled(keras.Model):
    """A model with a weight that is in none of its layers."""

    def __init__(self) -> None:
        super().__init__(name="scaled")
        self.dense = layers.Dense(1, name="inner")

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(1,), initializer="ones", name="scale")
        self.dense.build(shape)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs) * self.scale


def test_weights_that_are_in_no_layer_have_gradients_under_the_models_name() -> None:
    model = Scaled()
    model.compile(loss="mse")
    model.build((None, 4))
    found = Engine(model).gradients(model.get_weights(), FLAT, BINARY)
    expected = dict(zip((id(v) for v in model.trainable_variables), gradients_of(model, FLAT, BINARY), strict=True))
    assert list(found) == ["inner", "scaled"]
    close(found["inner"], [expected[id(v)] for v in model.dense.trainable_variables])
    close(found["scaled"], [expected[id(model.scale)]])


def test_a_layer_that_is_used_twice_has_no_one_output() -> None:
    one, other = layers.Input((4,)), layers.Input((4,))
    both = layers.Dense(3, "tanh", name="both")
    model = keras.Model([one, other], layers.add([both(one), both(other)], name="sum"))
    engine, weights = Engine(model), model.get_weights()
    for ask in (engine.outputs, engine.zvalues):
        with pytest.raises(ModelError, match=r"'both' of .* used several times"):
            ask("both", weights, [FLAT, FLAT])
    close(engine.outputs("sum", weights, [FLAT, FLAT]), 2 * np.tanh(FLAT @ weights[0] + weights[1]))
