"""A small replay that is made up: what a visualization is checked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np

__all__ = ["SyntheticReplay", "Task"]

Task: TypeAlias = Literal["binary", "multiclass", "regression"]

_OUTPUTS: Final[dict[str, int]] = {"binary": 1, "multiclass": 3, "regression": 1}
_LEAST: Final = 1e-7
"""Probabilities are kept this far from 0 and 1, as Keras does."""


class SyntheticReplay:
    """A `ReplayView` of a network with one hidden layer, which is computed here and needs no Keras.

    The layers are ``hidden`` (tanh), ``dropout`` (without weights) and ``output`` (sigmoid, softmax or linear).
    Weights move on a straight line from random ones to others, a step a recorded epoch.

    Parameters
    ----------
    task
        ``"binary"``: one output, binary cross-entropy. ``"multiclass"``: three outputs, cross-entropy.
        ``"regression"``: one output, squared error.
    epochs
        Numbers of the recorded states, ascending from 0.
    samples, features, hidden
        Numbers of samples, inputs, and units of the hidden layer.
    seed
        Of data and weights.
    """

    def __init__(
        self,
        task: Task = "binary",
        *,
        epochs: Sequence[int] = (0, 2, 4, 6, 8),
        samples: int = 24,
        features: int = 2,
        hidden: int = 2,
        seed: int = 0,
    ) -> None:
        random = np.random.default_rng(seed)
        outputs = _OUTPUTS[task]
        shapes = [(features, hidden), (hidden,), (hidden, outputs), (outputs,)]
        self._task: Task = task
        self._epochs = tuple(epochs)
        self._inputs = random.uniform(-1, 1, (samples, features)).astype("float32")
        self._start = [random.normal(0, 1, shape).astype("float32") for shape in shapes]
        self._end = [random.normal(0, 2, shape).astype("float32") for shape in shapes]
        if task == "regression":
            self._targets = self._inputs.sum(axis=1, keepdims=True)
        else:
            # Every class occurs, however few the samples.
            self._targets = random.permutation(np.arange(samples) % max(outputs, 2)).reshape(-1, 1)

    @property
    def epochs(self) -> Sequence[int]:
        """Numbers of the recorded states, ascending."""
        return self._epochs

    @property
    def unit(self) -> str:
        """What a state was recorded after."""
        return "epoch"

    @property
    def inputs(self) -> np.ndarray:
        """Inputs, shape (samples, features)."""
        return self._inputs

    @property
    def targets(self) -> np.ndarray:
        """Targets, shape (samples, 1)."""
        return np.asarray(self._targets)

    @property
    def labels(self) -> np.ndarray | None:
        """Class of each sample, shape (samples,); None for a regression."""
        return None if self._task == "regression" else self._targets[:, 0]

    @property
    def layer_names(self) -> Sequence[str]:
        """Names of the layers."""
        return ("hidden", "dropout", "output")

    def weights(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Kernel and bias of each layer; none for the dropout."""
        share = np.float32(self._position(epoch) / max(len(self._epochs) - 1, 1))
        now = [start + share * (end - start) for start, end in zip(self._start, self._end, strict=True)]
        return {"hidden": now[:2], "dropout": [], "output": now[2:]}

    def outputs(self, layer: str, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Activations of a layer, shape (samples, units), for the inputs or for `X`."""
        if layer not in self.layer_names:
            raise KeyError(f"There is no layer {layer!r}; choose from {', '.join(self.layer_names)}.")
        weights = self.weights(epoch)
        values = self._inputs if X is None else np.asarray(X)
        hidden = np.tanh(values @ weights["hidden"][0] + weights["hidden"][1])
        if layer != "output":
            return np.asarray(hidden)
        return self._activate(hidden @ weights["output"][0] + weights["output"][1])

    def output_shape(self, layer: str | None = None) -> tuple[int, ...]:
        """Number of units of a layer, or of the outputs."""
        return self.outputs(layer or "output", self._epochs[0]).shape[1:]

    def zvalues(self, layer: str, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """What goes into the activation function of ``hidden`` or ``output``, shape (samples, units)."""
        if not self.has_zvalues(layer):
            raise KeyError(f"Layer {layer!r} has no activation function; choose from hidden, output.")
        kernel, bias = self.weights(epoch)[layer]
        values = self._inputs if X is None else np.asarray(X)
        return np.asarray((values if layer == "hidden" else self.outputs("hidden", epoch, X)) @ kernel + bias)

    def has_zvalues(self, layer: str) -> bool:
        """Whether it is one of the two layers with an activation function."""
        return layer in ("hidden", "output")

    @property
    def from_logits(self) -> bool:
        """The outputs are probabilities."""
        return False

    def predict(self, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Outputs of the network, shape (samples, outputs)."""
        return self.outputs("output", epoch, X)

    def outputs_and_predictions(
        self, layer: str, epoch: int, X: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """What `outputs` and `predict` give."""
        return self.outputs(layer, epoch, X), self.predict(epoch, X)

    def losses(self, epoch: int) -> np.ndarray:
        """Loss of each sample, shape (samples,)."""
        predicted = self.predict(epoch)
        if self._task == "regression":
            return np.asarray(((predicted - self._targets) ** 2).mean(axis=1))
        likely = np.clip(predicted, _LEAST, 1 - _LEAST)
        if self._task == "binary":
            likely = np.hstack([1 - likely, likely])
        return np.asarray(-np.log(np.take_along_axis(likely, self._targets, axis=1)[:, 0]))

    def gradients(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Gradients of the mean loss for kernel and bias of each layer, by backpropagation."""
        hidden, kernel = self.outputs("hidden", epoch), self.weights(epoch)["output"][0]
        at_output = self._slopes(self.predict(epoch)) / len(self._inputs)
        at_hidden = at_output @ kernel.T * (1 - hidden**2)
        return {
            "hidden": [self._inputs.T @ at_hidden, at_hidden.sum(axis=0)],
            "dropout": [],
            "output": [hidden.T @ at_output, at_output.sum(axis=0)],
        }

    def evaluate(self, epoch: int) -> dict[str, float]:
        """Mean loss, and accuracy, or the mean absolute error of a regression."""
        metric = "mae" if self._task == "regression" else "accuracy"
        return {"loss": float(self.losses(epoch).mean()), metric: self._metric(epoch)}

    def series(self, name: str) -> np.ndarray:
        """One number a recorded epoch after 0: ``"loss"``, ``"lr"``; ``"accuracy"``, or ``"mae"`` for a regression."""
        reported = [self.evaluate(epoch) | {"lr": 0.01} for epoch in self._epochs[1:]]
        if name not in reported[0]:
            raise KeyError(f"Training reported no {name!r}; choose from {', '.join(reported[0])}.")
        return np.array([numbers[name] for numbers in reported])

    def _position(self, epoch: int) -> int:
        if epoch not in self._epochs:
            raise KeyError(f"There is no state {epoch!r}; choose from {', '.join(map(str, self._epochs))}.")
        return self._epochs.index(epoch)

    def _activate(self, values: np.ndarray) -> np.ndarray:
        if self._task == "regression":
            return values
        if self._task == "binary":
            return np.asarray(1 / (1 + np.exp(-values)))
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def _slopes(self, predicted: np.ndarray) -> np.ndarray:
        """Slope of each sample's loss along what goes into the last activation."""
        if self._task == "regression":
            return np.asarray(2 * (predicted - self._targets))
        if self._task == "binary":
            return np.asarray(predicted - self._targets)
        return np.asarray(predicted - np.eye(predicted.shape[1])[self._targets[:, 0]])

    def _metric(self, epoch: int) -> float:
        predicted = self.predict(epoch)
        if self._task == "regression":
            return float(np.abs(predicted - self._targets).mean())
        chosen = predicted[:, 0] > 0.5 if self._task == "binary" else predicted.argmax(axis=1)
        return float((chosen == self._targets[:, 0]).mean())
