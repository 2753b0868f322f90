"""A plugin with one hook that is misspelt, one that is fine, and one that a later spec may have."""

from handyhooks import FenceMethod, hookimpl


@hookimpl
def handyspark_outlier_method():
    return []


@hookimpl(optionalhook=True)
def handyspark_hooks_of_the_future():
    return []


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="spelt", summary="Fine.", stages=(), bounds=lambda answers: (None, None))
