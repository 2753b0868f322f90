"""Writes the records of one training: the state before it, and one after every unit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from deepreplay import schema
from deepreplay._keras import load_keras
from deepreplay.errors import ArgumentValueError, ModelError
from deepreplay.samples import Samples
from deepreplay.snapshot import Snapshot
from handyhooks import StorageBackend, StorageReader, StorageWriter

__all__ = ["Recorder"]

_MOST_UNCOMMITTED: Final = 64 * 1024 * 1024
"""Bytes of batches that may wait for their epoch to end."""


class Recorder:
    """An open recording.

    Parameters
    ----------
    writer
        Where records go; None in a process that leaves writing to another.
    snapshot
        What is taken of the model.
    every
        Weights stand in every so many records.
    recorded
        Number of the last record that is there; -1 where none is.
    epochs
        Number of the last epoch that is.
    metrics
        Records of what training has reported before.
    """

    def __init__(
        self,
        writer: StorageWriter | None,
        snapshot: Snapshot,
        every: int,
        recorded: int = -1,
        epochs: int = 0,
        metrics: Mapping[str, None] | None = None,
    ) -> None:
        self._writer = writer
        self._snapshot = snapshot
        self._every = every
        self._last = recorded
        self.epochs = epochs
        self._metrics = dict(metrics or {})
        self._waiting: dict[str, np.ndarray] | None = None
        self._uncommitted = 0

    @classmethod
    def create(
        cls,
        backend: StorageBackend,
        place: tuple[str, str],
        header: Mapping[str, Any],
        samples: Samples,
        snapshot: Snapshot,
    ) -> Recorder:
        """Begin a new group; `place` is its location and name."""
        return cls(backend.create(*place, header, samples.static()), snapshot, header["every"])

    @classmethod
    def replace(
        cls,
        backend: StorageBackend,
        place: tuple[str, str],
        header: Mapping[str, Any],
        samples: Samples,
        snapshot: Snapshot,
    ) -> Recorder:
        """Begin a group anew; the old one goes when the first record of the new one is written."""
        _check_writable(backend, place)
        return cls(_Replacement(backend, place, header, samples), snapshot, header["every"])

    @classmethod
    def resume(
        cls,
        backend: StorageBackend,
        place: tuple[str, str],
        header: Mapping[str, Any],
        samples: Samples,
        snapshot: Snapshot,
        model: Any,
    ) -> Recorder:
        """Go on with a group after its last record.

        Raises
        ------
        ModelError
            It holds another model, other samples, or was recorded in another way.
        """
        reader = backend.open(*place)
        try:
            if reader.header.get("format") != schema.FORMAT:
                raise ModelError(
                    f"append=True can't go on with group {place[1]!r}: another version of deepreplay recorded it, "
                    "which can be read, but not added to."
                )
            differs = _difference(reader, header, samples, snapshot.take(model, first=True))
            recorded = len(reader) - 1
            epochs = int(reader.read(schema.EPOCHS, recorded)) if recorded > 0 else 0
            metrics = dict.fromkeys(name for name in reader.names() if schema.metric_of(name) is not None)
        finally:
            reader.close()
        if differs:
            raise ModelError(f"append=True can't go on with group {place[1]!r}: {differs}")
        return cls(backend.resume(*place), snapshot, header["every"], recorded, epochs, metrics)

    @property
    def empty(self) -> bool:
        """Whether not even the state before training is there."""
        return self._last < 0

    def begin(self, model: Any) -> None:
        """Take the state before training, and write it unless it replaces a group."""
        self._waiting = self._snapshot.take(model, first=True)
        if not isinstance(self._writer, _Replacement):
            self.commit()

    def add(self, model: Any, epoch: int, logs: Mapping[str, Any] | None) -> None:
        """Take the state after a unit; the one before it is written, and after many bytes committed."""
        self._write_waiting()
        if self._uncommitted > _MOST_UNCOMMITTED:
            self._commit_written()
        index = self._last + 1
        values = {} if index % self._every else self._snapshot.take(model, first=False)
        values[schema.EPOCHS] = np.asarray(epoch)
        values[schema.BATCHES] = np.asarray(_updates(model))
        values[schema.LEARNING_RATE] = np.asarray(_learning_rate(model), dtype=np.float64)
        values[schema.TIME] = np.asarray(time.time())
        self._waiting = values
        self.report(logs)
        # A metric that isn't reported every time (validation_freq) is not a number in between.
        for record in self._metrics:
            values.setdefault(record, np.asarray(np.nan))

    def report(self, logs: Mapping[str, Any] | None) -> None:
        """Complete the last unit with what training reports of it."""
        if self._waiting is not None:
            reported = {schema.record_of(name): value for name, value in (logs or {}).items()}
            self._waiting.update((record, _number(record, value)) for record, value in reported.items())
            self._metrics.update(dict.fromkeys(reported))

    def commit(self) -> None:
        """Make all units that were taken durable."""
        self._write_waiting()
        self._commit_written()

    def close(self) -> None:
        """Release the location. What was not committed is dropped."""
        if self._writer is not None:
            self._writer.close()

    def _write_waiting(self) -> None:
        if self._waiting is None:
            return
        self._last += 1
        if self._writer is not None:
            self._writer.write(self._last, self._waiting)
        self._uncommitted += sum(value.nbytes for value in self._waiting.values())
        self._waiting = None

    def _commit_written(self) -> None:
        if self._writer is not None:
            self._writer.commit()
        self._uncommitted = 0


class _Replacement:
    """Writer of a group that is deleted and made anew by the first write, so that nothing is lost before."""

    def __init__(
        self, backend: StorageBackend, place: tuple[str, str], header: Mapping[str, Any], samples: Samples
    ) -> None:
        self._backend = backend
        self._place = place
        self._header = header
        self._samples = samples
        self._writer: StorageWriter | None = None

    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        if self._writer is None:
            self._backend.delete(*self._place)
            self._writer = self._backend.create(*self._place, self._header, self._samples.static())
        self._writer.write(index, values)

    def commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _check_writable(backend: StorageBackend, place: tuple[str, str]) -> None:
    """Find out before training whether a group could be written; those of release 0.1 can't be resumed to try it."""
    reader = backend.open(*place)
    try:
        resumable = reader.header.get("format") == schema.FORMAT
    finally:
        reader.close()
    if resumable:
        backend.resume(*place).close()


