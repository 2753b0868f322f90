"""Where a Zarr hierarchy lies: a folder, a zip file of one, or a URL."""

from __future__ import annotations

import errno
import os
import zipfile
from importlib.util import find_spec

from zarr.abc.store import Store
from zarr.storage import FsspecStore, LocalStore, ZipStore

from deepreplay_zarr.zipped import folder_of, is_zip

__all__ = ["absolute", "store_for"]


def absolute(location: str) -> str:
    """A path that means the same in whatever folder the process goes to; a URL as it is."""
    return location if "://" in location else os.path.realpath(location)


def store_for(location: str, *, writable: bool) -> Store:
    """The store at a location; for writing a zip file, that of the folder beside it.

    Raises
    ------
    FileNotFoundError
        It is a zip file, and not there; or a folder is missing above it.
    OSError
        It is a damaged zip file, a file where a folder should be, or fsspec is missing for a URL.
    """
    if "://" in location:
        return _url(location, writable=writable)
    zipped = is_zip(location)
    folder = folder_of(location) if zipped else location
    if zipped and not writable and not os.path.isdir(folder):
        return _zip(location)
    parent = os.path.dirname(os.path.abspath(location))
    if writable and not os.path.isdir(parent):
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", parent)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise NotADirectoryError(errno.ENOTDIR, "It is a file, not the folder of a Zarr hierarchy", folder)
    return LocalStore(folder, read_only=not writable)


def _zip(location: str) -> Store:
    if not os.path.isfile(location):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", location)
    if not zipfile.is_zipfile(location):
        raise OSError(errno.EINVAL, "It is no zip file, or a damaged one", location)
    return ZipStore(location, mode="r")


def _url(location: str, *, writable: bool) -> Store:
    if find_spec("fsspec") is None:
        raise OSError(
            f"{location!r} is a URL, which needs fsspec: pip install 'deepreplay-zarr[fsspec]', and what the "
            "scheme asks for besides (s3fs, gcsfs, adlfs)."
        )
    # Of all schemes, only the disk's own asks for folders to be made.
    options = {"auto_mkdir": True} if location.lower().startswith(("file://", "local://")) else None
    return FsspecStore.from_url(location, storage_options=options, read_only=not writable)
