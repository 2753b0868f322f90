"""How well a model does for the weights of an epoch: loss, metrics and gradients over samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import Arrays, map_arrays, rows_of
from deepreplay.engine.chunks import Footprint, blocks
from deepreplay.engine.losses import averages
from deepreplay.engine.parts import in_words
from deepreplay.engine.runtime import runtime
from deepreplay.engine.tensors import array_of, inputs_of, tensor_of, weights_of
from deepreplay.models import owners_of

__all__ = ["Learning"]


class Learning:
    """What training sees of a compiled model, for given weights. The model's own values are never read or changed.

    Parameters
    ----------
    model
        A built Keras model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._keras = load_keras()
        self._runtime = runtime()
        self._footprint = Footprint(model)
        self._functions: dict[str, Callable[..., Any]] = {}
        self._fresh: list[np.ndarray] | None = None

    def gradients(
        self, weights: Sequence[np.ndarray], inputs: Arrays, targets: Arrays, sample_weight: Arrays | None = None
    ) -> dict[str, list[np.ndarray]]:
        """Gradients of the loss, with regularizers, over all samples: by layer, one for each trainable weight."""
        data = [arrays for arrays in (inputs, targets, sample_weight) if arrays is not None]
        self._fresh_metrics(data)
        owners, others = self._trainable()
        values = {id(w): tensor_of(array) for w, array in zip(self._model.weights, weights, strict=True)}
        if not owners:
            return {}
        name = f"gradients {len(data)}"
        if name not in self._functions:
            self._functions[name] = self._runtime.gradient(self._loss)
        moving, fixed = ([values[id(w)] for w in several] for several in (owners, others))
        totals: dict[int, np.ndarray] = {}
        for block, share in _shares(data, self._rows(inputs, self._footprint.learning(inputs))):
            with in_words(self._model):
                found = self._functions[name](moving, fixed, block)
            for owner, gradient in zip(owners, found, strict=True):
                totals[id(owner)] = totals.get(id(owner), 0) + array_of(gradient) * np.float32(share)
        owned = {o.name: [totals[id(v)] for v in o.variables if id(v) in totals] for o in owners_of(self._model)}
        return {owner: several for owner, several in owned.items() if several}

    def _trainable(self) -> tuple[list[Any], list[Any]]:
        """Weights that are trained, and the others."""
        trainable = {id(variable) for variable in self._model.trainable_weights}
        owners = [w for w in self._model.weights if id(w) in trainable]
        return owners, [w for w in self._model.weights if id(w) not in trainable]

    def _rows(self, inputs: Arrays, rows: int) -> int:
        """Samples in a block: all where the loss of all is not the mean of those of the blocks."""
        return rows if averages(self._model) else rows_of(inputs)

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

    def evaluate(
        self, weights: Sequence[np.ndarray], inputs: Arrays, targets: Arrays, sample_weight: Arrays | None = None
    ) -> dict[str, Any]:
        """Loss with regularizers, and metrics, as ``model.evaluate`` gives them for all samples in one batch."""
        data = [arrays for arrays in (inputs, targets, sample_weight) if arrays is not None]
        name = f"evaluate {len(data)}"
        if name not in self._functions:
            self._functions[name] = self._runtime.compiled(self._evaluate)
        rows = self._rows(inputs, self._footprint.predicting(inputs))
        values = weights_of(weights, once=rows >= rows_of(inputs))
        state, loss, results = self._fresh_metrics(data), 0.0, {}
        for block, share in _shares(data, rows):
            with in_words(self._model):
                part, results, state = self._functions[name](values, state, block)
            loss += share * float(array_of(part))
        # Most metrics are numbers; some, as an F score of each class, are arrays.
        found = {name: array_of(value) for name, value in results.items()}
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
            return dict.fromkeys(self._model.get_metrics_result(), tensor_of(np.float32("nan")))

    def _fresh_metrics(self, data: Sequence[Arrays]) -> list[Any]:
        """What the variables of the metrics begin with. Losses and metrics can't make them without a sample."""
        if self._fresh is None:
            sample = inputs_of(map_arrays(lambda array: array[:1], data))
            values = [(weight, weight.value) for weight in self._model.weights]
            with in_words(self._model), self._keras.StatelessScope(state_mapping=values):
                self._runtime.rehearsed(self._measure, *sample)
            variables = self._model.metrics_variables
            before = [(variable, array_of(variable.value)) for variable in variables]
            self._model.reset_metrics()
            self._fresh = [np.array(array_of(variable.value)) for variable in variables]
            for variable, value in before:
                variable.assign(value)
        fresh: list[Any] = inputs_of(self._fresh)
        return fresh

    def _measure(self, x: Any, y: Any, *sample_weight: Any) -> None:
        predictions = self._model(x, training=False)
        self._model.compute_loss(x, y, predictions, *sample_weight, training=False)
        self._model.compute_metrics(x, y, predictions, *sample_weight)


def _shares(data: Sequence[Arrays], rows: int) -> Iterator[tuple[list[Any], float]]:
    """Blocks of the samples, and which part of them each is."""
    for block, count in blocks(data, rows):
        yield inputs_of(block), count / rows_of(data[0])
