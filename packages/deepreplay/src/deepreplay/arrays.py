"""Samples and targets as the user gives them, made arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError

__all__ = ["as_inputs", "as_targets"]


def as_inputs(inputs: Any) -> np.ndarray:
    """Samples of a model with one input, shape (samples, ...).

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They are no array of numbers, or there are none.
    """
    return _as_array("inputs", inputs)


def as_targets(targets: Any, *, samples: int) -> np.ndarray:
    """Targets of a model with one output, shape (samples, ...).

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They are no array of numbers, or not one a sample.
    """
    array = _as_array("targets", targets)
    if len(array) != samples:
        raise ArgumentValueError(
            f"The `inputs` and `targets` must be equally long; got {samples} samples and {len(array)} targets."
        )
    return array


def _as_array(name: str, values: Any) -> np.ndarray:
    if isinstance(values, (Mapping, str, bytes)):
        raise ArgumentTypeError(f"The `{name}` must be one array of numbers; got a {type(values).__name__}.")
    try:
        array = np.array(values)
    except (ValueError, TypeError) as error:
        raise ArgumentValueError(f"The `{name}` can't be made one array: {error}") from error
    if array.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"The `{name}` must be numbers; got an array of dtype {array.dtype}.")
    if array.ndim == 0 or len(array) == 0:
        raise ArgumentValueError(f"The `{name}` must hold at least one sample; got an array of shape {array.shape}.")
    return array
