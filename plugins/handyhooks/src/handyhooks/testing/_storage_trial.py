"""One promise of a storage backend, tried at a location of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from handyhooks.replay_records import StorageBackend, StorageReader, StorageWriter
from handyhooks.testing.conformance import ConformanceError, called, expect

__all__ = ["GROUP", "Trial", "differences", "record_values"]

GROUP: Final = "part 1, größe"


def record_values(index: int) -> dict[str, np.ndarray]:
    """Arrays of one record, the same in every process."""
    random = np.random.default_rng(index)
    return {
        "layer0/weights0": random.normal(size=(3, 4)).astype("float32"),
        "layer0/weights1": np.full(4, index, dtype="int16"),
        "loss": np.array(1 / (1 + index)),
    }


def differences(reader: StorageReader, count: int) -> list[str]:
    """Say how a reader differs from `count` committed records of `record_values`."""
    if len(reader) != count:
        return [f"it has {len(reader)} records instead of {count}"]
    found = []
    for index in range(count):
        for name, expected in record_values(index).items():
            found += _difference(reader.read(name, index), expected, f"{name!r} of record {index}")
    return found


def _difference(found: Any, expected: np.ndarray, what: str) -> list[str]:
    if not isinstance(found, (np.ndarray, np.generic)):
        return [f"{what} came back as {type(found).__name__}"]
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return [f"{what} was {_form(expected)} and came back as {_form(found)}"]
    if not np.array_equal(found, expected, equal_nan=expected.dtype.kind == "f"):
        return [f"{what} came back with other values"]
    return []


def _form(array: Any) -> str:
    return f"{array.dtype} of shape {array.shape}"


class Trial:
    """A new location, and what is expected of the backend there."""

    def __init__(self, record: StorageBackend, promise: str, location: str, new_location: Callable[[], str]) -> None:
        self.record = record
        self.promise = promise
        self.location = location
        self.new_location = new_location

    @classmethod
    def run(cls, record: StorageBackend, promise: Callable[[Trial], None], new_location: Callable[[], str]) -> None:
        """Try a promise: a function whose docstring is what the backend promises."""
        text = (promise.__doc__ or promise.__name__).rstrip(".")
        with called(record, text):
            promise(cls(record, text, new_location(), new_location))

    def expect(self, kept: bool, happened: str) -> None:
        """Raise unless the promise is kept."""
        expect(kept, self.record, self.promise, happened)

    def same(self, found: Any, expected: np.ndarray, what: str) -> None:
        """Expect the same shape, dtype and values."""
        for difference in _difference(found, expected, what):
            self.expect(False, f"{difference}.")

    @contextmanager
    def refused(self, kinds: type[Exception], call: str) -> Iterator[None]:
        """Expect an error of a kind."""
        try:
            yield
        except kinds:
            return
        except ConformanceError:
            raise
        except Exception as error:
            self.expect(False, f"{call} raised {type(error).__name__}: {error} instead of {kinds.__name__}.")
        self.expect(False, f"{call} raised nothing instead of {kinds.__name__}.")

    def create(
        self,
        group: str = GROUP,
        *,
        header: Mapping[str, Any] | None = None,
        static: Mapping[str, np.ndarray] | None = None,
    ) -> StorageWriter:
        """Create a group."""
        return self.record.create(self.location, group, header or {}, static or {})

    def store(self, records: Sequence[Mapping[str, np.ndarray]], group: str = GROUP) -> None:
        """Create a group of committed records, and close it."""
        writer = self.create(group)
        for index, values in enumerate(records):
            writer.write(index, values)
            writer.commit()
        writer.close()

    @contextmanager
    def reading(self, group: str = GROUP) -> Iterator[StorageReader]:
        """Open a group for a while."""
        reader = self.record.open(self.location, group)
        try:
            yield reader
        finally:
            reader.close()

    def holds(self, count: int, group: str = GROUP) -> None:
        """Expect that a group has so many records of `record_values`."""
        with self.reading(group) as reader:
            found = differences(reader, count)
        self.expect(not found, f"After opening group {group!r}: {'; '.join(found)}.")
