"""Letting what Spark raises reach users as `HandyException`."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from pyspark.errors import PySparkAttributeError, PySparkException

from handyspark.errors import HandySparkError
from handyspark.failures.exception import HandyException, handy_exception
from handyspark.failures.summaries import summary_of, summary_of_call

__all__ = ["guarded", "readable", "readable_call", "readable_errors", "with_readable_methods", "with_readable_steps"]

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn what Spark raises within into a `HandyException`, with the original as its cause."""
    try:
        yield
    except (HandyException, PySparkAttributeError):
        raise
    except Exception as error:
        if not isinstance(error, PySparkException) and not _is_of_py4j(error):
            raise
        raise handy_exception(error, summary_of(error)) from error


def _is_of_py4j(error: Exception) -> bool:
    """Tell if an error is of what PySpark talks to the JVM by; by name, since a client of Connect may be without it."""
    if isinstance(error, ConnectionError):  # nobody listens any more
        return any("py4j" in frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__))
    return type(error).__module__ == "py4j.protocol"


@contextmanager
def readable_call(subject: str) -> Iterator[None]:
    """Turn what a user's function raises, called within, into a `HandyException` about the subject."""
    try:
        yield
    except HandySparkError:
        raise
    except Exception as error:
        raise handy_exception(error, summary_of_call(error, subject)) from error


def guarded(function: F) -> F:
    """Make a function whose errors can be read."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with readable_errors():
            result = function(*args, **kwargs)
        # A stream goes on, and fails, after it was started.
        return with_readable_methods(result) if type(result).__name__ == "StreamingQuery" else result

    return cast(F, call)


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
    """Let the errors of one object of Spark's, such as a writer or a stream, be read."""
    for name in dir(type(instance)):
        if not name.startswith("_") and callable(getattr(type(instance), name)):
            setattr(instance, name, guarded(getattr(instance, name)))
    return instance


def with_readable_steps(iterator: Iterator[Any]) -> Iterator[Any]:
    """Let the errors of an iterator's steps be read."""
    with readable_errors():
        yield from iterator
