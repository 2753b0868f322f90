"""Opening HDF5 files, beside other handles of this process and beside other processes.

HDF5 refuses to open a file for writing that the same process has open for reading alone. So readers are known here:
they let go of a file that is about to be written, and open it again when they are next asked.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from contextlib import suppress
from typing import Final, Protocol
from weakref import WeakSet

import h5py

try:
    import fcntl
except ImportError:  # Windows, where readers keep their locks
    fcntl = None  # type: ignore[assignment]

__all__ = ["Borrower", "check_room", "open_file", "register", "release_readers"]

_TRIES: Final = 10
_PAUSE: Final = 0.02
_HELD: Final = "Another process has the file open: end what records or reads there, or choose another file"
_MARGIN: Final = 1024 * 1024
"""Bytes that must stay free: for what HDF5 writes beside the rows."""


class Borrower(Protocol):
    """A reader that can do without its file for a while."""

    location: str

    def release(self) -> None:
        """Close the file, to open it again when it is needed."""


# The open files of a process are shared by all of it, so what knows them is too.
_BORROWERS: WeakSet[Borrower] = WeakSet()


def register(borrower: Borrower) -> None:
    """Let a reader be asked to release its file."""
    _BORROWERS.add(borrower)


def release_readers(location: str) -> None:
    """Let all readers of a file close it.

    HDF5 opens a file once for the whole process: as long as one has it, what another process writes is seen by none.
    """
    path = os.path.realpath(location)
    for borrower in list(_BORROWERS):
        if os.path.realpath(borrower.location) == path:
            borrower.release()


def open_file(location: str, mode: str) -> h5py.File:
    """Open a file; for reading, also where another process or this one writes it.

    Raises
    ------
    FileNotFoundError
        The file, or for a new one its folder, is not there.
    OSError
        It can't be opened, and why.
    """
    if os.path.isdir(location):
        raise IsADirectoryError(errno.EISDIR, "It is a folder, not a file", location)
    if mode != "a" and not os.path.exists(location):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", location)
    return _for_reading(location) if mode == "r" else _for_writing(location, mode)


def check_room(location: str, growth: int) -> None:
    """Refuse to let a file grow by more than its disk has room for.

    Raises
    ------
    OSError
        There is not enough room.
    """
    if shutil.disk_usage(location).free < growth + _MARGIN:
        raise OSError(errno.ENOSPC, "The disk is full. What was recorded before is whole", location)


def _for_reading(location: str) -> h5py.File:
    for _ in range(_TRIES):
        with suppress(OSError):
            return _unlocked(location)
        time.sleep(_PAUSE)  # what another process is just writing may look damaged for a moment
    try:
        return _unlocked(location)
    except PermissionError as error:
        raise PermissionError(error.errno, "There is no right to read the file", location) from error
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, _HELD, location) from error
    except OSError as error:
        raise _damaged(error) from error


def _unlocked(location: str) -> h5py.File:
    try:
        file = h5py.File(location, "r")
    except BlockingIOError as held:
        release_readers(location)
        try:
            return h5py.File(location, "r", locking=False)  # another process writes it
        except OSError:
            raise held from None  # and has not put on disk yet what makes it a file that can be read
    except OSError as error:
        if "locking flag" in str(error):  # a reader of this process has it as another process wrote it
            release_readers(location)
        raise
    # The lock would keep other processes from recording into the file. HDF5's own `locking=False` would instead keep
    # this process from opening it plainly. A file that this process writes is not "r", and keeps its lock.
    if fcntl is not None and file.mode == "r":
        fcntl.flock(file.id.get_vfd_handle(), fcntl.LOCK_UN)
    return file


def _for_writing(location: str, mode: str) -> h5py.File:
    release_readers(location)
    try:
        return h5py.File(location, mode)
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, _HELD, location) from error
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", os.path.dirname(location)) from error
    except PermissionError as error:
        raise PermissionError(error.errno, "The file or its folder is read-only", location) from error
    except OSError as error:
        if "already open" in str(error):
            text = "This process has the file open for reading, not by deepreplay: close it there (h5py.File.close)"
            raise BlockingIOError(errno.EBUSY, text, location) from error
        raise _damaged(error) from error


def _damaged(error: OSError) -> OSError:
    text = str(error)
    if "signature not found" in text:
        return OSError("it is no HDF5 file. What it holds was left as it is; choose another file")
    if "truncated file" in text:
        return OSError(f"the HDF5 file was cut short, so parts of it are missing. Restore it from a copy ({text})")
    return OSError(f"the HDF5 file is damaged, or can't be opened: {text}")
