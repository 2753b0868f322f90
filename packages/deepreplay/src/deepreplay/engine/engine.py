"""What can be computed of a model for the weights of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import Arrays, map_arrays, parts, rows_of
from deepreplay.engine.losses import from_logits, per_sample_loss
from deepreplay.engine.pre_activations import PreActivations, source_of
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

    What goes in and comes out is one array, or where the model has several inputs or outputs, a list or mapping of
    arrays, as the model itself takes and gives them.

    Parameters
    ----------
    model
        A built Keras model.
    uncompiled
        Why it could not be compiled, to be said where a loss is asked for.
    """

    def __init__(self, model: Any, uncompiled: str = "") -> None:
        self._model = model
        self._uncompiled = uncompiled
        self._keras = load_keras()
        self._runtime = runtime()
        self._functions: dict[str, Callable[..., Any]] = {}
        self._metrics_built = False
        self._pre_activations = PreActivations(model)

    @property
    def layer_names(self) -> list[str]:
        """Names of the layers, from input to output."""
        return [layer.name for layer in self._model.layers]

    def predict(self, weights: Weights, inputs: Arrays) -> Any:
        """Outputs of the model, shape (samples, ...)."""
        return self._by_chunks("predict", lambda: self._model, weights, inputs)

    def outputs(self, layer: str, weights: Weights, inputs: Arrays) -> Any:
        """Activations of a layer, shape (samples, ...).

        Raises
        ------
        LayerNotFoundError
            The model has no such layer.
        ModelError
            The model is no graph of layers, so its layers have no outputs of their own.
        """
        return self._by_chunks(f"outputs of {layer}", lambda: self._part(layer), weights, inputs)

    def zvalues(self, layer: str, weights: Weights, inputs: Arrays) -> Any:
        """What goes into the activation function of a layer, shape (samples, ...).

        Raises
        ------
        LayerNotFoundError
            The model has no such layer.
        ModelError
            The layer has no activation function of its outputs (see `has_zvalues`), or no one output of its own.
        """
        self._check_layer(layer)
        return self._by_chunks(f"zvalues of {layer}", lambda: self._pre_activations.of(layer), weights, inputs)

    def has_zvalues(self, layer: str) -> bool:
        """Whether a layer applies one activation function to what it has computed."""
        self._check_layer(layer)
        return self._pre_activations.known(layer)

    @property
    def from_logits(self) -> bool:
        """Whether the loss takes the outputs as logits, which are no probabilities yet."""
        return from_logits(getattr(self._model, "loss", None))

    def gradients(
        self, weights: Weights, inputs: Arrays, targets: Arrays, sample_weight: Arrays | None = None
    ) -> dict[str, list[np.ndarray]]:
        """Gradients of the loss, with regularizers, over all samples: by layer, one for each trainable weight.

        Raises
        ------
        ModelError
            The model was not compiled.
        """
        self._check_compiled()
        data = [self._tensors(arrays) for arrays in (inputs, targets, sample_weight) if arrays is not None]
        self._build_metrics([map_arrays(lambda tensor: tensor[:1], tensors) for tensors in data])
        trainable = {id(variable) for variable in self._model.trainable_weights}
        values = [self._tensor(array) for array in weights]
        moving = [v for v, w in zip(values, self._model.weights, strict=True) if id(w) in trainable]
        fixed = [v for v, w in zip(values, self._model.weights, strict=True) if id(w) not in trainable]
        if not moving:
            return {}
        name = f"gradients {len(data)}"
        if name not in self._functions:
            self._functions[name] = self._runtime.gradient(self._loss)
        names = [id(w) for w in self._model.weights if id(w) in trainable]
        found = dict(zip(names, self._functions[name](moving, fixed, data), strict=True))
        owned = {layer.name: [found[id(w)] for w in layer.trainable_weights] for layer in self._model.layers}
        return {layer: [self._array(one) for one in several] for layer, several in owned.items() if several}

    def _loss(self, moving: Sequence[Any], fixed: Sequence[Any], data: Sequence[Any]) -> Any:
        x, y, *sample_weight = data
        trainable = {id(variable) for variable in self._model.trainable_weights}
        owners = [w for w in self._model.weights if id(w) in trainable]
        others = [w for w in self._model.weights if id(w) not in trainable]
        values = [*zip(owners, moving, strict=True), *zip(others, fixed, strict=True)]
        with self._keras.StatelessScope(state_mapping=values, collect_losses=True):
            predictions = self._model(x, training=False)
            return self._model.compute_loss(x, y, predictions, *sample_weight, training=False)

    def losses(self, weights: Weights, inputs: Arrays, targets: Arrays) -> np.ndarray:
        """Loss of each sample, without regularizers and sample weights, shape (samples,).

        Raises
        ------
        ModelError
            The model has no loss, or the targets don't fit its outputs.
        """
        if self._uncompiled:
            self._check_compiled()
        predictions = self._tensors(self.predict(weights, inputs))
        loss = self._function("losses", lambda: per_sample_loss(self._model))
        return self._array(loss(self._tensors(targets), predictions))

    def evaluate(
        self, weights: Weights, inputs: Arrays, targets: Arrays, sample_weight: Arrays | None = None
    ) -> dict[str, float]:
        """Loss with regularizers, and metrics, as ``model.evaluate`` gives them for all samples in one batch.

        Raises
        ------
        ModelError
            The model was not compiled.
        """
        self._check_compiled()
        data = [self._tensors(arrays) for arrays in (inputs, targets, sample_weight) if arrays is not None]
        self._build_metrics([map_arrays(lambda tensor: tensor[:1], tensors) for tensors in data])
        fresh = [np.zeros(variable.shape, variable.dtype) for variable in self._model.metrics_variables]
        evaluate = self._function(f"evaluate {len(data)}", lambda: self._evaluate)
        results = evaluate([self._tensor(w) for w in weights], [self._tensor(f) for f in fresh], data)
        return {name: float(self._array(value)) for name, value in results.items()}

    def _evaluate(self, weights: Sequence[Any], metrics: Sequence[Any], data: Sequence[Any]) -> dict[str, Any]:
        x, y, *sample_weight = data
        values = [*zip(self._model.weights, weights, strict=True)]
        values += zip(self._model.metrics_variables, metrics, strict=True)
        with self._keras.StatelessScope(state_mapping=values, collect_losses=True):
            predictions = self._model(x, training=False)
            loss = self._model.compute_loss(x, y, predictions, *sample_weight, training=False)
            results = self._model.compute_metrics(x, y, predictions, *sample_weight)
        return {**results, "loss": loss}

    def _by_chunks(self, name: str, part: Callable[[], Any], weights: Weights, inputs: Arrays) -> Any:
        function = self._function(name, lambda: self._stateless(part()))
        values = [self._tensor(array) for array in weights]
        chunks = [self._first(rows, function(values, self._tensors(chunk))) for chunk, rows in _chunks(inputs)]
        return chunks[0] if len(chunks) == 1 else self._keras.tree.map_structure(lambda *c: np.concatenate(c), *chunks)

    def _stateless(self, part: Any) -> Callable[..., Any]:
        """The part of the model as a function of all of the model's weights and of samples."""

        def call(values: Sequence[Any], x: Any) -> Any:
            with self._keras.StatelessScope(state_mapping=list(zip(self._model.weights, values, strict=True))):
                return part(x, training=False)

        return call

    def _function(self, name: str, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        # Kept, because a function is compiled when it is first called.
        if name not in self._functions:
            self._functions[name] = self._runtime.compiled(make())
        return self._functions[name]

    def _part(self, layer: str) -> Any:
        self._check_layer(layer)
        try:
            return self._keras.Model(source_of(self._model), self._model.get_layer(layer).output)
        except (AttributeError, ValueError) as error:
            raise ModelError(
                f"Layer {layer!r} of {self._model.name!r} has no one output of its own: either it is used several "
                "times (shared), or the model is no graph of layers (a subclassed one)."
            ) from error

    def _check_layer(self, layer: str) -> None:
        if layer not in self.layer_names:
            raise LayerNotFoundError(f"The model has no layer {layer!r}.{did_you_mean(str(layer), self.layer_names)}")

    def _check_compiled(self) -> None:
        if not self._model.compiled:
            reason = self._uncompiled or "The recorded model was not compiled, so it has no loss and no metrics."
            raise ModelError(reason)

    def _build_metrics(self, first: Sequence[Any]) -> None:
        """Let losses and metrics make their variables, which can't be done without a sample."""
        if self._metrics_built:
            return
        x, y, *sample_weight = first
        predictions = self._model(x, training=False)
        self._model.compute_loss(x, y, predictions, *sample_weight, training=False)
        self._model.compute_metrics(x, y, predictions, *sample_weight)
        self._model.reset_metrics()
        self._metrics_built = True

    def _first(self, rows: int, tensors: Any) -> Any:
        return map_arrays(lambda tensor: self._array(tensor)[:rows], tensors)

    def _tensors(self, arrays: Any) -> Any:
        return map_arrays(self._tensor, arrays)

    def _tensor(self, array: Any) -> Any:
        return self._keras.ops.convert_to_tensor(array)

    def _array(self, tensor: Any) -> np.ndarray:
        array = np.asarray(self._keras.ops.convert_to_numpy(tensor))
        # numpy has no bfloat16 of its own.
        return array if array.dtype.kind in "biuf" else array.astype(np.float32)


def _chunks(inputs: Arrays) -> Iterator[tuple[Arrays, int]]:
    """Blocks of samples, all of one size so that nothing is compiled twice, and how many of each are samples."""
    samples = rows_of(inputs)
    bytes_a_sample = sum(array[:1].nbytes for array in parts(inputs).values())
    size = max(1, min(CHUNK, CHUNK_BYTES // max(1, bytes_a_sample), samples))
    for start in range(0, samples, size):
        yield map_arrays(partial(_block, start=start, size=size), inputs), min(size, samples - start)


def _block(array: np.ndarray, *, start: int, size: int) -> np.ndarray:
    block = array[start : start + size]
    return block if len(block) == size else np.concatenate([block, array[: size - len(block)]])
