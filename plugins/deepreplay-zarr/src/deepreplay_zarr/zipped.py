"""Hierarchies in zip files, which are written in a folder beside and packed when the last writer closes.

A zip file gets its directory when it is closed, so a writer that is killed would leave nothing that opens. In a folder
every commit is whole. While it is there it is what counts: it holds all that the zip file does, and more.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

if sys.platform != "win32":  # where a zip file may have one writer at a time
    import fcntl

__all__ = ["Workplace", "folder_of", "identity", "is_zip", "steadily"]

T = TypeVar("T")


def is_zip(location: str) -> bool:
    """Whether a location is a zip file's."""
    return "://" not in location and location.lower().endswith(".zip")


def folder_of(location: str) -> str:
    """The folder beside a zip file in which it is written."""
    return f"{location}.open"


def identity(location: str) -> tuple[int, int] | None:
    """What tells the folder beside a zip file from an earlier one; None without, and for other locations."""
    if not is_zip(location):
        return None
    try:
        found = os.stat(folder_of(location))
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def steadily(location: str, read: Callable[[], T]) -> T:
    """What `read` gives; once more where the hierarchy moved between folder and zip file meanwhile.

    Zarr takes a chunk that is gone for one that was never written, so it would not tell.
    """
    while True:
        before = identity(location)
        try:
            value = read()
        except Exception:
            if identity(location) == before:
                raise
        else:
            if identity(location) == before:
                return value


class Workplace:
    """A writer's share in the folder beside a zip file. The last one to close packs it.

    Parameters
    ----------
    location
        Path of the zip file.

    Raises
    ------
    OSError
        The zip file is damaged, or its folder can't be written.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._folder = folder_of(location)
        self._closed = False
        self._handle = self._enter()

    def close(self) -> None:
        """Pack the folder, unless another writer is still there."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._is_last():
                self._pack()
        finally:
            if self._handle is not None:
                os.close(self._handle)

    def _enter(self) -> int | None:
        while True:
            if not os.path.isdir(self._folder):
                self._unpack()
            if sys.platform == "win32":
                return None
            # The lock ends with its process, however that ends.
            handle = os.open(self._folder, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_SH)
            if self._is_there(handle):
                return handle
            os.close(handle)  # it was packed while we waited

    def _is_last(self) -> bool:
        if sys.platform == "win32" or self._handle is None:
            return True
        # The own share goes first: of two that close at one instant, the second finds none.
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return self._is_there(self._handle)  # else the other one has packed it already

    def _is_there(self, handle: int) -> bool:
        """Whether the folder that was opened is the one that is there now."""
        held = os.fstat(handle)
        return identity(self._location) == (held.st_dev, held.st_ino)

    def _unpack(self) -> None:
        parent = os.path.dirname(os.path.abspath(self._location))
        made = tempfile.mkdtemp(prefix=f"{os.path.basename(self._folder)}-", dir=parent)
        try:
            if os.path.exists(self._location):
                with zipfile.ZipFile(self._location) as archive:
                    archive.extractall(made)
            try:
                os.rename(made, self._folder)
            except OSError:
                if not os.path.isdir(self._folder):  # else another writer was faster
                    raise
        except zipfile.BadZipFile as error:
            raise OSError(errno.EINVAL, "It is no zip file, or a damaged one", self._location) from error
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _pack(self) -> None:
        part = f"{self._location}.part"
        try:
            with zipfile.ZipFile(part, "w") as archive:  # chunks are compressed already
                for folder, _, names in os.walk(self._folder):
                    for name in sorted(names):
                        path = os.path.join(folder, name)
                        archive.write(path, os.path.relpath(path, self._folder))
            os.replace(part, self._location)
        except BaseException:
            with suppress(OSError):
                os.remove(part)
            raise
        # In one step, for those who read there: all of the folder is there, or nothing.
        gone = tempfile.mkdtemp(prefix=f"{os.path.basename(self._folder)}-", dir=os.path.dirname(part) or os.curdir)
        os.rename(self._folder, os.path.join(gone, "packed"))
        shutil.rmtree(gone, ignore_errors=True)
