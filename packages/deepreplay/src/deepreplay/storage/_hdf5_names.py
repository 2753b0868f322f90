"""Free text as names of HDF5 objects, which can't be empty, '.', or hold a slash."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["decode", "encode", "static_paths"]

_UNSAFE = re.compile(r"[%/\x00]|^\.+$")
# A percent sign of the name's own is always followed by 25.
_EMPTY = "%"
_TAKEN = "%+"


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
    ('loss', 'a%2Fb', '%+loss')
    """
    encoded = _UNSAFE.sub(lambda match: _escaped(match[0]), name) or _EMPTY
    return _TAKEN + encoded if taken else encoded


def static_paths(name: str) -> list[str]:
    """Where an array that is written once may lie, best first: ``a/b`` as ``b`` in a group ``a``, if that can be.

    Examples
    --------
    >>> static_paths("inputs"), static_paths("inputs/left eye"), static_paths("/a")
    (['inputs'], ['inputs/left eye', 'inputs%2Fleft eye'], ['%2Fa'])
    """
    head, _, rest = name.partition("/")
    nested = [f"{head}/{encode(rest)}"] if rest and head and encode(head) == head else []
    return [*nested, encode(name)]


def decode(name: str) -> str:
    """What the user calls the object: undoes `encode`."""
    encoded = name.removeprefix(_TAKEN)
    return "" if encoded == _EMPTY else unquote(encoded)


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())
