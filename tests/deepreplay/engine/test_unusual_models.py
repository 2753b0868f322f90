"""Models that keep a state, losses that can't be made from their config, numbers that are lost, shared layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.engine import Engine, learning
from deepreplay.errors import ModelError

pytestmark = pytest.mark.thorough

layers = keras.layers
X = np.random.default_rng(0).normal(size=(16, 2)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")


class Scaled(keras.losses.Loss):
    """A loss of the user's own, whose `get_config` leaves its parameter out."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self.factor * keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def dense(**settings: Any) -> Any:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input((2,)), layers.Dense(1, "sigmoid")])
    model.compile(**settings)
    return model


CALLS: dict[str, Callable[[Engine, Any, np.ndarray], Any]] = {
    "predict": lambda engine, weights, X: engine.predict(weights, X),
    "outputs": lambda engine, weights, X: engine.outputs("lstm", weights, X),
    "losses": lambda engine, weights, X: engine.losses(weights, X, Y[: len(X)]),
    "evaluate": lambda engine, weights, X: engine.evaluate(weights, X, Y[: len(X)]),
    "gradients": lambda engine, weights, X: engine.gradients(weights, X, Y[: len(X)]),
}


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras has no stateful recurrent layer on PyTorch")
@pytest.mark.parametrize("call", CALLS)
def test_a_model_with_a_state_says_why_it_fails(call: str) -> None:
    lstm = layers.LSTM(3, stateful=True, name="lstm")
    model = keras.Sequential([layers.Input(batch_shape=(8, 1, 2)), lstm, layers.Dense(1)])
    model.compile(loss="mse", metrics=["mae"])
    weights, sequences = model.get_weights(), X[:, np.newaxis]
    with pytest.raises(ModelError, match=r"'lstm' keeps its state.*not stateful"):
        CALLS[call](Engine(model), weights, sequences)
    np.testing.assert_allclose(
        Engine(model).predict(weights, sequences[:8]),
        model.predict(sequences[:8], batch_size=8, verbose=0),
        rtol=1e-5,
        atol=1e-6,
    )


def test_other_errors_of_a_model_stay_as_they_are() -> None:
    model = dense(loss="mse")
    with pytest.raises(Exception, match="shape") as caught:
        Engine(model).predict(model.get_weights(), X[:, :1])
    assert not isinstance(caught.value, ModelError)


def test_a_loss_need_not_be_made_anew_from_its_config() -> None:
    loss = Scaled(3)
    model = dense(loss=loss)
    found = Engine(model).losses(model.get_weights(), X, Y)
    np.testing.assert_allclose(found, 3 * (Y - model.predict(X, verbose=0))[:, 0] ** 2, rtol=1e-5, atol=1e-6)
    assert loss.reduction == "sum_over_batch_size"


def test_metrics_of_what_is_no_number_are_none_where_the_backend_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(y_true: Any, y_pred: Any) -> Any:
        if not bool(keras.ops.all(keras.ops.isfinite(y_pred))):
            raise RuntimeError("all elements of input should be between 0 and 1")
        return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)

    eager = SimpleNamespace(EAGER=True, compiled=lambda function: function, rehearsed=lambda f, *data: f(*data))
    monkeypatch.setattr(learning, "runtime", lambda: eager)
    model = dense(loss="mse", metrics=[strict])
    evaluate, weights = Engine(model).evaluate, model.get_weights()
    difference = Y - model.predict(X, verbose=0)
    expected = {"loss": (difference**2).mean(), "strict": np.abs(difference).mean()}
    assert evaluate(weights, X, Y) == pytest.approx(expected, rel=1e-5)
    lost = evaluate([weight * np.nan for weight in weights], X, Y)
    assert lost.keys() == expected.keys()
    assert np.isnan(list(lost.values())).all()
    assert evaluate(weights, X, Y) == pytest.approx(expected, rel=1e-5)


def test_shapes_that_the_graph_does_not_tell_are_those_of_a_sample(tmp_path: Path) -> None:
    series = np.random.default_rng(0).normal(size=(8, 5, 3)).astype("float32")
    model = keras.Sequential([layers.Input((None, 3)), layers.SimpleRNN(2, return_sequences=True, name="steps")])
    model.compile(loss="mse")
    ReplayData(series, series[..., :2], tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.view.output_shape() == replay.view.output_shape("steps") == (5, 2)


class Grown(layers.Layer):
    """A layer of the user's own, which asks more of its initializer than to be one."""

    def __init__(self, start: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.start = keras.initializers.get(start or keras.initializers.RandomNormal(stddev=0.5))
        self.spread = self.start.stddev

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], 1), initializer=self.start)

    def call(self, inputs: Any) -> Any:
        return keras.ops.matmul(inputs, self.kernel)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": keras.initializers.serialize(self.start)}


