"""Samples as the user gives them, made arrays: one, or several in a list or under names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any, TypeAlias

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError

__all__ = ["Arrays", "as_arrays", "as_floats", "gathered", "kind_of", "map_arrays", "parts", "read_only", "rows_of"]

Arrays: TypeAlias = "np.ndarray | list[np.ndarray] | dict[str, np.ndarray]"
"""One array, or several: in the order of a model's inputs, or under their names."""

_DATA_SETS = ("Dataset", "DataLoader", "PyDataset", "generator")


def as_arrays(name: str, values: Any) -> Arrays:
    """Arrays of numbers, equally long: one of each that was given.

    Several are a mapping, or, as in Keras, a list or tuple whose elements are arrays themselves. A list of numbers or
    of rows is one array.

    Parameters
    ----------
    name
        What users call them.
    values
        Arrays, frames, tensors or lists.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They are no arrays of numbers, or of different lengths, or there are none.
    """
    if isinstance(values, Mapping):
        return _equally_long(name, {_checked_key(name, key): _as_array(name, part) for key, part in values.items()})
    if isinstance(values, (list, tuple)) and values and all(np.ndim(getattr(v, "shape", 0)) == 1 for v in values):
        if len(values) > 1 and all(len(part.shape) == 0 for part in values):
            return _as_array(name, values)
        several = [_as_array(name, part) for part in values]
        return several[0] if len(several) == 1 else _equally_long(name, several)
    return _as_array(name, values)


def parts(arrays: Arrays) -> dict[str, np.ndarray]:
    """Each array under its name: the key, the position in a list, or ``""`` where there is only one."""
    if isinstance(arrays, np.ndarray):
        return {"": arrays}
    return dict(arrays) if isinstance(arrays, dict) else {str(i): array for i, array in enumerate(arrays)}


def kind_of(arrays: Arrays) -> str:
    """How they were given: ``one``, ``list`` or ``dict``."""
    return "one" if isinstance(arrays, np.ndarray) else type(arrays).__name__


def gathered(kind: str, named: Mapping[str, np.ndarray]) -> Arrays:
    """What `parts` took apart."""
    if kind == "dict":
        return dict(named)
    return list(named.values()) if kind == "list" else named[""]


def map_arrays(function: Callable[[Any], Any], values: Any) -> Any:
    """The function of each array, in the same list, tuple or mapping."""
    if isinstance(values, Mapping):
        return {key: map_arrays(function, value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [map_arrays(function, value) for value in values]
    return function(values)


def read_only(array: np.ndarray) -> np.ndarray:
    """The same numbers, which can't be written to through it."""
    seen = array.view()
    seen.flags.writeable = False
    return seen


def as_floats(array: np.ndarray) -> np.ndarray:
    """The same numbers, which whole ones and truth values are made."""
    return array if array.dtype.kind == "f" else array.astype(np.float32)


def rows_of(arrays: Arrays) -> int:
    """Number of samples."""
    return len(next(iter(parts(arrays).values())))


def _equally_long(name: str, several: Any) -> Any:
    lengths = {key: len(array) for key, array in parts(several).items()}
    if not lengths:
        raise ArgumentValueError(f"The `{name}` must hold at least one array; got none.")
    if len(set(lengths.values())) > 1:
        raise ArgumentValueError(
            f"The arrays of `{name}` must be equally long; got {lengths}. (A list of arrays is one array for "
            "each input or output of the model; pass the samples of a single one as one array.)"
        )
    return several


def _checked_key(name: str, key: object) -> str:
    if not isinstance(key, str) or not key or not key.isprintable():
        raise ArgumentTypeError(f"The `{name}` must be named by text; got the key {key!r}.")
    return key


def _as_array(name: str, values: Any) -> np.ndarray:
    if isinstance(values, (Mapping, str, bytes)):
        raise ArgumentTypeError(f"The `{name}` must be arrays of numbers; got a {type(values).__name__}.")
    if any(kind.__name__ in _DATA_SETS for kind in type(values).__mro__):
        raise ArgumentTypeError(
            f"The `{name}` must be arrays, not a {type(values).__name__}: train on that, and record some samples of it."
        )
    try:
        array = _numbers(_on_the_host(values))
    except (ValueError, TypeError) as error:
        raise ArgumentValueError(f"The `{name}` can't be made one array: {error}") from error
    if array.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"The `{name}` must be numbers; got an array of dtype {array.dtype}.{_encode(array)}")
    if array.ndim == 0 or len(array) == 0:
        raise ArgumentValueError(f"The `{name}` must hold at least one sample; got an array of shape {array.shape}.")
    return array


def _encode(array: np.ndarray) -> str:
    return (
        " Give classes as 0, 1, 2, ... as the loss takes them." if array.dtype.kind in "UO" and array.size > 1 else ""
    )


def _on_the_host(values: Any) -> Any:
    """A tensor of PyTorch may be on another device, or ask for gradients, and then makes no array by itself."""
    if hasattr(values, "detach") and hasattr(values, "cpu"):
        values = values.detach().cpu()
        return values.float() if str(values.dtype) == "torch.bfloat16" else values
    return values.toarray() if hasattr(values, "toarray") else values  # scipy's sparse matrices


def _numbers(values: Any) -> np.ndarray:
    array = np.array(values)
    if array.dtype.kind == "V" and "bfloat16" in str(array.dtype):
        return array.astype(np.float32)
    # A frame with columns of several types is an array of Python's own numbers.
    if array.dtype == object and array.size and all(isinstance(value, (Number, np.bool_)) for value in array.flat):
        return array.astype(np.float64)
    # Keras knows neither the other order of bytes (of IDX, FITS and netCDF files) nor floats wider than these.
    widest = array.dtype.kind == "f" and array.dtype.itemsize > 8
    return array.astype(np.float64 if widest else array.dtype.newbyteorder("="), copy=False)
