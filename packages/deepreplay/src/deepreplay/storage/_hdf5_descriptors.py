"""Bytes of a file at any place, and its locks.

Nothing here depends on where a descriptor stands: after a fork two processes would move it under one another.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from typing import Final

try:
    import fcntl
except ImportError:  # Windows, where HDF5 locks nothing either
    fcntl = None  # type: ignore[assignment]

__all__ = ["enter", "is_written", "leave", "lock", "read_at", "size_of", "stamp", "write_at"]

_NO_LOCKS: Final = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK)
"""What file systems without locks say."""
_GATE: Final = 2**62
"""The byte, behind all files, whose lock readers share while they read, and a writer has while it changes things."""
_PATIENCE: Final = 0.1
_PAUSE: Final = 0.0005


def read_at(descriptor: int, view: memoryview, start: int) -> None:
    """Fill a buffer; zeros stand for what lies behind the file's end."""
    done = 0
    while done < len(view):
        data = _read(descriptor, len(view) - done, start + done)
        if not data:
            view[done:] = bytes(len(view) - done)
            return
        view[done : done + len(data)] = data
        done += len(data)


def write_at(descriptor: int, view: memoryview, start: int) -> None:
    """Write a buffer whole."""
    done = 0
    while done < len(view):
        done += _write(descriptor, view[done:], start + done)


def size_of(descriptor: int) -> int:
    """Bytes of a file."""
    return os.fstat(descriptor).st_size


def stamp(status: os.stat_result) -> tuple[int, ...]:
    """What tells a file from another one, and from itself before something was written to it."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def lock(descriptor: int) -> None:
    """Keep other writers out, as HDF5 does, and whoever locks what he reads.

    Raises
    ------
    BlockingIOError
        There is one.
    """
    if fcntl is None or os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() == "FALSE":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def is_written(location: str) -> bool:
    """Whether someone has a file open to write it, as far as locks tell."""
    if fcntl is not None:
        with suppress(FileNotFoundError), open(location, "rb") as file, suppress(OSError):
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False


def enter(descriptor: int, *, alone: bool) -> None:
    """Wait for the gate between readers and the writer of a file, but not for long: someone may sleep in it.

    Parameters
    ----------
    descriptor
        Of the file, opened to write it if it is to be entered alone.
    alone
        Not together with readers.
    """
    deadline = time.monotonic() + _PATIENCE
    while fcntl is not None:
        try:
            fcntl.lockf(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB, 1, _GATE)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES) or time.monotonic() > deadline:
                return
        time.sleep(_PAUSE)


def leave(descriptor: int) -> None:
    """Leave the gate."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, _GATE)


if sys.platform != "win32":
    _read, _write = os.pread, os.pwrite
else:

    def _read(descriptor: int, size: int, start: int) -> bytes:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, size)

    def _write(descriptor: int, view: memoryview, start: int) -> int:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.write(descriptor, view)
