"""Which weights of a model are recorded, and as what: the way into a recording, and back."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import ml_dtypes
import numpy as np

from deepreplay import models, schema
from deepreplay._keras import load_keras
from deepreplay.errors import LayerNotFoundError, RecordingWarning, did_you_mean

__all__ = ["DTYPES", "Snapshot", "decoded"]

DTYPES: Final = ("float16", "bfloat16")
"""What floating-point weights may be stored as, to halve their size."""

_LARGEST = float(np.finfo(np.float16).max)


class Snapshot:
    """What is taken of a model.

    Parameters
    ----------
    model
        A built model.
    layers
        Names of the layers whose weights are recorded; None for all. Of the others, those that are frozen
        are recorded once, in the first state, since they stay as they are.
    dtype
        One of `DTYPES`, or None: floating-point weights as they are.

    Raises
    ------
    LayerNotFoundError
        The model has no such layer.
    """

    def __init__(self, model: Any, layers: Sequence[str] | None, dtype: str | None) -> None:
        owners = models.owners_of(model)
        names = [owner.name for owner in owners if owner.variables]
        for layer in layers or ():
            if layer not in names:
                raise LayerNotFoundError(f"The model has no layer {layer!r} with weights.{did_you_mean(layer, names)}")
        self._dtype = dtype
        self._chosen = [i for i, owner in enumerate(owners) if layers is None or owner.name in layers]
        self._frozen = [i for i, owner in enumerate(owners) if i not in self._chosen and owner.frozen]
        self._overflowed = False

    def described(self) -> dict[str, Any]:
        """Fields of the header: owners of weights in every state and in the first one alone, and the dtype."""
        return {"recorded": self._chosen, "frozen": self._frozen, "weights_dtype": self._dtype or ""}

    def take(self, model: Any, *, first: bool) -> dict[str, np.ndarray]:
        """The weights now, by the names that they are recorded under."""
        owners = models.owners_of(model)
        taken = [*self._chosen, *self._frozen] if first else self._chosen
        return {
            schema.weights_record(owner, position): self._encoded(_value(variable))
            for owner in taken
            for position, variable in enumerate(owners[owner].variables)
        }

    def nbytes(self, model: Any) -> int:
        """Size of one state."""
        owners = models.owners_of(model)
        return sum(self._size(variable) for owner in self._chosen for variable in owners[owner].variables)

    def _size(self, variable: Any) -> int:
        size = np.dtype(_stored_dtype(variable)).itemsize
        halved = self._dtype is not None and np.dtype(_stored_dtype(variable)).kind == "f"
        return int(np.prod(variable.shape)) * (2 if halved else size)

    def _encoded(self, value: np.ndarray) -> np.ndarray:
        if self._dtype is None or value.dtype.kind != "f":
            return value
        if self._dtype == "bfloat16":
            return value.astype(ml_dtypes.bfloat16).view(np.uint16)
        if not self._overflowed and np.max(np.abs(value), initial=0, where=np.isfinite(value)) > _LARGEST:
            self._overflowed = True
            warnings.warn(
                f"Weights beyond {_LARGEST:.0f} are recorded as infinite by dtype='float16'; dtype='bfloat16' has room "
                "for them.",
                RecordingWarning,
                stacklevel=2,
            )
        with np.errstate(over="ignore"):
            return value.astype(np.float16)


def decoded(value: np.ndarray, header: Mapping[str, Any], owner: int, position: int) -> np.ndarray:
    """A recorded weight, or several states of it, in the dtype of the model."""
    dtype = header["layers"][owner]["dtypes"][position]
    if "float" not in dtype:
        return value
    if header["weights_dtype"] == "bfloat16":
        value = value.view(ml_dtypes.bfloat16)
    return value.astype(dtype if dtype in ("float16", "float64") else np.float32, copy=False)


def _stored_dtype(variable: Any) -> str:
    dtype = str(load_keras().backend.standardize_dtype(variable.dtype))
    return "float32" if dtype.startswith(("bfloat", "float8")) else dtype


def _value(variable: Any) -> np.ndarray:
    value = np.asarray(load_keras().ops.convert_to_numpy(_whole(variable.value)))
    # numpy has no bfloat16 or float8 of its own, and HDF5 tools can't read them; float32 holds all their values.
    return value if value.dtype.kind in "fiub" else value.astype(np.float32)


def _whole(value: Any) -> Any:
    """An array of JAX whose parts lie in several processes, brought together in each."""
    if getattr(value, "is_fully_addressable", True) or getattr(value, "is_fully_replicated", True):
        return value
    from jax.experimental.multihost_utils import process_allgather

    return process_allgather(value, tiled=True)
