"""Everything that handyhooks raises or warns with."""

from __future__ import annotations

__all__ = [
    "DuplicateNameError",
    "HandyhooksError",
    "OptionError",
    "OptionTypeError",
    "OptionValueError",
    "PluginWarning",
    "RecordError",
    "UnknownHookError",
    "UnknownNameError",
]


class HandyhooksError(Exception):
    """Base of every error that handyhooks raises."""


class RecordError(HandyhooksError, ValueError):
    """A record that its own fields contradict, raised when it is made."""


class OptionError(HandyhooksError):
    """Base of what is wrong with an option that a user passed."""


class OptionTypeError(OptionError, TypeError):
    """An option of the wrong type, or one that the record does not have."""


class OptionValueError(OptionError, ValueError):
    """An option of the right type whose value is not allowed."""


class UnknownHookError(HandyhooksError, LookupError):
    """The spec has no hook of that name."""


class UnknownNameError(HandyhooksError, LookupError):
    """No record of that name is installed."""


class DuplicateNameError(HandyhooksError, LookupError):
    """More than one plugin offers the name that was asked for."""


class PluginWarning(UserWarning):
    """A plugin, or one of its records, was set aside."""
