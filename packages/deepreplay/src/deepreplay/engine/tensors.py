"""Arrays into tensors of the Keras backend, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import map_arrays
from deepreplay.engine.runtime import runtime

__all__ = ["array_of", "inputs_of", "tensor_of", "weights_of"]


def tensor_of(array: Any) -> Any:
    """A tensor of the same numbers, which may be used several times."""
    # PyTorch warns of arrays that can't be written to, as those are that users are given.
    return load_keras().ops.convert_to_tensor(np.require(array, requirements="W"))


def inputs_of(arrays: Any) -> Any:
    """Arrays, in any list or mapping, as a compiled function takes them once."""
    return arrays if runtime().TAKES_ARRAYS else map_arrays(tensor_of, arrays)


def weights_of(arrays: Sequence[np.ndarray], *, once: bool) -> list[Any]:
    """Weights as compiled functions take them; tensors, where they are used more than once."""
    found: list[Any] = inputs_of(list(arrays)) if once else list(map(tensor_of, arrays))
    return found


def array_of(tensor: Any) -> np.ndarray:
    """The numbers of a tensor, which may be read only."""
    # Keras would copy them.
    array = np.asarray(tensor if runtime().TAKES_ARRAYS else load_keras().ops.convert_to_numpy(tensor))
    # numpy has no bfloat16 of its own.
    return array if array.dtype.kind in "biuf" else array.astype(np.float32)
