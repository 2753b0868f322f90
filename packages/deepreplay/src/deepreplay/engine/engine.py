"""What can be computed of a model for the weights of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import Arrays, map_arrays, rows_of
from deepreplay.engine.chunks import Footprint, blocks, even, joined, narrow, padded
from deepreplay.engine.learning import Learning
from deepreplay.engine.losses import from_logits, per_sample_loss
from deepreplay.engine.parts import in_words, part_of
from deepreplay.engine.pre_activations import PreActivations
from deepreplay.engine.runtime import runtime
from deepreplay.engine.tensors import array_of, inputs_of, weights_of
from deepreplay.errors import LayerNotFoundError, ModelError, did_you_mean

__all__ = ["Engine"]

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
        self._pre_activations = PreActivations(model)
        self._footprint = Footprint(model)
        self._learning = Learning(model)

    @property
    def layer_names(self) -> list[str]:
        """Names of the layers that compute something, from input to output: without those that hold the inputs."""
        holders = self._keras.layers.InputLayer
        return [layer.name for layer in self._model.layers if not isinstance(layer, holders)]

    def predict(self, weights: Weights, inputs: Arrays) -> Any:
        """Outputs of the model, shape (samples, ...)."""
        return self._by_blocks("predict", lambda: _evaluating(self._model), weights, inputs)

    def outputs(self, layer: str, weights: Weights, inputs: Arrays) -> Any:
        """Activations of a layer, shape (samples, ...).

        Raises
        ------
        LayerNotFoundError
            The model has no such layer.
        ModelError
            The model is no graph of layers, so its layers have no outputs of their own.
        """
        return self._by_blocks(f"outputs of {layer}", lambda: _evaluating(self._part(layer)), weights, inputs)

    def outputs_and_predictions(self, layer: str, weights: Weights, inputs: Arrays) -> tuple[Any, Any]:
        """`outputs` and `predict` in one go: what both need is computed once, where the backend compiles.

        Raises
        ------
        LayerNotFoundError, ModelError
            As `outputs` does.
        """

        def make() -> Callable[[Any], list[Any]]:
            both = _evaluating(self._part(layer)), _evaluating(self._model)
            return lambda x: [one(x) for one in both]

        outputs, predictions = self._by_blocks(f"outputs of {layer} and predict", make, weights, inputs)
        return outputs, predictions

    def output_shape(self, layer: str | None = None) -> tuple[int, ...] | None:
        """Shape of what a layer, or the model, gives for one sample; None where only evaluating tells.

        Raises
        ------
        LayerNotFoundError, ModelError
            As `outputs` does.
        """
        part = self._model if layer is None else self._part(layer)
        try:
            shape = tuple(part.output.shape[1:])
        except (AttributeError, ValueError):  # of several outputs, or of a model that is no graph of layers
            return None
        return None if None in shape else shape

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
        return self._by_blocks(f"zvalues of {layer}", lambda: self._pre_activations.of(layer), weights, inputs)

    def has_zvalues(self, layer: str) -> bool:
        """Whether a layer applies an activation function to what it has computed."""
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
        return self._learning.gradients(weights, inputs, targets, sample_weight)

    def losses(self, weights: Weights, inputs: Arrays, targets: Arrays) -> np.ndarray:
        """Loss of each sample, without regularizers and sample weights, shape (samples,).

        Raises
        ------
        ModelError
            The model has no loss, or the targets don't fit its outputs.
        """
        if self._uncompiled:
            self._check_compiled()
        loss = self._function("losses", lambda: per_sample_loss(self._model))
        predict = self._with_weights("predict", lambda: _evaluating(self._model), inputs)
        # One after the other: compiled together, they are rounded in other places than the predictions.
        return self._in_blocks(lambda values, x, y: loss(y, predict(values, x)), weights, inputs, targets)

    def evaluate(
        self, weights: Weights, inputs: Arrays, targets: Arrays, sample_weight: Arrays | None = None
    ) -> dict[str, Any]:
        """Loss with regularizers, and metrics, as ``model.evaluate`` gives them for all samples in one batch.

        Raises
        ------
        ModelError
            The model was not compiled.
        """
        self._check_compiled()
        return self._learning.evaluate(weights, inputs, targets, sample_weight)

    def _by_blocks(self, name: str, make: Callable[[], Callable[..., Any]], weights: Weights, inputs: Arrays) -> Any:
        return self._in_blocks(self._with_weights(name, make, inputs), weights, inputs)

    def _in_blocks(self, function: Callable[..., Any], weights: Weights, *data: Arrays) -> Any:
        """A function of weights and samples, computed block by block; it takes narrow samples turned."""
        samples = rows_of(data[0])
        rows = even(self._footprint.predicting(data[0]), samples)
        values = weights_of(weights, once=rows >= samples)

        def found() -> Iterator[tuple[Any, int]]:
            for block, count in blocks(data, rows):
                inputs, *others = padded(block, rows)
                inputs = map_arrays(np.transpose, inputs) if narrow(inputs) else inputs
                with in_words(self._model):
                    results = function(values, *inputs_of([inputs, *others]))
                yield map_arrays(array_of, results), count

        return joined(found(), samples)

    def _with_weights(self, name: str, make: Callable[[], Callable[..., Any]], inputs: Arrays) -> Callable[..., Any]:
        """A function of samples that uses the model, with all of the model's weights as an argument before them.

        It takes narrow samples turned: XLA makes twice as fast code for few features with the samples side by side.
        """
        turned = narrow(inputs)

        def stateless() -> Callable[..., Any]:
            function = make()

            def call(values: Sequence[Any], x: Any) -> Any:
                x = map_arrays(self._keras.ops.transpose, x) if turned else x
                with self._keras.StatelessScope(state_mapping=list(zip(self._model.weights, values, strict=True))):
                    return function(x)

            return call

        return self._function(f"{name}, turned" if turned else name, stateless)

    def _function(self, name: str, make: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        # Kept, because a function is compiled when it is first called.
        if name not in self._functions:
            self._functions[name] = self._runtime.compiled(make())
        return self._functions[name]

    def _part(self, layer: str) -> Any:
        self._check_layer(layer)
        return part_of(self._model, layer)

    def _check_layer(self, layer: str) -> None:
        if layer not in self.layer_names:
            raise LayerNotFoundError(f"The model has no layer {layer!r}.{did_you_mean(str(layer), self.layer_names)}")

    def _check_compiled(self) -> None:
        if not self._model.compiled:
            reason = self._uncompiled or "The recorded model was not compiled, so it has no loss and no metrics."
            raise ModelError(reason)


def _evaluating(model: Any) -> Callable[[Any], Any]:
    return lambda x: model(x, training=False)
