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
    from deepreplay.visualizations import (
        decision_boundary,
        feature_space,
        gradients,
        loss_and_metric,
        loss_histogram,
        outputs,
        probability_histogram,
        weights,
    )

    modules = (
        feature_space,
        decision_boundary,
        probability_histogram,
        loss_and_metric,
        loss_histogram,
        weights,
        outputs,
        gradients,
    )
    return [module.VISUALIZATION for module in modules]
