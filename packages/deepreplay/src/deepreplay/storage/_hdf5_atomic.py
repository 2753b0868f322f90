"""A file that changes from one flush to the next as a whole, or not at all.

HDF5 changes a file piece by piece: a writer that is killed between two pieces leaves an index that has lost what it
held, and a reader beside the writer meets one. Here, what lies below the file's end as of the last flush stays as it is
until the next: its new pages are kept in memory. A flush first appends them to the file as a journal that ends with its
checksum, then puts them in their places, then cuts the journal off. Who opens the file with a whole journal at its end
finishes that; HDF5 itself takes no notice of what lies behind the end that it knows.
"""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress
from typing import Final

from deepreplay.storage._hdf5_descriptors import enter, leave, lock, read_at, size_of, stamp, write_at
from deepreplay.storage._hdf5_journal import PAGE, journal_of, read_journal

__all__ = ["AtomicFile", "is_unborn"]

_UNBORN: Final = b"dprl-new"
"""What a new file begins with until its first flush."""
_TICK: Final = 50_000_000
"""Nanoseconds in which a file may be written to twice at what its status takes for one time."""
_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
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
        self._descriptor = os.open(location, flags | getattr(os, "O_BINARY", 0), 0o666)
        self._location = os.path.abspath(location)
        self._position = self._size = self._end = 0
        self._whole = True
        self.failure: OSError | None = None
        try:
            if self._writable:
                lock(self._descriptor)
            else:
                self.enter()
            status = os.fstat(self._descriptor)
            self._seen = stamp(status)
            self._fresh = abs(time.time_ns() - status.st_mtime_ns) < _TICK
            self.new = mode == "a" and _begins_unborn(self._descriptor)
            if self.new:
                self._bear()
            self._superblock = self._find_superblock()
            self._generation = self._read_generation()
            if not self.new:
                self._pages, size = read_journal(self._descriptor)
                self._finish(size)
        except BaseException:
            os.close(self._descriptor)
            self._writable = False
            super().close()
            raise

    @property
    def touched(self) -> bool:
        """Whether anything was written to it, or its place taken, since it was opened, as far as that can be told."""
        try:
            return self._fresh or self._seen != stamp(os.stat(self._location))
        except FileNotFoundError:
            return True

    @property
    def changed(self) -> bool:
        """Whether a flush has made the file grow since it was opened."""
        return self._read_generation() != self._generation

    @property
    def lost(self) -> bool:
        """Whether the file was deleted, or another took its place."""
        status = os.fstat(self._descriptor)
        try:  # some file systems count no links at all
            return status.st_nlink == 0 and not os.path.samestat(status, os.stat(self._location))
        except FileNotFoundError:
            return True

    def enter(self) -> None:
        """Keep the writer from changing what is there until `leave` is called, or the file closed."""
        enter(self._descriptor, alone=False)

    def leave(self) -> None:
        """Let the writer change what is there."""
        leave(self._descriptor)

    def forsake(self) -> None:
        """Leave the file to another process, which this one was forked from, and let it have the lock alone."""
        if self._writable and not self.closed:
            self.fail(OSError("it belongs to the process that this one was forked from"))
            self._writable = self.new = False
            place = self._location if os.path.exists(self._location) else os.devnull
            other = os.open(place, os.O_RDONLY)
            os.dup2(other, self._descriptor, inheritable=False)
            os.close(other)

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
                start = max(size_of(self._descriptor), self._size)
                made = journal_of(self._pages, size=self._size, start=start)
                write_at(self._descriptor, memoryview(made), start)
                self._whole = False
            self._finish(self._size)
        except OSError as error:
            self.fail(error)

    def close(self) -> None:
        """Close the file; what was not flushed is gone."""
        if not self.closed:
            if self._writable and self._whole:  # else its journal stays, for the next one to finish it
                with suppress(OSError):
                    os.ftruncate(self._descriptor, self._end)
            self._writable = False  # the base class flushes
            os.close(self._descriptor)
        super().close()

    def fileno(self) -> int:
        """Descriptor of the file."""
        return self._descriptor

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
        read_at(self._descriptor, view, start)
        for number in self._pages.keys() & range(start // PAGE, -(-stop // PAGE)) if self._pages else ():
            first = number * PAGE
            begin, end = max(start, first), min(stop, first + PAGE)
            view[begin - start : end - start] = self._pages[number][begin - first : end - first]
        self._position = stop
        return len(view)

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        """Write bytes: behind the last flush's end at once, before it with the next flush."""
        view = memoryview(data).cast("B")
        start, stop = self._position, self._position + len(view)
        kept = min(max(start, self._protected), stop)
        try:
            write_at(self._descriptor, view[kept - start :], kept)
        except OSError as error:
            self.fail(error)
            kept = stop
        for begin in range(start - start % PAGE, kept, PAGE) if start < kept else ():
            first, last = max(begin, start), min(begin + PAGE, kept)
            self._page(begin // PAGE)[first - begin : last - begin] = view[first - start : last - start]
        self._position, self._size = stop, max(self._size, stop)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the size; what the last flush holds is cut off with the next one."""
        self._size = self._position if size is None else size
        if self._size >= self._protected:
            try:
                os.ftruncate(self._descriptor, self._size)
            except OSError as error:
                self.fail(error)
        return self._size

    def _page(self, number: int) -> bytearray:
        if number not in self._pages:
            self._pages[number] = page = bytearray(PAGE)
            read_at(self._descriptor, memoryview(page), number * PAGE)
        return self._pages[number]

    def _bear(self) -> None:
        """Begin a new file. Its first page appears with the first flush: a writer may be killed before."""
        write_at(self._descriptor, memoryview(_UNBORN), 0)
        if size_of(self._descriptor) > len(_UNBORN):  # to 0 it would make ext4 wait for the disk when it is closed
            os.ftruncate(self._descriptor, len(_UNBORN))
        self._pages = {0: bytearray(PAGE)}
        self._protected = PAGE

    def _find_superblock(self) -> int:
        """Where HDF5 looks for it: at the start, or behind what another tool has put before (a user block)."""
        start, signature = 0, bytearray(len(_SIGNATURE))
        while start < size_of(self._descriptor):
            read_at(self._descriptor, memoryview(signature), start)
            if signature == _SIGNATURE:
                return start
            start = max(512, 2 * start)
        return 0

    def _read_generation(self) -> bytes:
        superblock = bytearray(_SUPERBLOCK)
        read_at(self._descriptor, memoryview(superblock), self._superblock)
        return bytes(superblock)

    def _place(self, size: int) -> None:
        for number in sorted(self._pages):
            page = memoryview(self._pages[number])[: max(0, size - number * PAGE)]
            write_at(self._descriptor, page, number * PAGE)
        if size_of(self._descriptor) != size:
            os.ftruncate(self._descriptor, size)

    def _finish(self, size: int) -> None:
        """Put the pages in their places, the first of the file first, and cut off what lies behind the file's end."""
        if self._writable:
            enter(self._descriptor, alone=True)
            try:
                self._place(size)
            finally:
                leave(self._descriptor)
            self._pages.clear()
        self._whole = True
        self._size = self._end = size
        self._protected = max(1, -(-size // PAGE)) * PAGE


def _begins_unborn(descriptor: int) -> bool:
    start = bytearray(len(_UNBORN))
    read_at(descriptor, memoryview(start), 0)
    return start == _UNBORN or size_of(descriptor) == 0


def is_unborn(location: str) -> bool:
    """Whether a file is empty, or its writer has not flushed it for the first time."""
    descriptor = os.open(location, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return _begins_unborn(descriptor)
    finally:
        os.close(descriptor)
