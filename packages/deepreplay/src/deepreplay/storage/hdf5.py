"""Runs in HDF5 files, laid out so that any HDF5 tool can read them.

A group is a run. Its attributes hold the header; datasets hold the static arrays and, one row a record, what was
recorded. ``records`` counts the committed records and is written last: rows beyond it don't count, so a file
whose writer was killed opens, and ends with its last committed record. What makes HDF5's own structures whole at any
moment is `AtomicFile`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import h5py
import numpy as np

from deepreplay.storage._hdf5_columns import Column, columns_of
from deepreplay.storage._hdf5_files import OpenFile, look, open_file
from deepreplay.storage._hdf5_legacy import LegacyReader, is_legacy
from deepreplay.storage._hdf5_names import decode, encode, static_paths
from deepreplay.storage._hdf5_reader import COUNT, HEADER, STATES, Hdf5Reader, count_of, find_run, is_run
from deepreplay.storage._undisturbed import undisturbed
from handyhooks import StorageBackend, StorageReader
from handyhooks.storage import check_next

__all__ = ["BACKEND"]

_OWN_ATTRIBUTES: Final = (HEADER, COUNT, STATES)

_LAYER_PATH = re.compile(r"layer\d+/weights\d+")
_LARGEST_ATTRIBUTE = 32 * 1024


@undisturbed()
def create(location: str, group: str, header: Mapping[str, Any], static: Mapping[str, Any]) -> Hdf5Writer:
    """See `handyhooks.StorageBackend`."""
    file = open_file(location, "a")
    name = encode(group)
    if name in file.hdf5:
        file.close()
        raise FileExistsError(f"{location} holds a group {group!r} already.")
    try:
        run = file.hdf5.create_group(name)
        run.attrs[HEADER] = json.dumps(header)
        run.attrs[STATES] = 0
        run.attrs[COUNT] = 0
        for key, value in header.items():
            if key not in _OWN_ATTRIBUTES and _is_plain(value):
                run.attrs[encode(key)] = value
        for key, array in static.items():
            paths = static_paths(key)
            run.create_dataset(paths[-1] if paths[0].partition("/")[0] in static else paths[0], data=array)
        file.flush()
        return Hdf5Writer(file, run, group)
    except BaseException:
        if name in file.hdf5:
            del file.hdf5[name]
        file.discard()
        raise


@undisturbed()
def resume(location: str, group: str) -> Hdf5Writer:
    """See `handyhooks.StorageBackend`."""
    file = open_file(location, "r+")
    try:
        if is_legacy(file.hdf5.get(encode(group))):
            raise OSError(f"group {group!r} was recorded by DeepReplay 0.1: it can be read, but not added to")
        run = find_run(file.hdf5, group)
        for column in list(columns_of(run)):
            column.cut(count_of(run))
        file.flush()
        return Hdf5Writer(file, run, group)
    except BaseException:
        file.discard()
        raise


def open_run(location: str, group: str) -> StorageReader:
    """See `handyhooks.StorageBackend`."""
    legacy = look(location, lambda file: is_legacy(file.get(encode(group))))
    return LegacyReader(location, group) if legacy else Hdf5Reader(location, group)


def groups(location: str) -> Sequence[str]:
    """See `handyhooks.StorageBackend`."""
    with suppress(FileNotFoundError):
        return look(location, _groups)
    return []


def _groups(file: h5py.File) -> list[str]:
    return [decode(name) for name, item in file.items() if is_run(item) or is_legacy(item)]


@undisturbed()
def delete(location: str, group: str) -> None:
    """See `handyhooks.StorageBackend`."""
    with open_file(location, "r+") as file:
        if not is_legacy(file.hdf5.get(encode(group))):
            find_run(file.hdf5, group)
        file.give(group, None)
        del file.hdf5[encode(group)]
        file.flush()


class Hdf5Writer:
    """See `handyhooks.StorageWriter`."""

    def __init__(self, file: OpenFile, run: h5py.Group, group: str) -> None:
        file.give(group, self)
        self._file = file
        self._group = group
        self._run = run
        self._closed = False
        self._columns = {column.name: column for column in columns_of(run)}
        self._written = count_of(run)

    @undisturbed()
    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        """Write arrays of record `index`."""
        self._file.check_writer(self._group, self)
        check_next(index, self._written)
        arrays = {name: np.asarray(value) for name, value in values.items()}
        for name, array in arrays.items():
            if name not in self._columns:
                path = self._path_of(name)
                self._columns[name] = Column.create(self._run, path, name, len(self._columns), index, array)
        for name, array in arrays.items():
            self._columns[name].write(index, array)
        self._file.check()
        self._written = index + 1

    @undisturbed()
    def commit(self) -> None:
        """Write rows, then the counter."""
        self._file.check_writer(self._group, self)
        self._file.flush()
        self._run.attrs[STATES] = max(self._written - 1, 0)
        self._run.attrs[COUNT] = self._written
        self._file.flush()

    @undisturbed()
    def close(self) -> None:
        """Drop what was not committed, and close the file."""
        if self._closed:
            return
        self._closed = True
        with self._file, suppress(OSError):
            self._file.check_writer(self._group, self)
            committed = count_of(self._run)
            if self._written > committed:
                for column in self._columns.values():
                    column.cut(committed)

    def _path_of(self, name: str) -> str:
        if _LAYER_PATH.fullmatch(name):
            layer = name.partition("/")[0]
            if not isinstance(self._run.get(layer), h5py.Dataset) and name not in self._run:
                return name
        path = encode(name)
        return encode(name, taken=True) if path in self._run else path


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
