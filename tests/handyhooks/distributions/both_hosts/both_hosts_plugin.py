"""A plugin that serves both hosts, and needs neither to be imported."""

from handyhooks import FenceMethod, StorageBackend, hookimpl


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="both", summary="Fine.", stages=(), bounds=lambda answers: (None, None))


@hookimpl
def deepreplay_storage_backends():
    yield StorageBackend(
        name="both",
        summary="Keeps nothing.",
        create=print,
        resume=print,
        open=print,
        groups=print,
        delete=print,
    )
