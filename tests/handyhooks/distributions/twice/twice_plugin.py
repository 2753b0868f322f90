"""A distribution with two entry points that offer one name."""

from handyhooks import FenceMethod, hookimpl


class First:
    @staticmethod
    @hookimpl
    def handyspark_outlier_methods():
        yield FenceMethod(name="twice", summary="Fine.", stages=(), bounds=lambda answers: (None, None))


class Second(First):
    pass
