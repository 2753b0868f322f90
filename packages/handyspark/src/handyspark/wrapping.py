"""Wrapping: classes whose methods do what Spark's do, and give HandyFrames where Spark gives DataFrames."""

from __future__ import annotations

import functools
from importlib.util import find_spec
from typing import Any

import pyspark

from handyspark.failures.guarding import readable_errors

__all__ = ["HandyGroupedData", "dataframe_classes", "handy_class"]


@functools.cache
def dataframe_classes() -> tuple[type, ...]:
    """Spark's DataFrame classes: from 4.0 on one is the base of all, on 3.5 that of Connect stands by itself."""
    from pyspark.sql import DataFrame

    # PySpark ends the process where its Connect modules are imported without gRPC from an interactive main module.
    if int(pyspark.__version__.split(".")[0]) >= 4 or find_spec("grpc") is None:
        return (DataFrame,)
    try:
        from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
    except ImportError:
        return (DataFrame,)
    return (DataFrame, ConnectDataFrame)


@functools.cache
def handy_class(mixin: Any, base: Any) -> Any:
    """Make the subclass of one of Spark's DataFrame classes whose methods give frames of its own kind."""
    methods = {
        name: _adopting(name, method)
        for name in dir(base)
        if (not name.startswith("_") or name == "__getitem__")
        and not hasattr(mixin, name)
        and callable(method := getattr(base, name))
    }
    return type(mixin.__name__, (mixin, base), {**methods, "__module__": mixin.__module__, "__doc__": mixin.__doc__})


def _adopting(name: str, method: Any) -> Any:
    @functools.wraps(method)
    def adopting(self: Any, *args: Any, **kwargs: Any) -> Any:
        with readable_errors():
            return self._adopt(getattr(self._plain, name)(*args, **kwargs))

    return adopting


class HandyGroupedData:
    """What ``groupBy`` and its kin give: Spark's own, whose results are HandyFrames."""

    def __init__(self, frame: Any, grouped: Any) -> None:
        self._frame = frame
        self._grouped = grouped

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._grouped, name)
        if not callable(value):
            return value

        @functools.wraps(value)
        def call(*args: Any, **kwargs: Any) -> Any:
            with readable_errors():
                result = value(*args, **kwargs)
            if type(result).__name__ == "GroupedData":
                return HandyGroupedData(self._frame, result)
            return self._frame._adopt(result)

        return call

    def __repr__(self) -> str:
        return repr(self._grouped)
