"""A plugin that offers a name which is built into the host, and one which is not."""

from handyhooks import FenceMethod, hookimpl


@hookimpl
def handyspark_outlier_methods():
    for name in ("native", "foreign"):
        yield FenceMethod(name=name, summary="A plugin's.", stages=(), bounds=lambda answers: (None, None))
