"""Free text as names of HDF5 objects, which can't be empty, '.', or hold a slash."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["decode", "encode"]

_UNSAFE = re.compile(r"[%/\x00]|^\.+$")
_EMPTY = "%"


def encode(name: str, *, taken: bool = False) -> str:
    """Name of the object that holds what the user calls `name`: the same, where HDF5 allows it.

    Parameters
    ----------
    name
        Free text.
    taken
        An object of that very name is there already: give another one.

    Examples
    --------
    >>> encode("loss"), encode("a/b"), encode("loss", taken=True)
    ('loss', 'a%2Fb', '%6Coss')
    """
    if not name:
        return _EMPTY
    if taken and not _UNSAFE.match(name):
        return _escaped(name[0]) + _UNSAFE.sub(lambda match: _escaped(match[0]), name[1:])
    return _UNSAFE.sub(lambda match: _escaped(match[0]), name)


def decode(name: str) -> str:
    """What the user calls the object: undoes `encode`."""
    return "" if name == _EMPTY else unquote(name)


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())
