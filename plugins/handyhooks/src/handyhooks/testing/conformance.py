"""How a check says that a record does not keep what its type promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from handyhooks.errors import HandyhooksError

__all__ = ["ConformanceError", "NotCheckedWarning", "called", "expect", "expect_type"]


class ConformanceError(HandyhooksError, AssertionError):
    """A record breaks a promise. Says which record, which promise, and what happened."""


class NotCheckedWarning(UserWarning):
    """A promise could not be checked here, and why."""


def expect(kept: bool, record: Any, promise: str, happened: str) -> None:
    """Raise a `ConformanceError` unless the promise is kept."""
    if not kept:
        raise ConformanceError(f"{_owner(record)} breaks a promise: {promise}. {happened}")


def expect_type(record: Any, kind: type) -> None:
    """Raise a `ConformanceError` where the check does not fit the record."""
    expect(isinstance(record, kind), record, f"the record is of type {kind.__name__}", f"It is {record!r}.")


@contextmanager
def called(record: Any, promise: str, happened: str = "It raised") -> Iterator[None]:
    """Turn whatever the record's own code raises into a `ConformanceError`."""
    try:
        yield
    except ConformanceError:
        raise
    except Exception as error:
        text = f"{_owner(record)} breaks a promise: {promise}. {happened} {type(error).__name__}: {error}"
        raise ConformanceError(text) from error


def _owner(record: Any) -> str:
    return f"{type(record).__name__} {getattr(record, 'name', '')!r}"
