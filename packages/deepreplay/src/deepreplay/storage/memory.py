"""Runs in the memory of this process, for notebooks: no file, and nothing is kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from handyhooks import StorageBackend
from handyhooks.storage import check_next

__all__ = ["BACKEND"]


class _Run:
    """One group: what a writer has committed, and what readers of it see."""

    def __init__(self, header: Mapping[str, Any], static: Mapping[str, Any]) -> None:
        self.header = dict(header)
        self.static = {name: np.array(array) for name, array in static.items()}
        self.records: list[dict[str, np.ndarray]] = []


class _Writer:
    def __init__(self, run: _Run) -> None:
        self._run = run
        self._pending: list[dict[str, np.ndarray]] = []
        self._closed = False

    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        if self._closed:
            raise ValueError(f"Record {index} can't be written: the writer is closed.")
        check_next(index, len(self._run.records) + len(self._pending))
        self._pending.append({name: np.array(value) for name, value in values.items()})

    def commit(self) -> None:
        self._run.records.extend(self._pending)
        self._pending = []

    def close(self) -> None:
        self._pending = []
        self._closed = True


class _Reader:
    def __init__(self, run: _Run) -> None:
        self._run = run
        self.refresh()

    @property
    def header(self) -> Mapping[str, Any]:
        return self._run.header

    def static(self, name: str) -> np.ndarray:
        return self._run.static[name].copy()

    def __len__(self) -> int:
        return self._count

    def names(self) -> Sequence[str]:
        return list(dict.fromkeys(name for record in self._run.records[: self._count] for name in record))

    def read(self, name: str, index: int | slice) -> np.ndarray:
        records = self._run.records[: self._count]
        if isinstance(index, slice):
            rows = [record[name] for record in records[index]]
            return np.stack(rows) if rows else self._empty(name)
        if not 0 <= index < self._count:
            raise IndexError(f"Record {index} is not committed: there are {self._count}.")
        return records[index][name].copy()

    def _empty(self, name: str) -> np.ndarray:
        like = next((record[name] for record in self._run.records[: self._count] if name in record), None)
        if like is None:
            raise KeyError(name)
        return np.empty((0, *like.shape), like.dtype)

    def refresh(self) -> None:
        self._count = len(self._run.records)

    def close(self) -> None:
        pass


class _Memory:
    """All locations of this process. The one place that keeps state, because keeping it is the backend's job."""

    def __init__(self) -> None:
        self._locations: dict[str, dict[str, _Run]] = {}
        self._lock = threading.Lock()

    def create(self, location: str, group: str, header: Mapping[str, Any], static: Mapping[str, Any]) -> _Writer:
        run = _Run(header, static)
        with self._lock:
            groups = self._locations.setdefault(location, {})
            if groups.setdefault(group, run) is not run:
                raise FileExistsError(f"{location!r} holds a group {group!r} already.")
        return _Writer(run)

    def resume(self, location: str, group: str) -> _Writer:
        return _Writer(self._find(location, group))

    def open(self, location: str, group: str) -> _Reader:
        return _Reader(self._find(location, group))

    def groups(self, location: str) -> Sequence[str]:
        return list(self._locations.get(location, ()))

    def delete(self, location: str, group: str) -> None:
        with self._lock:
            self._find(location, group)
            del self._locations[location][group]

    def _find(self, location: str, group: str) -> _Run:
        if location not in self._locations:
            raise FileNotFoundError(f"Nothing is kept at {location!r} in this process.")
        if group not in self._locations[location]:
            raise KeyError(group)
        return self._locations[location][group]


_MEMORY = _Memory()

BACKEND = StorageBackend(
    name="memory",
    summary="Keeps runs in the memory of this process, and nothing once it ends.",
    schemes=("memory",),
    persistent=False,
    create=_MEMORY.create,
    resume=_MEMORY.resume,
    open=_MEMORY.open,
    groups=_MEMORY.groups,
    delete=_MEMORY.delete,
)
