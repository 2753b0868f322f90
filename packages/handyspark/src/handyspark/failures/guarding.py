"""Letting what Spark raises reach users as `HandyException`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from pyspark.errors import PySparkAttributeError, PySparkException

from handyspark.failures.exception import HandyException, handy_exception
from handyspark.failures.summaries import summary_of

__all__ = ["guarded", "readable", "readable_errors", "with_readable_methods", "with_readable_steps"]

C = TypeVar("C")
Function = TypeVar("Function", bound=Callable[..., Any])


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn what Spark raises within into a `HandyException`, with the original as its cause."""
    try:
        yield
    except (HandyException, PySparkAttributeError):
        raise
    except Exception as error:
        # By name: a client of Spark Connect may be without py4j.
        if not isinstance(error, PySparkException) and type(error).__module__ != "py4j.protocol":
            raise
        raise handy_exception(error, summary_of(error)) from error


def guarded(function: Function) -> Function:
    """Make a function whose errors can be read."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with readable_errors():
            return function(*args, **kwargs)

    return cast("Function", call)


def readable(cls: type[C]) -> type[C]:
    """Let the errors of all public methods and properties of a class be read."""
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name not in ("__getitem__", "_repr_html_"):
            continue
        if isinstance(member, property) and member.fget is not None:
            setattr(cls, name, property(guarded(member.fget), doc=member.__doc__))
        elif callable(member) and hasattr(member, "__code__"):
            setattr(cls, name, guarded(member))
    return cls


def with_readable_methods(instance: Any) -> Any:
    """Let the errors of one object of Spark's, such as a writer, be read."""
    for name in dir(instance):
        if not name.startswith("_") and callable(method := getattr(instance, name)):
            setattr(instance, name, guarded(method))
    return instance


def with_readable_steps(iterator: Iterator[Any]) -> Iterator[Any]:
    """Let the errors of an iterator's steps be read."""
    with readable_errors():
        yield from iterator
