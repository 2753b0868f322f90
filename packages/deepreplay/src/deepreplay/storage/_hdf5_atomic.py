"""A file that changes from one flush to the next as a whole, or not at all.

HDF5 changes a file piece by piece: a writer that is killed between two pieces leaves an index that has lost what it
held, and a reader beside the writer meets one. Here, what lies below the file's end as of the last flush stays as it is
until the next: its new pages are kept in memory. A flush first appends them to the file as a journal that ends with its
checksum, then puts them in their places, then cuts the journal off. Who opens the file with a whole journal at its end
finishes that; HDF5 itself takes no notice of what lies behind the end that it knows.
"""

from __future__ import annotations

import errno
import io
import os
import struct
import sys
import zlib
from contextlib import suppress
from typing import Final

try:
    import fcntl
except ImportError:  # Windows, where HDF5 locks nothing either
    fcntl = None  # type: ignore[assignment]

__all__ = ["AtomicFile", "is_written"]

_PAGE: Final = 4096
_MAGIC: Final = b"dprl-wal"
_FOOTER: Final = struct.Struct("<8sQQQI")
"""Magic, size of the file proper, start of the journal, number of pages, CRC-32 of the journal and what is before."""
_NO_LOCKS: Final = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK)
"""What file systems without locks say."""
_SUPERBLOCK: Final = 96
"""Bytes in which HDF5 keeps the end of the file. They change whenever a flush has made the file grow."""