def test_an_initializer_is_asked_for_no_weights_but_by_models_for_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = dense(loss="mse")
    ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    asked: list[Any] = []
    draw = keras.initializers.GlorotUniform.__call__
    monkeypatch.setattr(
        keras.initializers.GlorotUniform, "__call__", lambda self, *a, **k: (asked.append(self), draw(self, *a, **k))[1]
    )
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.view.predict(0), model.predict(X, verbose=0), rtol=1e-5)
        assert asked == []
        initializer = replay.model_at(0).layers[-1].kernel_initializer
        assert isinstance(initializer, keras.initializers.GlorotUniform)
        assert len(asked) == 1


def test_a_layer_that_needs_its_initializer_gets_it(tmp_path: Path) -> None:
    model = keras.Sequential([layers.Input((2,)), Grown()])
    model.compile(loss="mse")
    ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    with keras.saving.custom_object_scope({"Grown": Grown}), Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.view.predict(0), model.predict(X, verbose=0), rtol=1e-5)


class Filtered(layers.Layer):
    """A layer of the user's own, which computes with what its initializer gives and has no weights."""

    def __init__(self, values: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.values = keras.initializers.get(values or keras.initializers.Constant(3.0))

    def call(self, inputs: Any) -> Any:
        return inputs * self.values((inputs.shape[-1],))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "values": keras.initializers.serialize(self.values)}


def test_a_layer_that_computes_with_its_initializer_does_so_in_a_replay(tmp_path: Path) -> None:
    model = keras.Sequential([layers.Input((2,)), Filtered(), layers.Dense(1)])
    model.compile(loss="mse")
    ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    with keras.saving.custom_object_scope({"Filtered": Filtered}), Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.view.predict(0), model.predict(X, verbose=0), rtol=1e-5)


def test_samples_are_normalized_as_the_layer_was_adapted(tmp_path: Path) -> None:
    normalization = layers.Normalization()
    normalization.adapt(3 * X + 1)
    inner = keras.Sequential([layers.Input((2,)), normalization])
    model = keras.Sequential([layers.Input((2,)), inner, layers.Dense(1, "tanh", name="last")])
    model.compile(loss="mse")
    ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    expected = model.predict(X, verbose=0)
    with Replay(tmp_path / "run.h5", "a") as replay:
        np.testing.assert_allclose(replay.view.predict(0), expected, rtol=1e-5)
        np.testing.assert_allclose(np.tanh(replay.view.zvalues("last", 0)), expected, rtol=1e-5)
        np.testing.assert_allclose(replay.model_at(0).predict(X, verbose=0), expected, rtol=1e-5)


def test_a_feature_space_is_found_beside_layers_that_are_shared(tmp_path: Path) -> None:
    x, three = layers.Input((3,)), np.c_[X, X[:, :1]]
    both = layers.Dense(3, "tanh", name="both")
    two = layers.Dense(2, name="two")(both(both(x)))
    model = keras.Model(x, layers.Dense(1, "sigmoid", name="last")(two))
    model.compile(loss="binary_crossentropy")
    ReplayData(three, Y, tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        plot = replay.build_feature_space()
        np.testing.assert_allclose(plot.data.bent_line.input[0], replay.view.outputs("two", 0), rtol=1e-5)


def test_layers_of_several_outputs_have_no_violin_and_are_no_feature_space(tmp_path: Path) -> None:
    x, steps = layers.Input((3, 2)), np.stack([X, X, -X], axis=1)
    _, *state = layers.LSTM(2, return_sequences=True, return_state=True, name="states")(x)
    two = layers.Dense(2, name="two")(layers.concatenate(state, name="state"))
    model = keras.Model(x, layers.Dense(1, "sigmoid", name="last")(two))
    model.compile(loss="binary_crossentropy")
    ReplayData(steps, Y, tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        replay.build_outputs(include_inputs=False)
        assert "two" in replay.activations_violins[1].names
        assert "states" not in replay.activations_violins[1].names
        plot = replay.build_feature_space()
        np.testing.assert_allclose(plot.data.bent_line.input[0], replay.view.outputs("two", 0), rtol=1e-5)
        with pytest.raises(ModelError, match="'states' has several outputs"):
            replay.build_feature_space(layer_name="states")


def test_layers_that_are_shared_have_no_violin_but_where_they_are_named(tmp_path: Path) -> None:
    x = layers.Input((2,))
    both = layers.Dense(3, "tanh", name="both")
    own = layers.Dense(2, "tanh", name="own")(x)
    model = keras.Model(x, layers.Dense(1, name="last")(layers.add([both(x), both(own)])))
    model.compile(loss="mse")
    ReplayData(X, Y, tmp_path / "run.h5", "a", model=model)
    with Replay(tmp_path / "run.h5", "a") as replay:
        for before in (False, True):
            replay.build_outputs(before_activation=before, include_inputs=False)
        assert "own" in replay.activations_violins[1].names
        assert "both" not in replay.activations_violins[1].names
        assert replay.zvalues_violins[1].names == ("own",)
        with pytest.raises(ModelError, match=r"'both' .*shared"):
            replay.build_outputs(layer_names=["own", "both"])
