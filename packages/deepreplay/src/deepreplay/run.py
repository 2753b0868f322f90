"""A recorded run: what a storage backend's reader holds, by epochs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from deepreplay import models, schema
from deepreplay.errors import (
    ArgumentTypeError,
    EpochError,
    MetricNotFoundError,
    StorageError,
    did_you_mean,
)
from deepreplay.storage import as_group_name, as_location, choose
from deepreplay.storage.words import in_words
from handyhooks import StorageReader

__all__ = ["Run", "checked_epoch"]


class Run:
    """Reads one group. Nothing is kept in memory but its header.

    Parameters
    ----------
    filename, group_name, storage
        As given to `deepreplay.ReplayData`. ``<group_name>_init`` is read where there is no such group.

    Raises
    ------
        Nothing is there, or no group of the name.
    StorageError
        The location can't be read, or the group holds no state.
    """

    def __init__(self, filename: str | os.PathLike[str], group_name: str, storage: str | None = None) -> None:
        self.location = as_location(filename)
        group_name = as_group_name(group_name)
        backend = choose(self.location, storage)
        initial = f"{group_name}_init"
        with in_words(backend, self.location, group_name):
            try:
                self._reader: StorageReader = backend.open(self.location, group_name)
                self.group = group_name
            except KeyError:
                if initial not in backend.groups(self.location):
                    raise
                self._reader = backend.open(self.location, initial)
                self.group = initial
            self.header: Mapping[str, Any] = self._reader.header
        self._closed = False
        if len(self._reader) == 0:
            self.close()
            raise StorageError(f"Group {self.group!r} of {self.location!r} holds no state: its training never began.")

    @property
    def n_epochs(self) -> int:
        """Number of finished epochs."""
        return len(self._opened) - 1

    @property
    def epochs(self) -> range:
        """Numbers of the recorded states: 0 is the network before training."""
        return range(len(self._opened))

    @property
    def inputs(self) -> np.ndarray:
        """Recorded samples."""
        return self._opened.static(schema.INPUTS)

    @property
    def targets(self) -> np.ndarray:
        """Their targets, in the shape that they were given in."""
        return self._opened.static(schema.TARGETS).reshape(self.header["targets_shape"])

    @property
    def metrics(self) -> Sequence[str]:
        """Names of what training reported, ``"loss"`` among them."""
        names = map(schema.metric_of, self._opened.names())
        return [name for name in names if name is not None]

    def weights(self, epoch: int) -> list[np.ndarray]:
        """Weights after an epoch, in the order that ``model.set_weights`` takes."""
        epoch = checked_epoch(epoch, self.epochs)
        return [self._array(layer, position, epoch) for layer, position in models.order_of(self.header)]

    def layer_weights(self, epoch: int) -> dict[str, list[np.ndarray]]:
        """Weights after an epoch, as each layer's ``get_weights`` gives them."""
        epoch = checked_epoch(epoch, self.epochs)
        return {
            owner["name"]: [self._array(layer, position, epoch) for position in range(owner["weights"])]
            for layer, owner in enumerate(self.header["layers"])
        }

    def learning_rate(self) -> np.ndarray:
        """Learning rate at the end of each epoch, shape (n_epochs,)."""
        return self._series(schema.LEARNING_RATE) if self.n_epochs else np.empty(0)

    def metric(self, name: str) -> np.ndarray:
        """What training reported under a name (``"loss"``, ``"val_loss"``), shape (n_epochs,); NaN where it did not.

        Raises
        ------
        MetricNotFoundError
            Training reported no such thing.
        """
        if name not in self.metrics:
            raise MetricNotFoundError(f"Training reported no {name!r}.{did_you_mean(str(name), self.metrics)}")
        return self._series(schema.record_of(name))

    def close(self) -> None:
        """Release the location."""
        self._closed = True
        self._reader.close()

    @property
    def _opened(self) -> StorageReader:
        if self._closed:
            raise StorageError(f"The replay of {self.location!r} is closed.")
        return self._reader

    def _array(self, layer: int, position: int, epoch: int) -> np.ndarray:
        return self._opened.read(schema.weights_record(layer, position), epoch)

    def _series(self, record: str) -> np.ndarray:
        try:
            return self._opened.read(record, slice(1, None))
        except KeyError:  # it started late
            return np.array([self._value(record, epoch) for epoch in self.epochs[1:]])

    def _value(self, record: str, epoch: int) -> float:
        try:
            return float(self._opened.read(record, epoch))
        except KeyError:
            return np.nan


def checked_epoch(epoch: object, epochs: Sequence[int]) -> int:
    """An epoch that is one of the recorded ones; -1 is the last.

    Raises
    ------
    ArgumentTypeError
        It is no whole number.
    EpochError
        It was not recorded. Names the nearest ones.
    """
    if isinstance(epoch, (bool, np.bool_)) or not isinstance(epoch, (int, np.integer)):
        raise ArgumentTypeError(f"An epoch must be a whole number; got {epoch!r}.")
    if epoch == -1:
        return epochs[-1]
    if epoch not in epochs:
        below = [known for known in epochs if known < epoch][-1:]
        above = [known for known in epochs if known > epoch][:1]
        near = " and ".join(map(str, [*below, *above]))
        raise EpochError(
            f"Epoch {epoch} was not recorded: there are {epochs[0]} to {epochs[-1]}; nearest: {near}. "
            "0 is the state before training, -1 the last."
        )
    return int(epoch)
