"""The loss of each sample, from whatever a model was compiled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError

__all__ = ["averages", "from_logits", "per_sample_loss"]


def per_sample_loss(model: Any) -> Callable[[Any, Any], Any]:
    """Function of targets and predictions that gives the loss of each sample, shape (samples,).

    Regularizers and sample weights are left out; several numbers a sample are averaged. The losses of several outputs
    are summed, each times its loss weight.

    Raises
    ------
    ModelError
        The model has no loss, or (when the function is called) the targets don't fit its outputs.
    """
    if getattr(model, "loss", None) is None:
        raise ModelError("The recorded model was compiled without a loss.")
    weights = _loss_weights(model)

    def losses(targets: Any, predictions: Any) -> Any:
        names = _names(model, predictions)
        one_a_piece = zip(
            _by_output(model.loss, names, "loss"),
            _by_output(weights, names, "loss weights"),
            _by_output(targets, names, "targets"),
            _by_output(predictions, names, "predictions"),
            strict=True,
        )
        total = None
        for loss, weight, target, prediction in one_a_piece:
            if loss is None:
                continue
            values = _of_one_output(loss, target, prediction)
            values = values if weight is None else values * weight
            total = values if total is None else total + values
        return total

    return losses


def _of_one_output(loss: Any, targets: Any, predictions: Any) -> Any:
    ops = load_keras().ops
    # Targets of shape (samples,) meet predictions of shape (samples, 1), as in Keras' own training.
    if len(targets.shape) == len(predictions.shape) - 1 and predictions.shape[-1] == 1:
        targets = ops.expand_dims(targets, -1)
    # PyTorch's losses raise where those of the other backends give NaN.
    finite = ops.where(ops.isfinite(predictions), predictions, ops.zeros_like(predictions))
    values = _function(loss)(ops.cast(targets, predictions.dtype), finite)
    lost = ops.sum(predictions - finite, axis=tuple(range(1, len(predictions.shape))))
    return lost + (ops.mean(values, axis=tuple(range(1, len(values.shape)))) if len(values.shape) > 1 else values)


def _function(loss: Any) -> Any:
    losses = load_keras().losses
    if isinstance(loss, losses.Loss):
        # Its config need not do to make another one; and Keras has a way of its own to copy, through a file.
        copied = object.__new__(type(loss))
        vars(copied).update(vars(loss), reduction=None)
        return copied
    found = losses.get(loss)
    return _function(found) if isinstance(found, losses.Loss) else found


def _loss_weights(model: Any) -> Any:
    # Keras keeps them nowhere else that is public.
    try:
        return (model.get_compile_config() or {}).get("loss_weights")
    # Whatever a custom loss or metric raises when it is serialized.
    except Exception:
        return None


def _names(model: Any, predictions: Any) -> list[str]:
    if isinstance(predictions, Mapping):
        return list(predictions)
    count = len(predictions) if isinstance(predictions, (list, tuple)) else 1
    names = getattr(model, "output_names", None) or []
    return list(names) if len(names) == count else [str(position) for position in range(count)]


def _by_output(values: Any, names: Sequence[str], what: str) -> list[Any]:
    """One for each output: by name, by position, or the same for all."""
    if isinstance(values, Mapping):
        unknown = [name for name in values if name not in names]
        if unknown:
            raise ModelError(f"The {what} name {unknown}, but the model's outputs are {list(names)}.")
        return [values.get(name) for name in names]
    if isinstance(values, (list, tuple)):
        if len(values) != len(names):
            raise ModelError(f"There are {len(values)} {what} for the model's {len(names)} outputs {list(names)}.")
        return list(values)
    if len(names) > 1 and what in ("targets", "predictions"):
        raise ModelError(f"One array of {what} does not do for the model's {len(names)} outputs {list(names)}.")
    return [values] * len(names)


def from_logits(loss: Any) -> bool:
    """Whether a loss takes logits: one that was told so, or was made by a function that was."""
    told = loss.get_config() if isinstance(loss, load_keras().losses.Loss) else getattr(loss, "keywords", None)
    return bool((told or {}).get("from_logits", False))


def averages(model: Any) -> bool:
    """Whether the loss of a model is a mean over samples: those of parts make that of the whole."""
    keras = load_keras()
    if type(model).compute_loss is not keras.Model.compute_loss:
        return False
    losses = [one for one in keras.tree.flatten(getattr(model, "loss", None)) if isinstance(one, keras.losses.Loss)]
    return all(getattr(one, "reduction", None) in ("sum_over_batch_size", "mean") for one in losses)