def _difference(
    reader: StorageReader, header: Mapping[str, Any], samples: Samples, weights: Mapping[str, np.ndarray]
) -> str:
    """In words, why a run can't be gone on with; empty where it can."""
    old = reader.header
    for field, what in (
        ("layers", "layers"),
        ("weights", "weights"),
        ("activation_functions", "activation functions"),
        ("loss", "loss"),
    ):
        if old[field] != header[field]:
            return f"it holds a model with other {what} ({_first_difference(old[field], header[field])})."
    for field in ("every", "freq", "recorded", "frozen", "weights_dtype"):
        if old[field] != header[field]:
            option = {"recorded": "layers", "frozen": "layers", "weights_dtype": "dtype"}.get(field, field)
            return f"it was recorded with another `{option}` ({_first_difference(old[field], header[field])})."
    if len(reader) and any(reader.read(name, 0).shape != value.shape for name, value in weights.items()):
        return "it holds a model with weights of other shapes."
    name = Samples.stored(reader, old).difference(samples)
    return f"it was recorded with other {name}." if name else ""


def _first_difference(old: Any, new: Any) -> str:
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            return f"{len(old)} there, {len(new)} here"
        old, new = next((one, other) for one, other in zip(old, new, strict=True) if one != other)
    return f"{old!r} there, {new!r} here"


def _updates(model: Any) -> int:
    iterations = getattr(getattr(model, "optimizer", None), "iterations", -1)
    return int(load_keras().ops.convert_to_numpy(iterations))


def _learning_rate(model: Any) -> float:
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", np.nan)
    return float(load_keras().ops.convert_to_numpy(rate))


def _number(record: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value, dtype=np.float64).reshape(())
    except (TypeError, ValueError) as error:
        name = schema.metric_of(record) or record
        raise ArgumentValueError(f"The metric {name!r} must be one number; got {value!r}.") from error
