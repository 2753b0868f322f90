"""Runs that DeepReplay 0.1 recorded, for reading.

Their group has attributes and datasets like today's, but no header and no count of records: every dataset is as long as
the training was meant to be, and holds zeros in rows that it never reached.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np

from deepreplay.storage._hdf5_files import open_file
from deepreplay.storage._hdf5_names import encode

__all__ = ["LegacyReader", "is_legacy"]

_STATIC = ("inputs", "targets")


def is_legacy(item: Any) -> bool:
    """Whether an HDF5 object is a run of DeepReplay 0.1."""
    if not isinstance(item, h5py.Group) or "header" in item.attrs:
        return False
    return {"n_epochs", "n_layers"} <= set(item.attrs) and set(_STATIC) <= set(item)


class LegacyReader:
    """See `handyhooks.StorageReader`. No file is kept open.

    The header has ``format`` 0, the group's attributes, ``arrays_a_layer`` (how many arrays each layer has),
    ``inputs_shape`` and ``targets_shape``.
    """

    def __init__(self, location: str, group: str) -> None:
        self._location = os.path.abspath(location)
        self._group = group
        self._closed = False
        with self._open() as run:
            plain = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in run.attrs.items()}
            layers = [f"layer{number}" for number in range(int(plain["n_layers"]))]
            arrays = [_numbered(run[layer], "weights") if layer in run else [] for layer in layers]
            self._header = {
                **plain,
                "format": 0,
                "arrays_a_layer": list(map(len, arrays)),
                "inputs_shape": list(run["inputs"].shape),
                "targets_shape": list(run["targets"].shape),
            }
            self._weights = [f"{layer}/{name}" for layer, names in zip(layers, arrays, strict=True) for name in names]
            self._series = {
                name: np.asarray(item[()])
                for name, item in run.items()
                if isinstance(item, h5py.Dataset) and name not in _STATIC and item.ndim == 1
            }
            self._count = self._reached(run) + 1

    @property
    def header(self) -> Mapping[str, Any]:
        """What the attributes tell."""
        return dict(self._header)

    def static(self, name: str) -> np.ndarray:
        """Inputs or targets."""
        if name not in _STATIC:
            raise KeyError(name)
        with self._open() as run:
            return np.asarray(run[name][()])

    def __len__(self) -> int:
        return self._count

    def names(self) -> Sequence[str]:
        """Weights, then what is one number an epoch."""
        return [*self._weights, *self._series]

    def read(self, name: str, index: int | slice) -> np.ndarray:
        """One state's array, or those of a slice; metrics begin with state 1."""
        if not isinstance(index, slice) and not 0 <= index < self._count:
            raise IndexError(f"Record {index} is not there: there are {self._count}.")
        wanted = np.arange(self._count)[index]
        if name in self._weights:
            with self._open() as run:
                return np.asarray(run[name][: self._count])[wanted]
        if np.any(wanted == 0):
            raise KeyError(name)
        return np.asarray(self._series[name][wanted - 1])

    def refresh(self) -> None:
        """Nothing writes it any more."""

    def close(self) -> None:
        """No file is kept open."""
        self._closed = True

    @contextmanager
    def _open(self) -> Iterator[h5py.Group]:
        if self._closed:
            raise OSError("it was closed")
        with open_file(self._location, "r") as file:
            yield file.hdf5[encode(self._group)]

    def _reached(self, run: h5py.Group) -> int:
        """The last epoch that left anything but zeros."""
        lengths = [len(values) for values in self._series.values()] + [len(run[name]) - 1 for name in self._weights]
        changed = np.zeros(max(lengths, default=0), dtype=bool)
        for values in self._series.values():
            changed[: len(values)] |= values != 0
        for name in self._weights:
            states = np.asarray(run[name][1:])
            changed[: len(states)] |= (states.reshape(len(states), -1) != 0).any(axis=1)
        return int(np.flatnonzero(changed)[-1]) + 1 if changed.any() else 0


def _numbered(group: h5py.Group, prefix: str) -> list[str]:
    names = [name for name in group if re.fullmatch(rf"{prefix}\d+", name)]
    return sorted(names, key=lambda name: int(name.removeprefix(prefix)))
