"""A recorded run: what a storage backend's reader holds, by epochs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

import numpy as np

from deepreplay import legacy, models, schema
from deepreplay.arrays import read_only
from deepreplay.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    EpochError,
    MetricNotFoundError,
    ModelError,
    StorageError,
    did_you_mean,
)
from deepreplay.samples import Samples
from deepreplay.snapshot import decoded
from deepreplay.storage import as_group_name, as_location, choose
from deepreplay.storage.words import in_words
from handyhooks import StorageReader

__all__ = ["Run", "Weights", "checked_epoch"]

_KEPT: Final = 8 * 1024 * 1024
"""Bytes of weights that are kept, at most; but those of one epoch, however large."""


class Run:
    """Reads one group. Little is kept in memory: its header, and the weights that were asked for last.

    Parameters
    ----------
    filename, group_name, storage
        As given to `deepreplay.ReplayData`. ``<group_name>_init`` is read where there is no such group.
    live
        Take a run whose training has not begun yet.

    Raises
    ------
        Nothing is there, or no group of the name.
    StorageError
        The location can't be read, or the group holds no state.
    """

    def __init__(
        self, filename: str | os.PathLike[str], group_name: str, storage: str | None = None, *, live: bool = False
    ) -> None:
        self.location = as_location(filename)
        self.backend = choose(self.location, storage)
        self._reader, self.group = self._open(as_group_name(group_name))
        self._closed = False
        self._kept: dict[int, list[np.ndarray]] = {}
        with self._in_words():
            self.header = self._read_header()
        if len(self._reader) == 0 and not live:
            self.close()
            raise StorageError(
                f"Group {self.group!r} of {self.location!r} holds no state: its training never began. (live=True waits "
                "for it.)"
            )

    @property
    def n_epochs(self) -> int:
        """Number of finished epochs, or of batches where those are recorded."""
        return max(len(self._opened) - 1, 0)

    @property
    def epochs(self) -> range:
        """Numbers of the recorded states: 0 is the network before training."""
        return range(0, len(self._opened), self.header["every"])

    def between(self, first: int, last: int) -> list[int]:
        """Recorded states from one to another, both included; -1 is the last.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            They are no whole numbers, or in the wrong order.
        EpochError
            One of them was not recorded.
        """
        start, end = (checked_epoch(epoch, self.epochs, self.unit) for epoch in (first, last))
        if start > end:
            raise ArgumentValueError(f"`epoch_start` must not be after `epoch_end`; got {start} and {end}.")
        return [epoch for epoch in self.epochs if start <= epoch <= end]

    @property
    def unit(self) -> str:
        """What a state is recorded after: ``"epoch"`` or ``"batch"``."""
        return str(self.header["freq"])

    def samples(self) -> Samples:
        """Recorded samples, in the shapes that they were given in."""
        with self._in_words():
            return Samples.stored(self._opened, self.header)

    @property
    def metrics(self) -> Sequence[str]:
        """Names of what training reported, ``"loss"`` among them."""
        names = map(schema.metric_of, self._opened.names())
        return [name for name in names if name is not None]

    def weights(self, epoch: int) -> list[np.ndarray]:
        """Weights after an epoch, in the order that ``model.set_weights`` takes.

        Raises
        ------
        ModelError
            Only those of some layers were recorded.
        """
        epoch = checked_epoch(epoch, self.epochs, self.unit)
        kept = {*self.header["recorded"], *self.header["frozen"]}
        missing = [owner["name"] for i, owner in enumerate(self.header["layers"]) if owner["dtypes"] and i not in kept]
        if missing:
            raise ModelError(
                f"The weights of {', '.join(map(repr, missing))} were not recorded (`layers` of ReplayData named "
                "others): the model can't be evaluated. What was recorded is in `replay.view.weights(epoch)`."
            )
        return [self._array(layer, position, epoch) for layer, position in models.order_of(self.header)]

    def kept_weights(self, epoch: int) -> list[np.ndarray]:
        """As `weights`, read once for all who ask for the same few epochs; not to be written to.

        Raises
        ------
        ModelError
            As `weights` does.
        """
        epoch = checked_epoch(epoch, self.epochs, self.unit)
        found = self._kept.get(epoch)
        if found is None:
            found = [read_only(array) for array in self.weights(epoch)]
            several = _KEPT // max(1, sum(array.nbytes for array in found))
            for earliest in list(self._kept)[: len(self._kept) + 1 - max(1, several)]:
                self._kept.pop(earliest, None)
            self._kept[epoch] = found
        return found

    def layer_weights(self, epoch: int) -> dict[str, list[np.ndarray]]:
        """Weights after an epoch, as each layer's ``get_weights`` gives them; without layers that were not recorded."""
        epoch = checked_epoch(epoch, self.epochs, self.unit)
        kept = {*self.header["recorded"], *self.header["frozen"]}
        return {
            owner["name"]: [self._array(layer, position, epoch) for position in range(len(owner["dtypes"]))]
            for layer, owner in enumerate(self.header["layers"])
            if layer in kept
        }

    def learning_rate(self) -> np.ndarray:
        """Learning rate at the end of each epoch, shape (n_epochs,)."""
        return self.counter(schema.LEARNING_RATE)

    def counter(self, name: str) -> np.ndarray:
        """What is recorded beside the metrics: ``"lr"``, ``"epochs"``, ``"batches"``, ``"time"``; shape (n_epochs,)."""
        return self._series(name) if self.n_epochs else np.empty(0)

    def metric(self, name: str) -> np.ndarray:
        """What training reported under a name (``"loss"``, ``"val_loss"``); NaN where it did not.

        Shape (n_epochs,), or (n_epochs, ...) of a metric that is an array.

        Raises
        ------
        MetricNotFoundError
            Training reported no such thing.
        """
        if name not in self.metrics:
            raise MetricNotFoundError(f"Training reported no {name!r}.{did_you_mean(str(name), self.metrics)}")
        return self._series(schema.record_of(name))

    def shapes(self) -> list[tuple[int, ...] | None]:
        """Shape of each array that ``model.set_weights`` takes; None for those that are not there."""
        there = set(self._opened.names())
        records = (schema.weights_record(*place) for place in models.order_of(self.header))
        with self._in_words():
            return [self._opened.read(record, 0).shape if record in there else None for record in records]

    def refresh(self) -> None:
        """See what was committed since.

        Raises
        ------
        StorageError
            The run was deleted, or replaced by another.
        """
        with self._in_words():
            # Also where the run was replaced, which is raised: the epochs that were read are no more there than others.
            self._kept.clear()
            self._opened.refresh()
            if self._reader.header.get(schema.CREATED) != self.header.get(schema.CREATED):
                raise OSError(f"group {self.group!r} was replaced since it was opened: open it anew")
            self.header = self._read_header()

    def close(self) -> None:
        """Release the location."""
        self._closed = True
        self._reader.close()

    def _open(self, group: str) -> tuple[StorageReader, str]:
        initial = f"{group}_init"
        with in_words(self.backend, self.location, group):
            try:
                return self.backend.open(self.location, group), group
            except KeyError:
                if initial not in self.backend.groups(self.location):
                    raise
                return self.backend.open(self.location, initial), initial

    def _read_header(self) -> Mapping[str, Any]:
        header = self._reader.header
        if header.get("format") not in (0, schema.FORMAT):
            raise StorageError(
                f"Group {self.group!r} of {self.location!r} was recorded by a newer deepreplay: upgrade this one."
            )
        return header if header["format"] else legacy.header_of(header)

    @property
    def from_keras_2(self) -> bool:
        """Whether DeepReplay 0.1 recorded it, with the model in a file of its own."""
        return self.header["format"] == 0

    def _in_words(self) -> AbstractContextManager[None]:
        return in_words(self.backend, self.location, self.group)

    @property
    def _opened(self) -> StorageReader:
        if self._closed:
            raise StorageError(f"The replay of {self.location!r} is closed.")
        return self._reader

    def _array(self, layer: int, position: int, epoch: int) -> np.ndarray:
        record = schema.weights_record(layer, position)
        with self._in_words():
            value = self._opened.read(record, epoch if layer in self.header["recorded"] else 0)
        return decoded(value, self.header, layer, position)

    def _series(self, record: str) -> np.ndarray:
        with self._in_words():
            try:
                return self._opened.read(record, slice(1, None))
            except KeyError:  # it started late
                values = [self._value(record, index) for index in range(1, len(self._opened))]
        shape = next((value.shape for value in values if value is not None), ())
        return np.array([np.full(shape, np.nan) if value is None else value for value in values])

    def _value(self, record: str, index: int) -> np.ndarray | None:
        try:
            return np.asarray(self._opened.read(record, index))
        except KeyError:
            return None


