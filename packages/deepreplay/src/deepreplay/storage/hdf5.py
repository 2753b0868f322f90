"""Runs in HDF5 files, laid out so that any HDF5 tool can read them.

A group is a run. Its attributes hold the header; datasets hold the static arrays and, one row a record, what was
recorded. ``records`` counts the committed records and is written last: rows beyond it don't count, so a file
whose writer was killed opens, and ends with its last committed record.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import h5py
import numpy as np

from deepreplay.storage._hdf5_columns import Column, columns_of
from deepreplay.storage._hdf5_names import decode, encode
from handyhooks import StorageBackend

__all__ = ["BACKEND"]

_HEADER: Final = "header"
_COUNT: Final = "records"
_STATES: Final = "n_epochs"
_OWN_ATTRIBUTES: Final = (_HEADER, _COUNT, _STATES)

_LAYER_PATH = re.compile(r"layer\d+/weights\d+")
_LARGEST_ATTRIBUTE = 32 * 1024


def create(location: str, group: str, header: Mapping[str, Any], static: Mapping[str, Any]) -> Hdf5Writer:
    """See `handyhooks.StorageBackend`."""
    file = _open(location, "a")
    name = encode(group)
    if name in file:
        file.close()
        raise FileExistsError(f"{location} holds a group {group!r} already.")
    run = file.create_group(name)
    run.attrs[_HEADER] = json.dumps(header)
    run.attrs[_STATES] = 0
    run.attrs[_COUNT] = 0
    for key, value in header.items():
        if key not in _OWN_ATTRIBUTES and _is_plain(value):
            run.attrs[encode(key)] = value
    for key, array in static.items():
        run.create_dataset(encode(key), data=array)
    file.flush()
    return Hdf5Writer(file, run)


def resume(location: str, group: str) -> Hdf5Writer:
    """See `handyhooks.StorageBackend`."""
    file = _open(location, "r+")
    run = _find(file, group)
    for column in list(columns_of(run)):
        column.cut(int(run.attrs[_COUNT]))
    file.flush()
    return Hdf5Writer(file, run)


def open_run(location: str, group: str) -> Hdf5Reader:
    """See `handyhooks.StorageBackend`."""
    return Hdf5Reader(lambda: _open(location, "r"), group)


def groups(location: str) -> Sequence[str]:
    """See `handyhooks.StorageBackend`."""
    if not os.path.exists(location):
        return []
    with _open(location, "r") as file:
        return [decode(name) for name, item in file.items() if isinstance(item, h5py.Group)]


def delete(location: str, group: str) -> None:
    """See `handyhooks.StorageBackend`."""
    with _open(location, "r+") as file:
        _find(file, group)
        del file[encode(group)]


class Hdf5Writer:
    """See `handyhooks.StorageWriter`."""

    def __init__(self, file: h5py.File, run: h5py.Group) -> None:
        self._file = file
        self._run = run
        self._columns = {column.name: column for column in columns_of(run)}
        self._written = int(run.attrs[_COUNT])

    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        """Write arrays of record `index`; those of the last one can be completed until it is committed."""
        if index not in (self._written, max(self._written - 1, int(self._run.attrs[_COUNT]))):
            raise ValueError(f"Record {index} can't be written now: {self._written} is next.")
        for name, value in values.items():
            array = np.asarray(value)
            column = self._columns.get(name)
            if column is None:
                path = self._path_of(name)
                column = Column.create(self._run, path, name, len(self._columns), index, array)
                self._columns[name] = column
            column.write(index, array)
        self._written = index + 1

    def commit(self) -> None:
        """Write rows, then the counter."""
        self._file.flush()
        self._run.attrs[_STATES] = max(self._written - 1, 0)
        self._run.attrs[_COUNT] = self._written
        self._file.flush()

    def close(self) -> None:
        """Drop what was not committed, and close the file."""
        if not self._file:
            return
        committed = int(self._run.attrs[_COUNT])
        if self._written > committed:
            for column in self._columns.values():
                column.cut(committed)
        self._file.close()

    def _path_of(self, name: str) -> str:
        if _LAYER_PATH.fullmatch(name):
            layer = name.partition("/")[0]
            if not isinstance(self._run.get(layer), h5py.Dataset):
                return name
        path = encode(name)
        return encode(name, taken=True) if path in self._run else path


class Hdf5Reader:
    """See `handyhooks.StorageReader`."""

    def __init__(self, connect: Callable[[], h5py.File], group: str) -> None:
        self._connect = connect
        self._group = group
        self._file: h5py.File | None = None
        self.refresh()

    @property
    def header(self) -> Mapping[str, Any]:
        """As given to `create`."""
        header: dict[str, Any] = json.loads(self._run.attrs[_HEADER])
        return header

    def static(self, name: str) -> np.ndarray:
        """One of the arrays given to `create`."""
        if encode(name) not in self._run:
            raise KeyError(name)
        return np.asarray(self._run[encode(name)][()])

    def __len__(self) -> int:
        return self._count

    def names(self) -> Sequence[str]:
        """Names that occur in committed records."""
        return list(self._columns)

    def read(self, name: str, index: int | slice) -> np.ndarray:
        """One record's array, or those of a slice of records."""
        if not isinstance(index, slice) and not 0 <= index < self._count:
            raise IndexError(f"Record {index} is not committed: there are {self._count}.")
        return self._columns[name].read(index, self._count)

    def refresh(self) -> None:
        """Open the file anew: HDF5 keeps what it has read."""
        self.close()
        self._file = self._connect()
        self._run = _find(self._file, self._group)
        self._count = int(self._run.attrs[_COUNT])
        columns = ((column, column.holders()) for column in columns_of(self._run))
        self._columns = {column.name: column for column, held in columns if len(held) and held[0] < self._count}

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _open(location: str, mode: str) -> h5py.File:
    """Open a file; for reading, also where another process writes it."""
    if mode != "a" and not os.path.exists(location):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", location)
    try:
        return h5py.File(location, mode)
    except BlockingIOError as error:
        if mode == "r":
            return h5py.File(location, mode, locking=False)
        raise BlockingIOError(error.errno, "Another process holds the file", location) from error
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", os.path.dirname(location)) from error
    except PermissionError as error:
        raise PermissionError(error.errno, "The file or its folder can't be written", location) from error
    except OSError as error:
        raise OSError(f"{location!r} is no HDF5 file, or a damaged one: {error}.") from error


def _find(file: h5py.File, group: str) -> h5py.Group:
    name = encode(group)
    if not isinstance(file.get(name), h5py.Group):
        file.close()
        raise KeyError(group)
    return file[name]


def _is_plain(value: Any) -> bool:
    """Whether a header's field can stand as an attribute too, where tools find it."""
    if isinstance(value, (bool, int, float)):
        return not isinstance(value, int) or abs(value) < 2**63
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, list) and 0 < len(value) < _LARGEST_ATTRIBUTE // 16:
        kinds = {type(element) for element in value}
        return len(kinds) == 1 and kinds <= {int, str} and all(map(_is_plain, value))
    return False


BACKEND = StorageBackend(
    name="hdf5",
    summary="One HDF5 file that any HDF5 tool can read.",
    suffixes=(".h5", ".hdf5", ".he5"),
    create=create,
    resume=resume,
    open=open_run,
    groups=groups,
    delete=delete,
)
