"""The loss of each sample, from whatever a model was compiled with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError

__all__ = ["per_sample_loss"]


def per_sample_loss(model: Any) -> Callable[[Any, Any], Any]:
    """Function of targets and predictions that gives the loss of each sample, shape (samples,).

    Regularizers are left out; several numbers a sample are averaged.

    Raises
    ------
    ModelError
        The model has no loss, or several.
    """
    function = _loss_function(model)
    ops = load_keras().ops

    def losses(targets: Any, predictions: Any) -> Any:
        # Targets of shape (samples,) meet predictions of shape (samples, 1), as in Keras' own training.
        if len(targets.shape) == len(predictions.shape) - 1 and predictions.shape[-1] == 1:
            targets = ops.expand_dims(targets, -1)
        values = function(ops.cast(targets, predictions.dtype), predictions)
        return ops.mean(values, axis=tuple(range(1, len(values.shape)))) if len(values.shape) > 1 else values

    return losses


def _loss_function(model: Any) -> Any:
    losses = load_keras().losses
    loss = getattr(model, "loss", None)
    if loss is None:
        raise ModelError("The recorded model was compiled without a loss.")
    if isinstance(loss, (list, tuple, dict)):
        raise ModelError("Losses of samples need a model with one output and one loss.")
    if isinstance(loss, losses.Loss):
        return type(loss).from_config({**loss.get_config(), "reduction": None})
    return losses.get(loss)
