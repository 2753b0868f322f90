"""Opening HDF5 files, beside other handles of this process and beside other processes."""

from __future__ import annotations

import atexit
import errno
import os
import threading
import time
from contextlib import suppress
from typing import Final
from weakref import WeakSet, WeakValueDictionary

import h5py

from deepreplay.storage._hdf5_atomic import AtomicFile, is_written

__all__ = ["OpenFile", "open_file"]

_TRIES: Final = 5
_PAUSE: Final = 0.02
_HELD: Final = (
    "Another process has the file open, or something else in this one (h5py.File.close ends that): "
    "close it there, or choose another file"
)
_FULL: Final = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The quota of this user or folder is used up",
    errno.EFBIG: "The file may not become larger (`ulimit -f`, or a limit of the file system)",
}


class OpenFile:
    """An HDF5 file of which each flush is seen whole or not at all.

    Use it as a context manager, or close it. `hdf5` is its `h5py.File`.
    """

    def __init__(self, location: str, mode: str) -> None:
        self._location = location
        self._users = 1
        self._writers: WeakValueDictionary[str, object] = WeakValueDictionary()
        self._raw = AtomicFile(location, mode)
        try:
            self._new = mode == "a" and self._raw.seek(0, os.SEEK_END) == 0
            self.hdf5 = h5py.File(self._raw, "w" if self._new else "r" if mode == "r" else "r+")
        except BaseException:
            self._raw.close()
            raise
        _OPEN.add(self)

    @property
    def touched(self) -> bool:
        """Whether anything was written to it since it was opened, so that what is known of it may be outdated."""
        return self._raw.touched

    @property
    def changed(self) -> bool:
        """Whether things may lie elsewhere in it since it was opened, so that what was just read may be wrong."""
        return self._raw.changed

    def flush(self) -> None:
        """Let what was changed become true on disk.

        Raises
        ------
        OSError
            It could not be written. The file is as the last flush left it, and stays so.
        """
        self.check()
        self.hdf5.flush()
        self.check()

    def check(self) -> None:
        """Raise what was the trouble when something could not be written."""
        failure = self._raw.failure
        if failure is None:
            return
        if failure.errno in _FULL:
            text = f"{_FULL[failure.errno]}. What was recorded before is whole"
            raise OSError(failure.errno, text, self._location) from failure
        raise failure

    def give(self, group: str, writer: object | None) -> None:
        """Let a group have this writer, and no other one of this process any more."""
        if writer is None:
            self._writers.pop(group, None)
        else:
            self._writers[group] = writer

    def check_writer(self, group: str, writer: object) -> None:
        """Raise `OSError` where a group has got another writer."""
        if self._writers.get(group) is not writer:
            raise OSError(f"group {group!r} was deleted, or is recorded by another callback of this process since")

    def share(self) -> OpenFile:
        """The same, for one more user that closes it."""
        self._users += 1
        return self

    def discard(self) -> None:
        """Close it, without what was changed since the last flush unless others use it too."""
        if self._users == 1:
            self._raw.fail(OSError("it was given up"))
        self.close()

    def close(self) -> None:
        """Close the file with its last user.

        Raises
        ------
        OSError
            What was changed last could not be written, and no call has said so yet.
        """
        with _LOCK:
            self._users -= 1
            said = self._raw.failure is not None
            if self._users == 0:
                self.end()
        if not said:
            self.check()

    def end(self) -> None:
        """Close the file, whoever uses it."""
        self.hdf5.close()
        self._raw.flush()
        self._raw.close()
        if self._new and os.path.exists(self._location) and os.path.getsize(self._location) == 0:
            os.unlink(self._location)

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_LOCK = threading.RLock()
_OPEN: WeakSet[OpenFile] = WeakSet()
_WRITTEN: WeakValueDictionary[tuple[int, int], OpenFile] = WeakValueDictionary()
"""What this process writes, by device and inode: two of its callbacks may record into one file."""


@atexit.register
def _close_all() -> None:
    """Close what is still open: HDF5 itself would do so when Python can't be called any more."""
    for file in list(_OPEN):
        file.end()


def open_file(location: str, mode: str) -> OpenFile:
    """Open a file: to read it ("r"), or to write it too ("r+"; "a" where it may be new).

    A file that another process writes can be read.

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
    try:
        return _for_reading(location) if mode == "r" else _for_writing(location, mode)
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, _HELD, location) from error
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", os.path.dirname(location)) from error
    except PermissionError as error:
        text = "There is no right to read the file" if mode == "r" else "The file or its folder is read-only"
        raise PermissionError(error.errno, text, location) from error
    except OSError as error:
        raise error if error.errno is not None else _damaged(error) from error


def _for_reading(location: str) -> OpenFile:
    for _ in range(_TRIES):
        with suppress(OSError):
            return OpenFile(location, "r")
        time.sleep(_PAUSE)  # another process may be about to flush it for the first time
    try:
        return OpenFile(location, "r")
    except OSError as error:
        if error.errno is None and is_written(location):
            raise BlockingIOError(errno.EAGAIN, _HELD, location) from error
        raise


def _for_writing(location: str, mode: str) -> OpenFile:
    with _LOCK:
        if os.path.exists(location):
            shared = _WRITTEN.get(_identity(location))
            if shared is not None and shared.hdf5:  # not closed yet
                return shared.share()
        file = OpenFile(location, mode)
        _WRITTEN[_identity(location)] = file
        return file


def _identity(location: str) -> tuple[int, int]:
    found = os.stat(location)
    return found.st_dev, found.st_ino


def _damaged(error: OSError) -> OSError:
    text = str(error)
    if "signature not found" in text:
        return OSError("it is no HDF5 file. What it holds was left as it is; choose another file")
    if "truncated file" in text:
        return OSError(f"the HDF5 file was cut short, so parts of it are missing. Restore it from a copy ({text})")
    return OSError(f"the HDF5 file is damaged, or can't be opened: {text}")
