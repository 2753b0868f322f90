"""One name's arrays in an HDF5 group: a dataset with one row for each record that holds the name.

A name has its rows without gaps. Only where records leave a name out, or it starts late, a second dataset lists the
records that the rows belong to. Numbers are the exception, so that any tool can plot them as they are: a
floating-point scalar has a row in every record from record 1 on, NaN where it was left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import h5py
import numpy as np

from deepreplay.storage._hdf5_names import decode
from handyhooks.storage import check_form, chunk_shape

__all__ = ["HOLDERS", "Column", "columns_of"]

HOLDERS: Final = "%records"
"""Group of the lists of records; `encode` never gives this name."""

_START = "first_record"
_ORDER = "order"
_ROWS_PER_CHUNK = 256
_SHARED: Final = 4096
"""Bytes of a chunk of small arrays: about what HDF5 takes for a dataset as such, however little it holds."""


class Column:
    """One name's rows.

    Parameters
    ----------
    group
        The run's group.
    path
        Path of the dataset within it.
    """

    def __init__(self, group: h5py.Group, path: str) -> None:
        self._group = group
        self.path = path
        self._rows: h5py.Dataset = group[path]
        self._start = int(self._rows.attrs[_START])
        self._holders: h5py.Dataset | None = group.get(f"{HOLDERS}/{path}")
        self._padded = self._rows.ndim == 1 and self._rows.dtype.kind == "f"

    @classmethod
    def create(cls, group: h5py.Group, path: str, name: str, order: int, index: int, value: np.ndarray) -> Column:
        """Make the dataset of a name that is first written in record `index`."""
        rows = group.create_dataset(
            path,
            shape=(0, *value.shape),
            maxshape=(None, *value.shape),
            dtype=value.dtype,
            chunks=chunk_shape(value, shared=_SHARED) if value.size else True,
            fillvalue=np.nan if value.dtype.kind == "f" else None,
        )
        rows.attrs[_ORDER] = order
        rows.attrs[_START] = min(index, 1) if rows.ndim == 1 and value.dtype.kind == "f" else index
        if path != name and "\x00" not in name:
            rows.attrs["name"] = name
        return cls(group, path)

    @staticmethod
    def is_at(dataset: h5py.Dataset) -> bool:
        """Whether a dataset holds the rows of a name."""
        return _ORDER in dataset.attrs

    @property
    def name(self) -> str:
        """What the writer calls it."""
        return "/".join(map(decode, self.path.split("/")))

    @property
    def order(self) -> int:
        """Position among the names, by their first write."""
        return int(self._rows.attrs[_ORDER])

    def holders(self) -> np.ndarray:
        """Records that hold the name, ascending."""
        if self._holders is not None:
            return np.asarray(self._holders[:], dtype=np.int64)
        return np.arange(self._start, self._start + len(self._rows))

    def write(self, index: int, value: np.ndarray) -> None:
        """Append the row of record `index`, which comes after all that were written.

        Raises
        ------
        ValueError
            The shape or dtype differs from that of earlier records.
        """
        check_form(self.name, value, self._rows.shape[1:], self._rows.dtype)
        if self._holders is None and index != self._start + len(self._rows):
            self._list_holders()
        if self._holders is not None:
            _append(self._holders, np.asarray(index, dtype=np.int64))
        if self._padded:
            self._rows.resize(index - self._start, axis=0)
        _append(self._rows, value)

    def read(self, index: int | slice, count: int) -> np.ndarray:
        """Row of a record, or the rows of a slice of the first `count` records.

        Raises
        ------
        KeyError
            A record that was asked for does not hold the name.
        """
        wanted = np.arange(count)[index] if isinstance(index, slice) else np.asarray([index])
        if not np.isin(wanted, self.holders()).all():
            raise KeyError(self.name)
        rows = self._rows_of(wanted)
        if not isinstance(index, slice):
            return np.asarray(self._rows[int(rows[0])])
        if len(rows) == 0:
            return np.asarray(self._rows[:0])
        # One read of the block is faster than one of each row, and h5py knows no negative steps.
        first, last = int(rows.min()), int(rows.max())
        block = np.asarray(self._rows[first : last + 1])
        return np.ascontiguousarray(block[rows - first])

    def cut(self, count: int) -> None:
        """Drop what records from `count` on hold."""
        held = self.holders()
        kept = held[held < count]
        if len(kept) == 0:
            del self._group[self.path]
            if self._holders is not None:
                del self._group[f"{HOLDERS}/{self.path}"]
            return
        self._rows.resize(int(self._rows_of(kept[-1:])[0]) + 1, axis=0)
        if self._holders is not None:
            self._holders.resize(len(kept), axis=0)

    def _rows_of(self, records: np.ndarray) -> np.ndarray:
        if self._padded or self._holders is None:
            return records - self._start
        return np.searchsorted(self.holders(), records)

    def _list_holders(self) -> None:
        held = self.holders()
        self._holders = self._group.create_dataset(
            f"{HOLDERS}/{self.path}", data=held, maxshape=(None,), chunks=(_ROWS_PER_CHUNK,)
        )


def columns_of(group: h5py.Group) -> Iterator[Column]:
    """Every name's rows, in the order of first writes."""
    paths: list[str] = []

    def note(path: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and Column.is_at(item):
            paths.append(path)

    group.visititems(note)
    yield from sorted((Column(group, path) for path in paths), key=lambda column: column.order)


def _append(dataset: h5py.Dataset, value: np.ndarray) -> None:
    dataset.resize(len(dataset) + 1, axis=0)
    dataset[-1] = value
