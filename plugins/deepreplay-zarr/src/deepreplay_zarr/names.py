"""Free text as names of Zarr nodes, which are files and folders in many stores."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

__all__ = ["decode", "encode"]

_EMPTY = "%"
# Names of periods alone, and those that begin with two underscores, mean something to Zarr.
_RESERVED = re.compile(r"\.+|__.*", re.DOTALL)


def encode(name: str) -> str:
    """Name of a node: letters, digits, spaces and dashes as they are, a slash as a period, the rest in percent.

    Examples
    --------
    >>> encode("layer0/weights1"), encode("a.b"), encode("/")
    ('layer0.weights1', 'a%2Eb', '%2F')
    """
    node = quote(name, safe="/ ").replace(".", "%2E").replace("/", ".")
    if _RESERVED.fullmatch(node):
        node = ("%2F" if node[0] == "." else "%5F") + node[1:]
    return node or _EMPTY


def decode(node: str) -> str:
    """What the user calls the node: undoes `encode`."""
    return "" if node == _EMPTY else unquote(node.replace(".", "/"))
