"""What can be computed of a model for the weights of an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import Arrays, map_arrays, rows_of
from deepreplay.engine.chunks import Footprint, blocks, even, joined, narrow, padded
from deepreplay.engine.losses import averages, from_logits, per_sample_loss
from deepreplay.engine.parts import in_words, part_of
from deepreplay.engine.pre_activations import PreActivations
from deepreplay.engine.runtime import runtime
from deepreplay.errors import LayerNotFoundError, ModelError, did_you_mean
from deepreplay.models import owners_of

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
        self._fresh: list[np.ndarray] | None = None
        self._pre_activations = PreActivations(model)
        self._footprint = Footprint(model)

    @property
    def layer_names(self) -> list[str]:
        """Names of the layers, from input to output."""
        return [layer.name for layer in self._model.layers]

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
        data = [arrays for arrays in (inputs, targets, sample_weight) if arrays is not None]
        self._fresh_metrics(data)
        owners, others = self._trainable()
        values = {id(w): self._tensor(array) for w, array in zip(self._model.weights, weights, strict=True)}
        if not owners:
            return {}
        name = f"gradients {len(data)}"
        if name not in self._functions:
            self._functions[name] = self._runtime.gradient(self._loss)
        moving, fixed = ([values[id(w)] for w in several] for several in (owners, others))
        totals: dict[int, np.ndarray] = {}
        for block, share in self._shares(data, self._footprint.learning(inputs)):
            with in_words(self._model):
                found = self._functions[name](moving, fixed, block)
            for owner, gradient in zip(owners, found, strict=True):
                totals[id(owner)] = totals.get(id(owner), 0) + self._array(gradient) * np.float32(share)
        owned = {o.name: [totals[id(v)] for v in o.variables if id(v) in totals] for o in owners_of(self._model)}
        return {owner: several for owner, several in owned.items() if several}

    def _trainable(self) -> tuple[list[Any], list[Any]]:
        """Weights that are trained, and the others."""
        trainable = {id(variable) for variable in self._model.trainable_weights}
        owners = [w for w in self._model.weights if id(w) in trainable]
        return owners, [w for w in self._model.weights if id(w) not in trainable]

    def _shares(self, data: Sequence[Arrays], rows: int) -> Iterator[tuple[list[Any], float]]:
        """Blocks of the samples; all at once where the loss of all is not the mean of those of the blocks."""
        samples = rows_of(data[0])
        for block, count in blocks(data, rows if averages(self._model) else samples):
            yield [self._tensors(arrays) for arrays in block], count / samples

    def _loss(self, moving: Sequence[Any], fixed: Sequence[Any], data: Sequence[Any]) -> Any:
        owners, others = self._trainable()
        values = [*zip(owners, moving, strict=True), *zip(others, fixed, strict=True)]
        with self._keras.StatelessScope(state_mapping=values, collect_losses=True):
            return self._judged(data[0], self._model(data[0], training=False), *data[1:])

    def _judged(self, x: Any, predictions: Any, y: Any, *sample_weight: Any) -> Any:
        """The loss that training would see."""
        # PyTorch's losses raise where those of the other backends give NaN.
        if self._lost(predictions):
            return sum(self._keras.ops.sum(one - one) for one in self._keras.tree.flatten(predictions))
        return self._model.compute_loss(x, y, predictions, *sample_weight, training=False)

    def _lost(self, predictions: Any) -> bool:
        """Whether some are no numbers, as far as that can be looked at."""
        flat, ops = self._keras.tree.flatten(predictions), self._keras.ops
        return self._runtime.EAGER and not all(bool(ops.all(ops.isfinite(one))) for one in flat)

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
        data = [arrays for arrays in (inputs, targets, sample_weight) if arrays is not None]
        evaluate = self._function(f"evaluate {len(data)}", lambda: self._evaluate)
        values = [self._tensor(array) for array in weights]
        state, loss, results = self._fresh_metrics(data), 0.0, {}
        for block, share in self._shares(data, self._footprint.predicting(inputs)):
            with in_words(self._model):
                part, results, state = evaluate(values, state, block)
            loss += share * float(self._array(part))
        # Most metrics are numbers; some, as an F score of each class, are arrays.
        found = {name: self._array(value) for name, value in results.items()}
        return {**{name: value if value.ndim else float(value) for name, value in found.items()}, "loss": loss}

    def _evaluate(
        self, weights: Sequence[Any], metrics: Sequence[Any], data: Sequence[Any]
    ) -> tuple[Any, dict[str, Any], list[Any]]:
        """Loss of some samples; metrics of these and of those before, and what they go on from."""
        x, y, *sample_weight = data
        variables = self._model.metrics_variables
        values = [*zip(self._model.weights, weights, strict=True), *zip(variables, metrics, strict=True)]
        with self._keras.StatelessScope(state_mapping=values, collect_losses=True) as scope:
            predictions = self._model(x, training=False)
            loss = self._judged(x, predictions, y, *sample_weight)
            results = self._measured(x, y, predictions, *sample_weight)
            state = [scope.get_current_value(variable) for variable in variables]
        return loss, results, state

    def _measured(self, x: Any, y: Any, predictions: Any, *sample_weight: Any) -> dict[str, Any]:
        try:
            return dict(self._model.compute_metrics(x, y, predictions, *sample_weight))
        except RuntimeError:
            # As in `_judged`.
            if not self._lost(predictions):
                raise
            return dict.fromkeys(self._model.get_metrics_result(), self._tensor(np.float32("nan")))

    def _by_blocks(self, name: str, make: Callable[[], Callable[..., Any]], weights: Weights, inputs: Arrays) -> Any:
        return self._in_blocks(self._with_weights(name, make, inputs), weights, inputs)

    def _in_blocks(self, function: Callable[..., Any], weights: Weights, *data: Arrays) -> Any:
        """A function of weights and samples, computed block by block; it takes narrow samples turned."""
        values = [self._tensor(array) for array in weights]
        rows = even(self._footprint.predicting(data[0]), rows_of(data[0]))

        def found() -> Iterator[tuple[Any, int]]:
            for block, count in blocks(data, rows):
                inputs, *others = padded(block, rows)
                inputs = map_arrays(np.transpose, inputs) if narrow(inputs) else inputs
                with in_words(self._model):
                    results = function(values, *map(self._tensors, [inputs, *others]))
                yield map_arrays(self._array, results), count

        return joined(found(), rows_of(data[0]))

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

    def _fresh_metrics(self, data: Sequence[Arrays]) -> list[Any]:
        """What the variables of the metrics begin with. Losses and metrics can't make them without a sample."""
        if self._fresh is None:
            sample = [self._tensors(map_arrays(lambda array: array[:1], arrays)) for arrays in data]
            values = [(weight, weight.value) for weight in self._model.weights]
            with in_words(self._model), self._keras.StatelessScope(state_mapping=values):
                self._runtime.rehearsed(self._measure, *sample)
            variables = self._model.metrics_variables
            before = [(variable, self._array(variable.value)) for variable in variables]
            self._model.reset_metrics()
            self._fresh = [np.array(self._array(variable.value)) for variable in variables]
            for variable, value in before:
                variable.assign(value)
        return [self._tensor(value) for value in self._fresh]

    def _measure(self, x: Any, y: Any, *sample_weight: Any) -> None:
        predictions = self._model(x, training=False)
        self._model.compute_loss(x, y, predictions, *sample_weight, training=False)
        self._model.compute_metrics(x, y, predictions, *sample_weight)

    def _tensors(self, arrays: Any) -> Any:
        return map_arrays(self._tensor, arrays)

    def _tensor(self, array: Any) -> Any:
        # PyTorch warns of arrays that can't be written to, as those are that users are given.
        return self._keras.ops.convert_to_tensor(np.require(array, requirements="W"))

    def _array(self, tensor: Any) -> np.ndarray:
        array = np.asarray(self._keras.ops.convert_to_numpy(tensor))
        # numpy has no bfloat16 of its own.
        return array if array.dtype.kind in "biuf" else array.astype(np.float32)


def _evaluating(model: Any) -> Callable[[Any], Any]:
    return lambda x: model(x, training=False)