class Weights:
    """Weights of a run by epoch."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, epoch: int) -> list[np.ndarray]:
        """Weights after an epoch, in the order that ``model.set_weights`` takes."""
        return self._run.weights(epoch)

    def __len__(self) -> int:
        return len(self._run.epochs)

    def __iter__(self) -> Iterator[list[np.ndarray]]:
        return map(self._run.weights, self._run.epochs)


def checked_epoch(epoch: object, epochs: Sequence[int], unit: str = "epoch") -> int:
    """An epoch (or batch, where those are recorded) that is one of the recorded ones; -1 is the last.

    Raises
    ------
    ArgumentTypeError
        It is no whole number.
    EpochError
        It was not recorded. Names the nearest ones.
    """
    if isinstance(epoch, (bool, np.bool_)) or not isinstance(epoch, (int, np.integer)):
        raise ArgumentTypeError(f"An epoch must be a whole number; got {epoch!r}.")
    if not epochs:
        raise EpochError("No state is recorded yet.")
    if epoch == -1:
        return epochs[-1]
    if epoch not in epochs:
        below = [known for known in epochs if known < epoch][-1:]
        above = [known for known in epochs if known > epoch][:1]
        near = " and ".join(map(str, [*below, *above]))
        raise EpochError(
            f"{unit.capitalize()} {epoch} was not recorded: there are {_listed(epochs)}; nearest: {near}. "
            "0 is the state before training, -1 the last."
        )
    return int(epoch)


def _listed(epochs: Sequence[int]) -> str:
    if len(epochs) > 2 and epochs[1] - epochs[0] > 1:
        return f"{epochs[0]}, {epochs[1]}, ... to {epochs[-1]}"
    return f"{epochs[0]} to {epochs[-1]}"
