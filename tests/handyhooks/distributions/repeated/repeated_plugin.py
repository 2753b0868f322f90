"""A distribution with two entry points for one module, and two entry points of one name."""

import types

from handyhooks import FenceMethod, hookimpl


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="repeated", summary="Fine.", stages=(), bounds=lambda answers: (None, None))


OTHER = types.SimpleNamespace(handyspark_outlier_methods=handyspark_outlier_methods)
