"""What a visualization shows, for every built epoch, computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from deepreplay.arrays import read_only
from deepreplay.run import checked_epoch

__all__ = ["EpochArray", "EpochData", "Namespace"]

Compute = Callable[[int], Mapping[str, Any]]


class EpochArray:
    """One array for each built epoch, along the first axis; ``np.asarray`` computes them all.

    Parameters
    ----------
    compute
        Gives the arrays of an epoch by their names.
    name
        Which of them.
    epochs
        The built epochs.
    """

    def __init__(self, compute: Compute, name: str, epochs: Sequence[int]) -> None:
        self._compute = compute
        self._name = name
        self._epochs = epochs

    def __len__(self) -> int:
        return len(self._epochs)

    def __getitem__(self, key: Any) -> Any:
        position, *rest = key if isinstance(key, tuple) else (key,)
        if isinstance(position, slice):
            every = (slice(None), *rest)
            return self._stacked(self._epochs[position])[every]
        if isinstance(position, (int, np.integer)) and not isinstance(position, bool):
            return self._one(self._epochs[int(position)])[tuple(rest)]
        return np.asarray(self)[key]

    def __iter__(self) -> Iterator[Any]:
        return (self._one(epoch)[()] for epoch in self._epochs)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return self._stacked(self._epochs).astype(dtype or self.dtype, copy=False)

    def __repr__(self) -> str:
        return f"<{self._name}: array of shape {self.shape}, by epoch>"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the whole: (built epochs, ...)."""
        return (len(self), *self._one(self._epochs[0]).shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of its elements."""
        return self._one(self._epochs[0]).dtype

    def _one(self, epoch: int) -> np.ndarray:
        # It is drawn too: who reads it must not change it.
        return read_only(np.asarray(self._compute(epoch)[self._name]))

    def _stacked(self, epochs: Sequence[int]) -> np.ndarray:
        if not len(epochs):
            return np.empty((0, *self.shape[1:]), self.dtype)
        return np.stack([self._one(epoch) for epoch in epochs])


class Namespace:
    """Arrays by name. A dot in a name makes a namespace of its own: ``bent_line.input``.

    Parameters
    ----------
    find
        Gives what a full name stands for.
    names
        All full names.
    prefix
        Beginning of the names in this namespace.
    """

    def __init__(self, find: Callable[[str], Any], names: Callable[[], Sequence[str]], prefix: str = "") -> None:
        self._find = find
        self._names = names
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        full = self._prefix + name
        if not name.startswith("_"):
            if full in self._names():
                return self._find(full)
            if any(known.startswith(f"{full}.") for known in self._names()):
                return Namespace(self._find, self._names, f"{full}.")
        raise AttributeError(f"There is no {full!r} here; there is {', '.join(self._names())}.")

    def __dir__(self) -> list[str]:
        own = [known.removeprefix(self._prefix) for known in self._names() if known.startswith(self._prefix)]
        return sorted({*super().__dir__(), *(name.partition(".")[0] for name in own)})


class EpochData(Namespace):
    """What a visualization shows: `EpochArray`s by name, and arrays that are the same in all epochs.

    Parameters
    ----------
    compute
        Gives the arrays of an epoch by their names.
    epochs
        The built epochs, ascending.
    static
        What does not depend on the epoch.
    unit
        What they are: ``"epoch"`` or ``"batch"``.
    """

    def __init__(self, compute: Compute, epochs: Sequence[int], static: Mapping[str, Any], unit: str = "epoch") -> None:
        super().__init__(self._whole, self._all_names)
        self._compute = compute
        self._static = static
        self._unit = unit
        self.epochs = tuple(epochs)

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, position: int) -> SimpleNamespace:
        """Everything of one built epoch, by its position."""
        return self.at(self.epochs[position])

    def at(self, epoch: int) -> SimpleNamespace:
        """Everything of one epoch, by its number.

        Raises
        ------
        EpochError
            The epoch was not built.
        """
        values = {**self._static, **self._compute(checked_epoch(epoch, self.epochs, self._unit))}
        return _nested({name: _fixed(value) for name, value in values.items()})

    def __repr__(self) -> str:
        return f"<data of epochs {self.epochs[0]} to {self.epochs[-1]}: {', '.join(self._all_names())}>"

    def _whole(self, name: str) -> Any:
        return _fixed(self._static[name]) if name in self._static else EpochArray(self._compute, name, self.epochs)

    def _all_names(self) -> list[str]:
        return [*self._static, *self._compute(self.epochs[0])]


def _fixed(value: Any) -> Any:
    return read_only(value) if isinstance(value, np.ndarray) else value


def _nested(values: Mapping[str, Any]) -> SimpleNamespace:
    result = SimpleNamespace()
    for name, value in values.items():
        place = result
        *path, last = name.split(".")
        for step in path:
            if not hasattr(place, step):
                setattr(place, step, SimpleNamespace())
            place = getattr(place, step)
        setattr(place, last, value)
    return result
