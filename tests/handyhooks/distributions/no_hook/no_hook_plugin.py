"""A plugin whose author forgot the marker."""


def handyspark_outlier_methods():
    return []
