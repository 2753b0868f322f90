"""Errors of storage backends, said in the user's terms."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from deepreplay.errors import (
    DeepReplayError,
    GroupExistsError,
    GroupNotFoundError,
    RunNotFoundError,
    StorageError,
    did_you_mean,
)
from handyhooks import StorageBackend

__all__ = ["group_exists", "in_words"]

_FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of this user or folder is used up",
    errno.EFBIG: "the file may not become larger (`ulimit -f`, or a limit of the file system)",
}


@contextmanager
def in_words(backend: StorageBackend, location: str, group: str) -> Iterator[None]:
    """Turn what a backend raises about a group at a location into an error that says what to do.

    Raises
    ------
    GroupExistsError, GroupNotFoundError, RunNotFoundError, StorageError
        In place of `FileExistsError`, `KeyError`, `FileNotFoundError` and whatever else it raises.
    """
    try:
        yield
    except DeepReplayError:
        raise
    except FileExistsError as error:
        raise group_exists(location, group) from error
    except FileNotFoundError as error:
        raise RunNotFoundError(f"Nothing is stored at {location!r} ({backend.name}): {_said(error)}.") from error
    except KeyError as error:
        names = backend.groups(location)
        if group in names:
            raise StorageError(f"Group {group!r} of {location!r} is damaged ({_said(error)}).") from error
        raise GroupNotFoundError(f"{location!r} has no group {group!r}.{did_you_mean(group, names)}") from error
    except OSError as error:
        if error.errno in _FULL:
            raise StorageError(
                f"There is no room left for {location!r} ({backend.name}): {_FULL[error.errno]}. What was recorded "
                "before is whole: make room, and go on with append=True."
            ) from error
        raise StorageError(f"{location!r} can't be used ({backend.name}): {_said(error)}.") from error
    # Libraries of storage raise what they like; what they say stands in the text.
    except Exception as error:
        raise StorageError(
            f"{location!r} can't be used ({backend.name}): {type(error).__name__}: {_said(error)}."
        ) from error


def group_exists(location: str, group: str, *, append: bool = True) -> GroupExistsError:
    """The error for a group that stands in the way of a new one, and may or may not be gone on with."""
    going_on = ", or append=True to go on with it" if append else ""
    return GroupExistsError(
        f"{location!r} holds a group {group!r} already. Choose another name, or pass overwrite=True to replace it"
        f"{going_on}."
    )


def _said(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")
