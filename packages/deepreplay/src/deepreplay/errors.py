"""Everything that deepreplay raises or warns with."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ArgumentTypeError",
    "ArgumentValueError",
    "BackendError",
    "DeepReplayError",
    "EpochError",
    "GroupExistsError",
    "GroupNotFoundError",
    "LayerNotFoundError",
    "MetricNotFoundError",
    "ModelError",
    "NotBuiltError",
    "RecordingWarning",
    "RunNotFoundError",
    "StorageError",
    "did_you_mean",
    "near",
]


class DeepReplayError(Exception):
    """Base of every error that deepreplay raises."""

    def __str__(self) -> str:
        # KeyError and its kind would show the text in quotes.
        return " ".join(map(str, self.args))


class ArgumentTypeError(DeepReplayError, TypeError):
    """An argument of the wrong type, or one that does not exist."""


class ArgumentValueError(DeepReplayError, ValueError):
    """An argument of the right type whose value is not allowed."""


class BackendError(DeepReplayError, ImportError):
    """Keras finds no backend to work with."""


class EpochError(DeepReplayError, ValueError):
    """An epoch that was not recorded."""


class LayerNotFoundError(DeepReplayError, KeyError):
    """The model has no layer of that name."""


class MetricNotFoundError(DeepReplayError, KeyError):
    """No metric of that name was recorded, or the model has none."""


class ModelError(DeepReplayError, ValueError):
    """A model that can't be recorded, rebuilt or evaluated this way."""


class NotBuiltError(DeepReplayError, LookupError):
    """A visualization that was asked for before it was built."""


class StorageError(DeepReplayError, OSError):
    """A location that can't be read or written."""


class GroupExistsError(StorageError, FileExistsError):
    """The location holds a group of that name already."""


class RunNotFoundError(StorageError, FileNotFoundError):
    """Nothing is stored at the location."""


class GroupNotFoundError(DeepReplayError, KeyError):
    """The location holds no group of that name."""


class RecordingWarning(UserWarning):
    """A run is recorded, but not everything of it can be replayed."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A sentence that suggests the nearest name and lists all, to end an error with."""
    names = list(names)
    return f"{near(name, names)} There are: {', '.join(map(repr, names)) or 'none'}."


def near(name: str, names: Iterable[str]) -> str:
    """A sentence that suggests the nearest name; empty where none is near."""
    found = difflib.get_close_matches(name, list(names), n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
