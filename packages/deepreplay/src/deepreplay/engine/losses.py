"""The loss of each sample, from whatever a model was compiled with."""

from __future__ import annotations

from typing import Any

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError

__all__ = ["per_sample_loss"]


def per_sample_loss(model: Any, targets: Any, predictions: Any) -> Any:
    """Loss of each sample, shape (samples,), without regularizers. Several numbers a sample are averaged.

    Raises
    ------
    ModelError
        The model has no loss, or several.
    """
    keras = load_keras()
    loss = getattr(model, "loss", None)
    if loss is None:
        raise ModelError("The recorded model was compiled without a loss.")
    if isinstance(loss, (list, tuple, dict)):
        raise ModelError("Losses of samples need a model with one output and one loss.")
    if isinstance(loss, keras.losses.Loss):
        function = type(loss).from_config({**loss.get_config(), "reduction": None})
    else:
        function = keras.losses.get(loss)
    # Targets of shape (samples,) meet predictions of shape (samples, 1), as in Keras' own training.
    if len(targets.shape) == len(predictions.shape) - 1 and predictions.shape[-1] == 1:
        targets = keras.ops.expand_dims(targets, -1)
    losses = function(keras.ops.cast(targets, predictions.dtype), predictions)
    return keras.ops.mean(losses, axis=tuple(range(1, len(losses.shape)))) if len(losses.shape) > 1 else losses
