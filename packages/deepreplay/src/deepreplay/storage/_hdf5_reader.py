"""Reading a run from an HDF5 file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import h5py
import numpy as np

from deepreplay.storage._hdf5_columns import Column, columns_of
from deepreplay.storage._hdf5_files import OpenFile, open_file
from deepreplay.storage._hdf5_names import decode, encode, static_paths
from deepreplay.storage._undisturbed import undisturbed

__all__ = ["COUNT", "HEADER", "STATES", "Hdf5Reader", "count_of", "find_run", "is_run"]

T = TypeVar("T")

_TRIES: Final = 10

HEADER: Final = "header"
COUNT: Final = "records"
STATES: Final = "n_epochs"
"""Attributes of a run's group: the header as JSON, how many records are committed, and how many of them are epochs."""


class Hdf5Reader:
    """See `handyhooks.StorageReader`."""

    def __init__(self, location: str, group: str) -> None:
        self._location = os.path.abspath(location)
        self._group = group
        self._closed = False
        self._file: OpenFile | None = None
        self._header = ""
        try:
            self.refresh()
        except BaseException:
            self.close()
            raise

    @property
    def header(self) -> Mapping[str, Any]:
        """As given to `create`."""
        header: dict[str, Any] = json.loads(self._header)
        return header

    def static(self, name: str) -> np.ndarray:
        """One of the arrays given to `create`."""
        return self._steadily(lambda: self._static(name))

    def __len__(self) -> int:
        return self._count

    def names(self) -> Sequence[str]:
        """Names that occur in committed records."""
        return list(self._paths)

    def read(self, name: str, index: int | slice) -> np.ndarray:
        """One record's array, or those of a slice of records."""
        if not isinstance(index, slice) and not 0 <= index < self._count:
            raise IndexError(f"Record {index} is not committed: there are {self._count}.")
        path = self._paths[name]
        return self._steadily(lambda: self._column(path).read(index, self._count))

    def refresh(self) -> None:
        """Open the file anew: HDF5 keeps what it has read."""
        with undisturbed():
            self._release()
            self._count, self._paths = self._steadily(self._committed)

    def close(self) -> None:
        """Close the file."""
        with undisturbed():
            self._closed = True
            self._release()

    def _committed(self) -> tuple[int, dict[str, str]]:
        """How many records are committed, and the paths of the names that occur in them."""
        count = count_of(self._run)
        held = ((column, column.holders()) for column in columns_of(self._run))
        return count, {column.name: column.path for column, records in held if len(records) and records[0] < count}

    def _column(self, path: str) -> Column:
        if path not in self._columns:
            self._columns[path] = Column(self._run, path)
        return self._columns[path]

    def _static(self, name: str) -> np.ndarray:
        for path in static_paths(name):
            found = self._run.get(path)
            if isinstance(found, h5py.Dataset) and not Column.is_at(found):
                return np.asarray(found[()])
        raise KeyError(name)

    def _steadily(self, read: Callable[[], T]) -> T:
        """What is read while no other process changes the file below its end."""
        with undisturbed():
            if self._closed:
                raise OSError("it was closed")
            try:
                return self._in_tries(read)
            finally:
                if self._file is not None:
                    self._file.leave()

    def _in_tries(self, read: Callable[[], T]) -> T:
        for _ in range(_TRIES):
            try:
                result = self._at_once(read)
            except Exception:  # anything may come of what is half old, half new
                if self._file is None or not self._file.unsteady:
                    raise
            else:
                if self._file is not None and not self._file.changed:
                    return result
            self._release()
        return self._at_once(read)

    def _at_once(self, read: Callable[[], T]) -> T:
        if self._file is not None:
            self._file.enter()
            if not self._connected or self._file.touched:
                self._release()
        if self._file is None:
            self._file = open_file(self._location, "r")
            self._connect(self._file)
        return read()

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._connected = False

    def _connect(self, file: OpenFile) -> None:
        self._run = find_run(file.hdf5, self._group)
        header = str(self._run.attrs[HEADER])
        if self._header and header != self._header:
            raise OSError(f"group {self._group!r} was replaced since it was opened: open it anew")
        self._header = header
        self._columns: dict[str, Column] = {}
        self._connected = True


def is_run(item: Any) -> bool:
    """Whether an HDF5 object is a run of this version, however damaged."""
    return isinstance(item, h5py.Group) and HEADER in item.attrs and (COUNT in item.attrs or STATES in item.attrs)


def count_of(run: h5py.Group) -> int:
    """How many records are committed.

    Raises
    ------
    OSError
        What says so is damaged.
    """
    try:
        return int(run.attrs[COUNT])
    except (KeyError, TypeError, ValueError) as error:
        name = decode(run.name.rpartition("/")[2])
        raise OSError(f"group {name!r} is damaged: its attribute {COUNT!r} is no count of records") from error


def find_run(file: h5py.File, group: str) -> h5py.Group:
    """The group of a run.

    Raises
    ------
    KeyError
        Nothing has the name.
    OSError
        Something else has it.
    """
    name = encode(group)
    if name not in file:
        raise KeyError(group)
    if not is_run(file[name]):
        raise OSError(f"what it holds as {group!r} is no recording. It was left as it is; choose another group_name")
    return file[name]
