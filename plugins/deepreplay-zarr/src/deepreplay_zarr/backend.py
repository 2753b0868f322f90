"""The storage backend: a group of the hierarchy for each run.

A run's group holds the header as an attribute, the static arrays in ``static``, and in ``records`` an array for each
name with one row a record. The attribute ``committed`` of ``records`` counts the committed records. It is made last
and written last, and each file is replaced as a whole: what a killed writer leaves opens, up to its last commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from weakref import WeakValueDictionary

import numpy as np
import zarr
from zarr.errors import GroupNotFoundError

from deepreplay_zarr.columns import Column, columns_of
from deepreplay_zarr.names import decode, encode
from deepreplay_zarr.stores import absolute, store_for
from deepreplay_zarr.zipped import Workplace, identity, is_zip, steadily
from handyhooks import StorageBackend
from handyhooks.storage import check_next

__all__ = ["BACKEND"]

_HEADER: Final = "header"
_COMMITTED: Final = "committed"
_STATIC: Final = "static"
_RECORDS: Final = "records"


def create(location: str, group: str, header: Mapping[str, Any], static: Mapping[str, Any]) -> ZarrWriter:
    """See `handyhooks.StorageBackend`."""
    location = absolute(location)
    with _writing(location) as stack:
        records = _begin(location, group, header, static)
        return ZarrWriter((location, group), records, stack.pop_all().close)


def _begin(location: str, group: str, header: Mapping[str, Any], static: Mapping[str, Any]) -> zarr.Group:
    root = zarr.open_group(store_for(location, writable=True), mode="a", zarr_format=3)
    if _is_run(root, group):
        raise FileExistsError(f"{location} holds a group {group!r} already.")
    run = root.create_group(encode(group), attributes={_HEADER: dict(header)}, overwrite=True)
    arrays = run.create_group(_STATIC)
    for name, value in static.items():
        array = np.asarray(value)
        made = arrays.create_array(
            encode(name), shape=array.shape, dtype=array.dtype, chunks=tuple(max(1, side) for side in array.shape)
        )
        made[...] = array
    return run.create_group(_RECORDS, attributes={_COMMITTED: 0})


def resume(location: str, group: str) -> ZarrWriter:
    """See `handyhooks.StorageBackend`."""
    location = absolute(location)
    _find(location, group, writable=False)
    with _writing(location) as stack:
        records = _find(location, group, writable=True)[_RECORDS]
        return ZarrWriter((location, group), _as_group(records), stack.pop_all().close)


def open_run(location: str, group: str) -> ZarrReader:
    """See `handyhooks.StorageBackend`."""
    return ZarrReader(absolute(location), group)


def groups(location: str) -> Sequence[str]:
    """See `handyhooks.StorageBackend`."""
    try:
        return steadily(location, lambda: _groups(_root(location, writable=False)))
    except FileNotFoundError:
        return []


def _groups(root: zarr.Group) -> list[str]:
    return sorted(name for name in map(decode, root.group_keys()) if _is_run(root, name))


def delete(location: str, group: str) -> None:
    """See `handyhooks.StorageBackend`."""
    _find(location, group, writable=False)
    with _writing(location):
        _WRITERS.pop((absolute(location), group), None)
        del _root(location, writable=True)[encode(group)]


@contextmanager
def _writing(location: str) -> Iterator[ExitStack]:
    """What has to be closed after writing at a location."""
    with ExitStack() as stack:
        parent = os.path.dirname(os.path.abspath(location))
        if is_zip(location) and os.path.isdir(parent):
            stack.callback(Workplace(location).close)
        yield stack


class ZarrWriter:
    """See `handyhooks.StorageWriter`. What was not committed is held in memory, and nowhere else."""

    def __init__(self, place: tuple[str, str], records: zarr.Group, release: Callable[[], None]) -> None:
        _WRITERS[place] = self
        self._place = place
        self._records = records
        self._release = release
        self._committed = _committed(records)
        self._columns = {column.name: column for column in columns_of(records) if column.cut(self._committed)}
        self._pending: list[dict[str, np.ndarray]] = []

    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        """Take arrays of record `index`."""
        self._check_alone()
        check_next(index, self._committed + len(self._pending))
        arrays = {name: np.array(value) for name, value in values.items()}
        for name, array in arrays.items():
            if name in self._columns:
                self._columns[name].check(array)
        self._pending.append(arrays)

    def commit(self) -> None:
        """Write rows, then the counter."""
        if not self._pending:
            return
        self._check_alone()
        for position, values in enumerate(self._pending):
            for name, value in values.items():
                if name not in self._columns:
                    index = self._committed + position
                    column = Column.create(self._records, name, len(self._columns), index, value)
                    self._columns[name] = column
        for name, column in self._columns.items():
            column.write(self._committed, [values.get(name) for values in self._pending])
        self._committed += len(self._pending)
        self._pending = []
        self._records.update_attributes({_COMMITTED: self._committed})

    def close(self) -> None:
        """Drop what was not committed."""
        self._pending = []
        self._release()

    def _check_alone(self) -> None:
        if _WRITERS.get(self._place) is not self:
            raise OSError(
                f"group {self._place[1]!r} was deleted, or is recorded by another callback of this process since"
            )


_WRITERS: WeakValueDictionary[tuple[str, str], ZarrWriter] = WeakValueDictionary()
"""The one writer of this process that a location's group has."""


