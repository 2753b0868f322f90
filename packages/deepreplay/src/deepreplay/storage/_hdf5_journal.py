"""New pages of a file at its end, from when they are all there until they are in their places."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final

from deepreplay.storage._hdf5_descriptors import read_at, size_of

__all__ = ["PAGE", "journal_of", "read_journal"]

PAGE: Final = 4096
"""Bytes of a page."""
_MAGIC: Final = b"dprl-wal"
_FOOTER: Final = struct.Struct("<8sQQQI")
"""Magic, size of the file proper, start of the journal, number of pages, CRC-32 of the journal and what is before."""


def journal_of(pages: Mapping[int, bytearray], *, size: int, start: int) -> bytes:
    """Pages by number, and the size that the file has with them, to be written where the file ends, at `start`."""
    numbers = sorted(pages)
    body = b"".join([bytes(pages[number]) for number in numbers])
    body += struct.pack(f"<{len(numbers)}Q", *numbers)
    head = (_MAGIC, size, start, len(numbers))
    return body + _FOOTER.pack(*head, zlib.crc32(_FOOTER.pack(*head, 0), zlib.crc32(body)))


def read_journal(descriptor: int) -> tuple[dict[int, bytearray], int]:
    """The pages that a file ends with, and the size that it has with them.

    None, and its size as it is, where it does not end with a whole journal.
    """
    total = size_of(descriptor)
    footer = bytearray(_FOOTER.size)
    if total < len(footer):
        return {}, total
    read_at(descriptor, memoryview(footer), total - len(footer))
    magic, size, start, count, checksum = _FOOTER.unpack(footer)
    if magic != _MAGIC or start + count * (PAGE + 8) + len(footer) != total:
        return {}, total
    body = bytearray(count * (PAGE + 8))
    read_at(descriptor, memoryview(body), start)
    if zlib.crc32(_FOOTER.pack(magic, size, start, count, 0), zlib.crc32(body)) != checksum:
        return {}, total
    numbers = struct.unpack_from(f"<{count}Q", body, count * PAGE)
    return {number: body[i * PAGE : (i + 1) * PAGE] for i, number in enumerate(numbers)}, size
