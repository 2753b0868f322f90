"""Opening HDF5 files, beside other handles of this process and beside other processes."""

from __future__ import annotations

import atexit
import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar
from weakref import WeakSet, WeakValueDictionary

import h5py

from deepreplay.storage._hdf5_atomic import AtomicFile, is_unborn
from deepreplay.storage._hdf5_descriptors import is_written, stamp
from deepreplay.storage._undisturbed import undisturbed

__all__ = ["OpenFile", "look", "open_file"]

T = TypeVar("T")

_TRIES: Final = 5
_PAUSE: Final = 0.02
_HELD: Final = (
    "Another process has the file open, or something else in this one (h5py.File.close ends that): "
    "close it there, or choose another file"
)
_FOLDER: Final = (
    "It is a folder, not a file. If another storage backend keeps it, name that one (`storage=`, or `--storage`)"
)


class OpenFile:
    """An HDF5 file of which each flush is seen whole or not at all.

    Use it as a context manager, or close it. `hdf5` is its `h5py.File`.
    """

    def __init__(self, location: str, mode: str) -> None:
        self._location = os.path.abspath(location)
        self._users = 1
        self._writers: WeakValueDictionary[str, object] = WeakValueDictionary()
        self._raw = AtomicFile(location, mode)
        try:
            self.hdf5 = h5py.File(self._raw, "w" if self._raw.new else "r" if mode == "r" else "r+")
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

    @property
    def unsteady(self) -> bool:
        """Whether what was read may be half old, half new."""
        return self.touched or is_written(self._location)

    def enter(self) -> None:
        """Keep writers from changing what is read, as from the opening on, until `leave` is called."""
        self._raw.enter()

    def leave(self) -> None:
        """Let writers change it."""
        self._raw.leave()

    def flush(self) -> None:
        """Let what was changed become true on disk.

        Raises
        ------
        OSError
            It could not be written. The file is as the last flush left it, and stays so.
        """
        self.check()
        if self._raw.lost:
            raise OSError("the file was deleted, or another took its place, while it was written")
        self.hdf5.flush()
        self.check()

    def check(self) -> None:
        """Raise what was the trouble when something could not be written."""
        if self._raw.failure is not None:
            raise self._raw.failure

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

    def share(self) -> OpenFile | None:
        """The same, for one more user that closes it; None where it can't be written any more."""
        if not self.hdf5 or self._raw.failure is not None or self._raw.lost:
            return None
        self._users += 1
        return self

    def forsake(self) -> None:
        """Leave it to the process that this one was forked from."""
        self._raw.forsake()

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
        with undisturbed():
            self._users -= 1
            said = self._raw.failure is not None
            if self._users == 0:
                self.end()
        if not said:
            self.check()

    def end(self) -> None:
        """Close the file, whoever uses it."""
        self._writers.clear()
        try:
            self.hdf5.close()
        finally:
            _OPEN.discard(self)
            self._raw.flush()
            self._raw.close()
        if self._raw.new and os.path.exists(self._location) and os.path.getsize(self._location) == 0:
            os.unlink(self._location)

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_OPEN: WeakSet[OpenFile] = WeakSet()
_WRITTEN: WeakValueDictionary[tuple[int, int], OpenFile] = WeakValueDictionary()
"""What this process writes, by device and inode: two of its callbacks may record into one file."""


@atexit.register
def _close_all() -> None:
    """Close what is still open: HDF5 itself would do so when Python can't be called any more."""
    for file in list(_OPEN):
        with suppress(Exception):  # what ails one is no reason to leave the others
            file.end()


def _forsake_all() -> None:
    """In a process that was just forked: what is written belongs to the other one."""
    for file in list(_OPEN):
        file.forsake()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forsake_all)


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
        raise IsADirectoryError(errno.EISDIR, _FOLDER, location)
    if mode != "a":
        _check_born(location)
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


def look(location: str, read: Callable[[h5py.File], T]) -> T:
    """What is read of a file while no other process changes where things lie in it."""
    for _ in range(_TRIES):
        with open_file(location, "r") as file:
            try:
                result = read(file.hdf5)
            except Exception:  # anything may come of what is half old, half new
                if not file.unsteady:
                    raise
            else:
                if not file.changed:
                    return result
    with open_file(location, "r") as file:
        return read(file.hdf5)


def _check_born(location: str) -> None:
    if not os.path.exists(location):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", location)
    with suppress(PermissionError):
        for _ in range(_TRIES):
            if not is_unborn(location):
                return
            if not is_written(location):
                raise FileNotFoundError(errno.ENOENT, "The file is empty", location)
            time.sleep(_PAUSE)
        raise BlockingIOError(errno.EAGAIN, _HELD, location)


def _for_reading(location: str) -> OpenFile:
    for _ in range(_TRIES):
        before = stamp(os.stat(location))
        try:
            return OpenFile(location, "r")
        except OSError as error:
            written = is_written(location)
            if error.errno is not None or (stamp(os.stat(location)) == before and not written):
                raise
            reason = error
        time.sleep(_PAUSE)  # another process was about to flush it
    if written:
        raise BlockingIOError(errno.EAGAIN, _HELD, location) from reason
    raise reason


def _for_writing(location: str, mode: str) -> OpenFile:
    with undisturbed():
        if os.path.exists(location):
            known = _WRITTEN.get(_identity(location))
            shared = None if known is None else known.share()
            if shared is not None:
                return shared
            if known is not None:
                with suppress(Exception):  # it could not be written: that was said
                    known.end()
        file = _locked(location, mode)
        _WRITTEN[_identity(location)] = file
        return file


def _locked(location: str, mode: str) -> OpenFile:
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            return OpenFile(location, mode)
        time.sleep(_PAUSE)  # someone who looks whether it is written holds its lock for a moment
    return OpenFile(location, mode)


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