class AtomicFile(io.RawIOBase):
    """A file for h5py to work on.

    What can't be written, as on a full disk, is kept in memory with all that comes after it: HDF5 is left in order, and
    so is the file. `failure` tells.

    Parameters
    ----------
    location
        Its path.
    mode
        ``"r"`` to read, ``"r+"`` to read and write, ``"a"`` to make it too unless it is there. What is read only is
        never changed, not even to finish a flush.

    Raises
    ------
    BlockingIOError
        It is to be written, and has another writer, or a reader that keeps writers out.
    OSError
        It can't be opened.
    """

    def __init__(self, location: str, mode: str) -> None:
        self._writable = mode != "r"
        flags = os.O_RDONLY if mode == "r" else os.O_RDWR if mode == "r+" else os.O_RDWR | os.O_CREAT
        descriptor = os.open(location, flags | getattr(os, "O_BINARY", 0), 0o666)
        self._file = io.FileIO(descriptor, "r+" if self._writable else "r")
        self._location = location
        self._position = self._size = 0
        self.failure: OSError | None = None
        try:
            if self._writable:
                _lock(descriptor)
            self._seen = _stamp(os.fstat(descriptor))
            self._generation = self._read_generation()
            self._pages, size = self._read_journal()
            self._finish(size)
        except BaseException:
            self._file.close()
            raise

    @property
    def touched(self) -> bool:
        """Whether anything was written to it, or its place taken, since it was opened."""
        try:
            return self._seen != _stamp(os.stat(self._location))
        except FileNotFoundError:
            return True

    @property
    def changed(self) -> bool:
        """Whether a flush has made the file grow since it was opened."""
        return self._read_generation() != self._generation

    def fail(self, reason: OSError) -> None:
        """Let the file be as the last flush left it, whatever is written from now on."""
        self.failure = self.failure or reason
        self._protected = sys.maxsize

    def flush(self) -> None:
        """Let all that was written since the last flush become true at once."""
        if self.closed or not self._writable or self.failure is not None:
            return
        try:
            if self._size < self._end or len(self._pages) > 1:  # a page alone is written whole or not at all
                self._write_journal()
        except OSError as error:
            self.fail(error)
        else:
            self._finish(self._size)

    def close(self) -> None:
        """Close the file; what was not flushed is gone."""
        if not self.closed:
            if self._writable:
                with suppress(OSError):
                    self._file.truncate(self._end)
            self._writable = False  # the base class flushes
            self._file.close()
        super().close()

    def fileno(self) -> int:
        """Descriptor of the file."""
        return self._file.fileno()

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def writable(self) -> bool:
        """Whether it is written."""
        return self._writable

    def seekable(self) -> bool:
        """Whether it can be read and written anywhere: always."""
        return True

    def tell(self) -> int:
        """Position of the next read or write."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Set the position of the next read or write."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; zeros stand for what was never written."""
        start, view = self._position, memoryview(buffer).cast("B")
        stop = start + len(view)
        _fill(self._file, start, view)
        for number in self._pages.keys() & range(start // _PAGE, -(-stop // _PAGE)) if self._pages else ():
            first = number * _PAGE
            begin, end = max(start, first), min(stop, first + _PAGE)
            view[begin - start : end - start] = self._pages[number][begin - first : end - first]
        self._position = stop
        return len(view)

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        """Write bytes: behind the last flush's end at once, before it with the next flush."""
        view = memoryview(data).cast("B")
        start, stop = self._position, self._position + len(view)
        kept = min(max(start, self._protected), stop)
        try:
            self._put(kept, view[kept - start :])
        except OSError as error:
            self.fail(error)
            kept = stop
        for begin in range(start - start % _PAGE, kept, _PAGE) if start < kept else ():
            first, last = max(begin, start), min(begin + _PAGE, kept)
            self._page(begin // _PAGE)[first - begin : last - begin] = view[first - start : last - start]
        self._position, self._size = stop, max(self._size, stop)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the size; what the last flush holds is cut off with the next one."""
        self._size = self._position if size is None else size
        if self._size >= self._protected:
            try:
                self._file.truncate(self._size)
            except OSError as error:
                self.fail(error)
        return self._size

    def _page(self, number: int) -> bytearray:
        if number not in self._pages:
            self._pages[number] = page = bytearray(_PAGE)
            _fill(self._file, number * _PAGE, memoryview(page))
        return self._pages[number]

    def _put(self, start: int, view: memoryview) -> None:
        if view:
            self._file.seek(start)
        while view:
            view = view[self._file.write(view) or 0 :]

    def _read_generation(self) -> bytes:
        superblock = bytearray(_SUPERBLOCK)
        _fill(self._file, 0, memoryview(superblock))
        return bytes(superblock)

    def _write_journal(self) -> None:
        """Append the pages, their numbers and the footer, in one piece."""
        start = max(self._file.seek(0, os.SEEK_END), self._size)
        numbers = sorted(self._pages)
        body = b"".join([bytes(self._pages[number]) for number in numbers])
        body += struct.pack(f"<{len(numbers)}Q", *numbers)
        head = (_MAGIC, self._size, start, len(numbers))
        checksum = zlib.crc32(_FOOTER.pack(*head, 0), zlib.crc32(body))
        self._put(start, memoryview(body + _FOOTER.pack(*head, checksum)))

    def _read_journal(self) -> tuple[dict[int, bytearray], int]:
        """The pages of a flush that was not finished, and the size that the file has with them."""
        total = self._file.seek(0, os.SEEK_END)
        footer = bytearray(_FOOTER.size)
        if total < len(footer):
            return {}, total
        _fill(self._file, total - len(footer), memoryview(footer))
        magic, size, start, count, checksum = _FOOTER.unpack(footer)
        if magic != _MAGIC or start + count * (_PAGE + 8) + len(footer) != total:
            return {}, total
        body = bytearray(count * (_PAGE + 8))
        _fill(self._file, start, memoryview(body))
        if zlib.crc32(_FOOTER.pack(magic, size, start, count, 0), zlib.crc32(body)) != checksum:
            return {}, total
        numbers = struct.unpack_from(f"<{count}Q", body, count * _PAGE)
        return {number: body[i * _PAGE : (i + 1) * _PAGE] for i, number in enumerate(numbers)}, size

    def _finish(self, size: int) -> None:
        """Put the pages in their places, the first of the file first, and cut off what lies behind the file's end."""
        if self._writable:
            for number in sorted(self._pages):
                self._put(number * _PAGE, memoryview(self._pages[number])[: max(0, size - number * _PAGE)])
            if self._file.seek(0, os.SEEK_END) != size:
                self._file.truncate(size)
            self._pages.clear()
        self._size = self._end = size
        # Of a new file too, the first page appears with the first flush.
        self._protected = max(1, -(-size // _PAGE)) * _PAGE


def _fill(file: io.FileIO, start: int, view: memoryview) -> None:
    """Read into a buffer; zeros stand for what lies behind the file's end."""
    file.seek(start)
    done = 0
    while done < len(view):
        count = file.readinto(view[done:])
        if not count:
            view[done:] = bytes(len(view) - done)
            return
        done += count


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def is_written(location: str) -> bool:
    """Whether someone has a file open to write it, as far as locks tell."""
    if fcntl is not None:
        with open(location, "rb") as file, suppress(OSError):
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False


def _lock(descriptor: int) -> None:
    """Keep other writers out, as HDF5 does, and whoever locks what he reads."""
    if fcntl is None or os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() == "FALSE":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
