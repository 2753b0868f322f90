"""Probabilities and classes, from whatever the outputs of a model are."""

from __future__ import annotations

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from handyhooks import ReplayView

__all__ = ["checked_threshold", "classes_of", "probabilities", "why_no_classes"]


def why_no_classes(view: ReplayView) -> str | None:
    """Why the model is no classifier of samples that are one array; None where it is."""
    if not isinstance(view.inputs, np.ndarray):
        return "its model has several inputs."
    if not isinstance(view.targets, np.ndarray):
        return "its model has several outputs."
    if view.labels is None:
        return "its targets are not classes (whole numbers from 0 on, or one-hot)."
    shape = view.output_shape()
    if len(shape) > 1:
        return "its model does not give one class a sample."
    outputs = shape[0] if shape else 1
    if int(view.labels.max()) >= max(2, outputs):
        return f"its targets are not classes of a model with {outputs} output{'s' * (outputs > 1)}: is it a regression?"
    return None


def checked_threshold(threshold: object) -> float:
    """A probability between 0 and 1.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is none.
    """
    if isinstance(threshold, (bool, np.bool_)) or not isinstance(threshold, (int, float, np.number)):
        raise ArgumentTypeError(f"The `threshold` must be a number; got {threshold!r}.")
    if not 0 < threshold < 1:
        raise ArgumentValueError(f"The `threshold` must be a probability between 0 and 1; got {threshold!r}.")
    return float(threshold)


def probabilities(view: ReplayView, outputs: np.ndarray) -> np.ndarray:
    """Outputs, shape (samples, ...), as probabilities of classes, shape (samples, 1 or classes)."""
    flat = outputs.reshape(len(outputs), -1)
    if not view.from_logits:
        return flat
    if flat.shape[1] == 1:
        return 0.5 * (1 + np.tanh(0.5 * flat))
    powers = np.exp(flat - flat.max(axis=1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def classes_of(probability: np.ndarray, threshold: float) -> np.ndarray:
    """Class of each row of probabilities: the likeliest, or whether a single one is above the threshold.

    -1 where there is none, because a probability is no number.
    """
    if probability.shape[-1] == 1:
        found = (probability[..., 0] > threshold).astype(np.int16)
    else:
        found = probability.argmax(axis=-1).astype(np.int16)
    lost = np.isnan(probability).any(axis=-1)
    if lost.any():
        found[lost] = -1
    return found
