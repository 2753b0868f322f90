"""Where a Zarr hierarchy lies: a folder, a zip file of one, or a URL."""

from __future__ import annotations

import errno
import os
from importlib.util import find_spec

from zarr.abc.store import Store
from zarr.storage import FsspecStore, LocalStore, ZipStore

__all__ = ["store_for"]


def store_for(location: str, *, writable: bool) -> Store:
    """The store at a location.

    Raises
    ------
    FileNotFoundError
        It is a zip file, and not there; or a folder is missing above it.
    OSError
        It is a zip file that would be written, or fsspec is missing for a URL.
    """
    if "://" in location:
        return _url(location, writable=writable)
    if location.lower().endswith(".zip"):
        return _zip(location, writable=writable)
    parent = os.path.dirname(os.path.abspath(location))
    if writable and not os.path.isdir(parent):
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", parent)
    return LocalStore(location, read_only=not writable)


def _zip(location: str, *, writable: bool) -> Store:
    if writable:
        # A zip file gets its directory when it is closed: a writer that is killed would leave nothing that opens.
        raise OSError(errno.EROFS, "A zipped Zarr can be read, not written: record into a folder and zip it", location)
    if not os.path.isfile(location):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", location)
    return ZipStore(location, mode="r")


def _url(location: str, *, writable: bool) -> Store:
    if find_spec("fsspec") is None:
        raise OSError(
            f"{location!r} is a URL, which needs fsspec: pip install 'deepreplay-zarr[fsspec]', and what the "
            "scheme asks for besides (s3fs, gcsfs, adlfs)."
        )
    return FsspecStore.from_url(location, read_only=not writable)
