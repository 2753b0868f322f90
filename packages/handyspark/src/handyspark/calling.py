"""Calling the functions of a record: what they raise reaches the user as handyspark's own, naming the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from handyhooks.errors import HandyhooksError
from handyspark.errors import HandySparkError, PluginError

__all__ = ["calling"]


@contextmanager
def calling(owner: str) -> Iterator[None]:
    """Call functions of a record within this.

    Parameters
    ----------
    owner
        What users call the record (`handyspark.records.owner_of`).

    Raises
    ------
    PluginError
        Something else than an error of handyspark's came out. Where that is a `HandyhooksError`, which a plugin raises
        to tell users something, the error is of its class too.
    """
    try:
        yield
    except HandySparkError:
        raise
    except HandyhooksError as error:
        kind = type("PluginError", (PluginError, type(error)), {"__module__": PluginError.__module__})
        raise kind(f"{owner[:1].upper()}{owner[1:]}: {error}") from error
    except Exception as error:
        raise PluginError(f"{owner[:1].upper()}{owner[1:]} failed: {type(error).__name__}: {error}") from error
