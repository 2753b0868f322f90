"""One of two plugins with an entry point of one name, that offer one name besides one of their own."""

from handyhooks import FenceMethod, hookimpl


@hookimpl
def handyspark_outlier_methods():
    for name in ("twin", "only_one"):
        yield FenceMethod(name=name, summary="Of one.", stages=(), bounds=lambda answers: (None, None))
