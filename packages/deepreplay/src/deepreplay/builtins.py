"""deepreplay's own records, found through the same hooks as those of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from handyhooks import StorageBackend, Visualization, hookimpl

__all__ = ["deepreplay_storage_backends", "deepreplay_visualizations"]


@hookimpl
def deepreplay_storage_backends() -> Iterable[StorageBackend]:
    """HDF5 files, and the memory of this process."""
    from deepreplay.storage import hdf5, memory

    return [hdf5.BACKEND, memory.BACKEND]


@hookimpl
def deepreplay_visualizations() -> Iterable[Visualization]:
    """The views of the posts."""
    from deepreplay.visualizations import feature_space, loss_and_metric

    return [feature_space.VISUALIZATION, loss_and_metric.VISUALIZATION]
