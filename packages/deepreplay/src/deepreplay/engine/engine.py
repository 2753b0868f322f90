"""What can be computed of a model for the weights of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.engine.losses import per_sample_loss
from deepreplay.engine.runtime import runtime
from deepreplay.errors import LayerNotFoundError, ModelError, did_you_mean

__all__ = ["Engine"]

CHUNK: Final = 131_072
"""Rows of samples that go through the model at once, at most."""

CHUNK_BYTES: Final = 64 * 1024 * 1024
"""Bytes of samples that do."""

Weights = Sequence[np.ndarray]


class Engine:
    """Evaluates a built model with given weights. The model's own values are never read or changed.

    Parameters
    ----------
    model
        A built Keras model with one input and one output.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._keras = load_keras()
        self._compiled = runtime().compiled
        self._functions: dict[str, Callable[..., Any]] = {}

    @property
    def layer_names(self) -> list[str]:
        """Names of the layers, from input to output."""
        return [layer.name for layer in self._model.layers]

    def predict(self, weights: Weights, inputs: np.ndarray) -> np.ndarray:
        """Outputs of the model, shape (samples, ...)."""
        return self._by_chunks("predict", lambda: self._model, weights, inputs)

    def outputs(self, layer: str, weights: Weights, inputs: np.ndarray) -> np.ndarray:
        """Activations of a layer, shape (samples, ...).

        Raises
        ------
        LayerNotFoundError
            The model has no such layer.
        ModelError
            The model is no graph of layers, so its layers have no outputs of their own.
        """
        return self._by_chunks(f"outputs of {layer}", lambda: self._part(layer), weights, inputs)

    def losses(self, weights: Weights, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Loss of each sample, without regularizers, shape (samples,)."""
        predictions = self._tensor(self.predict(weights, inputs))
        loss = self._function("losses", lambda: per_sample_loss(self._model))
        return self._array(loss(self._tensor(targets), predictions))

    def evaluate(self, weights: Weights, inputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Loss with regularizers, and metrics, as ``model.evaluate`` gives them for all samples in one batch.

        Raises
        ------
        ModelError
            The model was not compiled.
        """
        self._check_compiled()
        x, y = self._tensor(inputs), self._tensor(targets)
        self._build_metrics(x[:1], y[:1])
        fresh = [np.zeros(variable.shape, variable.dtype) for variable in self._model.metrics_variables]
        evaluate = self._function("evaluate", lambda: self._evaluate)
        results = evaluate([self._tensor(w) for w in weights], [self._tensor(f) for f in fresh], x, y)
        return {name: float(self._array(value)) for name, value in results.items()}

    def _evaluate(self, weights: Sequence[Any], metrics: Sequence[Any], x: Any, y: Any) -> dict[str, Any]:
        values = [*zip(self._model.weights, weights, strict=True)]
        values += zip(self._model.metrics_variables, metrics, strict=True)
        with self._keras.StatelessScope(state_mapping=values, collect_losses=True):
            predictions = self._model(x, training=False)
            loss = self._model.compute_loss(x, y, predictions, training=False)
            results = self._model.compute_metrics(x, y, predictions)
        return {**results, "loss": loss}

    def _by_chunks(self, name: str, part: Callable[[], Any], weights: Weights, inputs: np.ndarray) -> np.ndarray:
        function = self._function(name, lambda: self._stateless(part()))
        values = [self._tensor(array) for array in weights]
        chunks = [self._array(function(values, self._tensor(chunk)))[:rows] for chunk, rows in _chunks(inputs)]
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)

    def _stateless(self, part: Any) -> Callable[..., Any]:
        """The part of the model as a function of all of the model's weights and of samples."""

        def call(values: Sequence[Any], x: Any) -> Any:
            with self._keras.StatelessScope(state_mapping=list(zip(self._model.weights, values, strict=True))):
                return part(x, training=False)

        return call

    def _function(self, name: str, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        # Kept, because a function is compiled when it is first called.
        if name not in self._functions:
            self._functions[name] = self._compiled(make())
        return self._functions[name]

    def _part(self, layer: str) -> Any:
        if layer not in self.layer_names:
            raise LayerNotFoundError(f"The model has no layer {layer!r}.{did_you_mean(layer, self.layer_names)}")
        try:
            return self._keras.Model(self._model.inputs, self._model.get_layer(layer).output)
        except (AttributeError, ValueError) as error:
            raise ModelError(
                f"Layer {layer!r} of {self._model.name!r} has no output of its own: that takes a Sequential or a "
                "functional model."
            ) from error

    def _check_compiled(self) -> None:
        if not self._model.compiled:
            raise ModelError("The recorded model was not compiled, so it has no loss and no metrics.")

    def _build_metrics(self, x: Any, y: Any) -> None:
        """Let the metrics make their variables, which can't be done without a sample."""
        if all(getattr(metric, "built", True) for metric in self._model.metrics):
            return
        self._model.compute_metrics(x, y, self._model(x, training=False))
        self._model.reset_metrics()

    def _tensor(self, array: Any) -> Any:
        return self._keras.ops.convert_to_tensor(array)

    def _array(self, tensor: Any) -> np.ndarray:
        return np.asarray(self._keras.ops.convert_to_numpy(tensor))


def _chunks(inputs: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Blocks of samples, all of one size so that nothing is compiled twice, and how many of each are samples."""
    size = max(1, min(CHUNK, CHUNK_BYTES // max(1, inputs[:1].nbytes), len(inputs)))
    for start in range(0, len(inputs), size):
        chunk = inputs[start : start + size]
        rows = len(chunk)
        yield (chunk if rows == size else np.concatenate([chunk, inputs[: size - rows]])), rows
