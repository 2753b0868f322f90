"""Zarr 3 as a storage backend of deepreplay: folders, and any URL that fsspec opens."""

from __future__ import annotations

from collections.abc import Iterable

from handyhooks import StorageBackend, hookimpl

__version__ = "1.0.0"

__all__ = ["deepreplay_storage_backends"]


@hookimpl
def deepreplay_storage_backends() -> Iterable[StorageBackend]:
    """Offer the backend."""
    from deepreplay_zarr.backend import BACKEND

    return [BACKEND]
