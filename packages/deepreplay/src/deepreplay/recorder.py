"""Writes the records of one training: the state before it, and one after every unit."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from deepreplay import schema
from deepreplay._keras import load_keras
from deepreplay.errors import ModelError, RecordingWarning
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
        What stands in place of each metric that training has reported before, where it does not report it.
    """

    def __init__(
        self,
        writer: StorageWriter | None,
        snapshot: Snapshot,
        every: int,
        recorded: int = -1,
        epochs: int = 0,
        metrics: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self._writer = writer
        self._snapshot = snapshot
        self._every = every
        self._last = recorded
        self.epochs = epochs
        self._metrics = dict(metrics or {})
        self._left_out: set[str] = set()
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
            metrics = {
                name: _missing(reader.read(name, recorded))
                for name in reader.names()
                if schema.metric_of(name) is not None
            }
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
        for record, missing in self._metrics.items():
            values.setdefault(record, missing)

    def report(self, logs: Mapping[str, Any] | None) -> None:
        """Complete the last unit with what training reports of it: numbers, and arrays of them that keep their shape.

        Anything else is left out, and said once: it is no reason to end a training.
        """
        if self._waiting is None:
            return
        for name, value in (logs or {}).items():
            record, numbers = schema.record_of(name), _numbers(value)
            if numbers is not None and self._metrics.setdefault(record, _missing(numbers)).shape == numbers.shape:
                self._waiting[record] = numbers
            elif name not in self._left_out:
                self._left_out.add(name)
                warnings.warn(
                    f"{name!r} is left out of the recording where it is no number, or an array of numbers of another "
                    f"shape than before: {value!r}.",
                    RecordingWarning,
                    stacklevel=2,
                )

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
    """Find out before training whether a group could be written; not whether it could be gone on with."""
    try:
        backend.resume(*place).close()
    except OSError as error:
        if error.errno is not None:  # the location, not what the group holds: that will go
            raise
    # Damaged groups raise whatever they like.
    except Exception:
        pass


def _difference(
    reader: StorageReader, header: Mapping[str, Any], samples: Samples, weights: Mapping[str, np.ndarray]
) -> str:
    """In words, why a run can't be gone on with; empty where it can."""
    old, new = ({**one, "layers": _unnumbered(one["layers"])} for one in (reader.header, header))
    for field, what in (
        ("layers", "layers"),
        ("weights", "weights"),
        ("activation_functions", "activation functions"),
        ("loss", "loss"),
    ):
        if old[field] != new[field]:
            return f"it holds a model with other {what} ({_first_difference(old[field], new[field])})."
    for field in ("every", "freq", "recorded", "frozen", "weights_dtype"):
        if old[field] != new[field]:
            option = {"recorded": "layers", "frozen": "layers", "weights_dtype": "dtype"}.get(field, field)
            return f"it was recorded with another `{option}` ({_first_difference(old[field], new[field])})."
    if len(reader) and any(reader.read(name, 0).shape != value.shape for name, value in weights.items()):
        return "it holds a model with weights of other shapes."
    name = Samples.stored(reader, old).difference(samples)
    return f"it was recorded with other {name}." if name else ""


def _unnumbered(layers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Layers without the numbers in names of Keras' own (dense_2), which tell only what was made before."""
    return [{**layer, "name": re.sub(r"_\d+$", "", layer["name"])} for layer in layers]


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


def _numbers(value: Any) -> np.ndarray | None:
    try:
        return np.asarray(load_keras().ops.convert_to_numpy(value)).astype(np.float64)
    # Whatever something else raises when it is made an array.
    except Exception:
        return None


def _missing(numbers: np.ndarray) -> np.ndarray:
    return np.full(numbers.shape, np.nan)
