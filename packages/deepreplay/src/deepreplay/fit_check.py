"""Whether the samples of a recording are ones that the model takes, found before it is trained."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import map_arrays, parts
from deepreplay.engine.losses import per_sample_loss
from deepreplay.errors import ModelError
from deepreplay.samples import Samples

__all__ = ["check_samples"]

_FEW: Final = 2
"""Samples to try; as many as a batch where the model takes no other number."""


def check_samples(model: Any, samples: Samples) -> None:
    """Try the model and its loss on a few samples, without computing, where Keras can tell by the shapes alone.

    Raises
    ------
    ModelError
        The model does not take the inputs, or its loss the targets.
    """
    inputs = getattr(model, "inputs", None)
    count = _batch_size(inputs)
    few = samples.rows(np.arange(count) % len(samples))
    complaint = f"The model can't be given the recorded `inputs` ({_shapes(samples.inputs)}); it takes {_takes(model)}"
    if inputs and len(inputs) != len(parts(samples.inputs)):  # Keras passes over what is too many
        raise ModelError(f"{complaint}.")
    predictions = _tried(lambda x: model(x, training=False), few.inputs, complaint)
    if getattr(model, "loss", None) is None or not _made_anew(model.loss):
        return
    losses = _tried(
        per_sample_loss(model),
        (few.targets, map_arrays(lambda spec: np.zeros(spec.shape, np.float32), predictions)),
        f"The recorded `targets` ({_shapes(samples.targets)}) don't fit what the model gives ({_shapes(predictions)}) "
        "and its loss",
    )
    if losses is not None and tuple(losses.shape) != (count,):
        raise ModelError(
            f"The recorded `targets` ({_shapes(samples.targets)}) don't fit what the model gives "
            f"({_shapes(predictions)}): its loss is not one number a sample."
        )


def _batch_size(inputs: Any) -> int:
    return next((int(tensor.shape[0]) for tensor in inputs or () if tensor.shape and tensor.shape[0]), _FEW)


def _made_anew(losses: Any) -> bool:
    """Whether losses give one number a sample: their config must make them, which not all of the user's own can."""
    keras = load_keras()
    try:
        for loss in keras.tree.flatten(losses):
            if isinstance(loss, keras.losses.Loss):
                type(loss).from_config(loss.get_config())
    # Whatever the user's own code raises.
    except Exception:
        return False
    return True


def _tried(function: Any, arguments: Any, complaint: str) -> Any:
    """What comes out: shapes alone, or where those can't be told, tensors."""
    keras = load_keras()
    arrays = arguments if isinstance(arguments, tuple) else (arguments,)
    specs = [map_arrays(lambda a: keras.KerasTensor(a.shape, _dtype(a)), array) for array in arrays]
    try:
        return _output_spec(function, specs)
    # Code that needs values to decide; the values decide then, and tell what is wrong, if anything is.
    except Exception:
        pass
    try:
        return function(*(map_arrays(keras.ops.convert_to_tensor, array) for array in arrays))
    # Whatever the model's own code raises.
    except Exception as error:
        raise ModelError(f"{complaint}: {str(error).strip().partition(chr(10))[0]}") from error


def _output_spec(function: Any, specs: list[Any]) -> Any:
    """Shapes and dtypes of what the function gives, without computing it."""

    class Operation(load_keras().Operation):  # type: ignore[misc]
        def call(self, *arguments: Any) -> Any:
            return function(*arguments)

    return Operation().compute_output_spec(*specs)


def _dtype(array: np.ndarray) -> str:
    return load_keras().config.floatx() if array.dtype.kind == "f" else str(array.dtype)


def _shapes(arrays: Any) -> str:
    """Shapes in words, without the number of samples."""
    if not hasattr(arrays, "shape"):
        arrays = dict(arrays) if hasattr(arrays, "items") else list(arrays)
        pairs = arrays.items() if isinstance(arrays, dict) else enumerate(arrays)
        return ", ".join(f"{name}: {_shapes(array)}" for name, array in pairs)
    return f"shape {('samples', *arrays.shape[1:])}".replace("'", "")


def _takes(model: Any) -> str:
    inputs = getattr(model, "inputs", None)
    return ", ".join(f"{tensor.name}: {_shapes(tensor)}" for tensor in inputs) if inputs else "others"
