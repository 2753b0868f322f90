"""A plugin that would change the records of all others."""

from handyhooks import hookimpl


@hookimpl(wrapper=True)
def handyspark_outlier_methods():
    yield
    return []