class ZarrReader:
    """See `handyhooks.StorageReader`."""

    def __init__(self, location: str, group: str) -> None:
        self._location = location
        self._group = group
        self.refresh()

    @property
    def header(self) -> Mapping[str, Any]:
        """As given to `create`."""
        header: Any = self._run.attrs[_HEADER]
        return dict(header)

    def static(self, name: str) -> np.ndarray:
        """One of the arrays given to `create`."""
        return self._steadily(lambda: self._read_static(name))

    def __len__(self) -> int:
        return self._count

    def names(self) -> Sequence[str]:
        """Names that occur in committed records."""
        return list(self._columns)

    def read(self, name: str, index: int | slice) -> np.ndarray:
        """One record's array, or those of a slice of records."""
        if not isinstance(index, slice) and not 0 <= index < self._count:
            raise IndexError(f"Record {index} is not committed: there are {self._count}.")
        return self._steadily(lambda: self._columns[name].read(index, self._count))

    def refresh(self) -> None:
        """Read all metadata anew."""
        steadily(self._location, self._load)

    def _load(self, count: int | None = None) -> None:
        self._place = identity(self._location)
        self._run = _find(self._location, self._group, writable=False)
        records = _as_group(self._run[_RECORDS])
        self._count = _committed(records) if count is None else count
        self._columns = {column.name: column for column in columns_of(records) if column.holds(self._count).any()}

    def _read_static(self, name: str) -> np.ndarray:
        arrays = _as_group(self._run[_STATIC])
        if encode(name) not in arrays:
            raise KeyError(name)
        return np.asarray(arrays[encode(name)][...])  # type: ignore[index]

    def _steadily(self, read: Callable[[], np.ndarray]) -> np.ndarray:
        def read_where_it_is() -> np.ndarray:
            if identity(self._location) != self._place:
                self._load(self._count)
            return read()

        return steadily(self._location, read_where_it_is)

    def close(self) -> None:
        """Release the store."""
        self._run.store.close()


def _root(location: str, *, writable: bool) -> zarr.Group:
    try:
        return zarr.open_group(store_for(location, writable=writable), mode="r+" if writable else "r", zarr_format=3)
    except GroupNotFoundError as error:
        raise FileNotFoundError(f"There is no Zarr hierarchy at {location!r}.") from error


def _find(location: str, group: str, *, writable: bool) -> zarr.Group:
    root = _root(location, writable=writable)
    if not _is_run(root, group):
        raise KeyError(group)
    return _as_group(root[encode(group)])


def _is_run(root: zarr.Group, group: str) -> bool:
    # The records' group is made last: without it, the run was never wholly there.
    return f"{encode(group)}/{_RECORDS}" in root


def _committed(records: zarr.Group) -> int:
    count: Any = records.attrs[_COMMITTED]
    return int(count)


def _as_group(node: Any) -> zarr.Group:
    if not isinstance(node, zarr.Group):
        raise OSError(f"{node!r} is no group: the hierarchy is damaged.")
    return node


BACKEND = StorageBackend(
    name="zarr",
    summary="A Zarr 3 hierarchy in a folder, a zip file, or wherever fsspec reaches.",
    suffixes=(".zarr", ".zarr.zip"),
    schemes=("s3", "gs", "gcs", "az", "abfs", "memory"),
    create=create,
    resume=resume,
    open=open_run,
    groups=groups,
    delete=delete,
)
