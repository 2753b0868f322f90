"""What writers of storage backends have in common. Needs no numpy: arrays are told by their attributes."""

from __future__ import annotations

import math
from typing import Any, Final

__all__ = ["check_form", "check_next", "chunk_shape"]

_SMALL: Final = 64 * 1024
_ROWS_PER_CHUNK: Final = 256
_CHUNK: Final = 1024 * 1024


def check_next(index: int, written: int) -> None:
    """Refuse a record that is not the next one.

    Parameters
    ----------
    index
        Number of the record that is to be written.
    written
        How many records there are, committed or not.

    Raises
    ------
    ValueError
        Another one is next.

    Examples
    --------
    >>> check_next(3, 3)
    >>> check_next(5, 3)
    Traceback (most recent call last):
    ValueError: Record 5 can't be written now: 3 is next.
    """
    if index != written:
        raise ValueError(f"Record {index} can't be written now: {written} is next.")


def check_form(name: str, value: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Refuse an array of another shape or dtype than earlier records have under its name.

    Raises
    ------
    ValueError
        It is another.
    """
    if value.shape != shape or value.dtype != dtype:
        raise ValueError(
            f"{name!r} has shape {shape} and dtype {dtype} in earlier records; got {value.shape} and {value.dtype}."
        )


def chunk_shape(value: Any, *, shared: int = _CHUNK) -> tuple[int, ...]:
    """Shape of the chunks in which records of an array are best stored, the first axis counting records.

    Small arrays share a chunk, so that it is worth its cost; a large one lies in chunks of its own, of at most 1 MB.

    Parameters
    ----------
    value
        One record's array.
    shared
        Bytes of a chunk that several records share. A file of one record is too large by up to so many for each array,
        unless chunks are compressed.

    Examples
    --------
    >>> import numpy
    >>> chunk_shape(numpy.zeros(4)), chunk_shape(numpy.zeros((100, 1000))), chunk_shape(numpy.zeros(300), shared=4096)
    ((256, 4), (1, 100, 1000), (1, 300))
    """
    shape = [max(1, side) for side in value.shape]
    if value.nbytes <= _SMALL:
        return (max(1, min(_ROWS_PER_CHUNK, shared // max(1, value.nbytes))), *shape)
    for axis in range(len(shape)):
        while shape[axis] > 1 and math.prod(shape) * value.itemsize > _CHUNK:
            shape[axis] = -(-shape[axis] // 2)
    return (1, *shape)
