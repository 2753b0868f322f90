"""One name's arrays: a Zarr array whose row `i` is what record `i` holds.

Rows of records without the name are left at the fill value, and cost nothing where a chunk holds one row. Which
records do hold it stands in the attribute ``held``, as runs ``[first, last + 1]``; the end of one that still goes
on is null.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import zarr

from deepreplay_zarr.names import decode, encode
from handyhooks.storage import check_form, chunk_shape

__all__ = ["Column", "columns_of"]

_HELD: Final = "held"
_ORDER: Final = "order"


class Column:
    """One name's rows.

    Parameters
    ----------
    array
        As it is stored.
    """

    def __init__(self, array: zarr.Array[Any]) -> None:
        self._array = array
        self._held: list[list[int | None]] = [list(run) for run in array.attrs[_HELD]]  # type: ignore[arg-type,union-attr]

    @classmethod
    def create(cls, parent: zarr.Group, name: str, order: int, index: int, value: np.ndarray) -> Column:
        """Make the array of a name that is first written in record `index`."""
        array = parent.create_array(
            encode(name),
            shape=(0, *value.shape),
            chunks=chunk_shape(value),
            dtype=value.dtype,
            fill_value=np.nan if value.dtype.kind == "f" else 0,
            attributes={"name": name, _ORDER: order, _HELD: [[index, None]]},
            overwrite=True,
        )
        return cls(array)

    @property
    def name(self) -> str:
        """What the writer calls it."""
        return decode(self._array.basename)

    @property
    def order(self) -> int:
        """Position among the names, by their first write."""
        return int(self._array.attrs[_ORDER])  # type: ignore[arg-type]

    def check(self, value: np.ndarray) -> None:
        """Refuse another shape or dtype than earlier records have (`ValueError`)."""
        check_form(self.name, value, tuple(self._array.shape[1:]), self._array.dtype)

    def write(self, first: int, values: list[np.ndarray | None]) -> None:
        """Write the rows of records from `first` on; None for those without the name."""
        end = first + len(values)
        self._array.resize((end, *self._array.shape[1:]))
        for start, block in _blocks(first, values):
            self._array[start : start + len(block)] = block
        self._note(first, [value is not None for value in values])

    def holds(self, count: int) -> np.ndarray:
        """For each of the first `count` records, whether it holds the name."""
        held = np.zeros(count, dtype=bool)
        for first, end in self._held:
            held[first:end] = True
        return held

    def read(self, index: int | slice, count: int) -> np.ndarray:
        """Row of a record, or the rows of a slice of the first `count` records.

        Raises
        ------
        KeyError
            A record that was asked for does not hold the name.
        """
        held = self.holds(count)
        if not isinstance(index, slice):
            if not held[index]:
                raise KeyError(self.name)
            return np.asarray(self._array[index])
        wanted = np.arange(count)[index]
        if not held[wanted].all():
            raise KeyError(self.name)
        if len(wanted) == 0:
            return np.empty((0, *self._array.shape[1:]), self._array.dtype)
        block = np.asarray(self._array[int(wanted.min()) : int(wanted.max()) + 1])
        return np.ascontiguousarray(block[wanted - wanted.min()])

    def cut(self, count: int) -> bool:
        """Drop what records from `count` on hold; False where nothing is left."""
        kept = [[first, end if end is None or end < count else None] for first, end in self._held if first < count]  # type: ignore[operator]
        if not kept:
            return False
        self._array.resize((min(count, self._array.shape[0]), *self._array.shape[1:]))
        self._set(kept)
        return True

    def _note(self, first: int, held: list[bool]) -> None:
        runs = [list(run) for run in self._held]
        for index, there in enumerate(held, start=first):
            end = runs[-1][1]
            if there and end is not None and end < index:
                runs.append([index, None])
            elif there:
                runs[-1][1] = None
            elif end is None:
                runs[-1][1] = index
        self._set(runs)

    def _set(self, runs: list[list[int | None]]) -> None:
        if runs != self._held:
            self._held = runs
            self._array.update_attributes({_HELD: runs})


def columns_of(parent: zarr.Group) -> Iterator[Column]:
    """Every name's rows, in the order of first writes."""
    yield from sorted((Column(array) for _, array in parent.arrays()), key=lambda column: column.order)


def _blocks(first: int, values: list[np.ndarray | None]) -> Iterator[tuple[int, np.ndarray]]:
    """Neighbouring rows together: a chunk that holds many is written once."""
    start, block = first, list[np.ndarray]()
    for index, value in enumerate([*values, None], start=first):
        if value is not None:
            start = start if block else index
            block.append(value)
        elif block:
            yield start, np.stack(block)
            block = []
