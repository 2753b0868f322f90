"""A plugin with two hooks, one of which wants an argument that the spec does not have."""

from handyhooks import FenceMethod, hookimpl


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="steady", summary="Fine.", stages=(), bounds=lambda answers: (None, None))


@hookimpl
def handyspark_plot_kinds(frame):
    return []
