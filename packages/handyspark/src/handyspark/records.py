"""Records of the hooks, with the manager's errors told as handyspark's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handyhooks import Option
from handyhooks.errors import DuplicateNameError, OptionTypeError, OptionValueError
from handyhooks.errors import UnknownNameError as HooksUnknownNameError
from handyhooks.hookspecs import NOUNS
from handyhooks.manager import Provided, manager
from handyhooks.options import check_options
from handyspark.errors import InvalidTypeError, InvalidValueError, UnknownNameError

__all__ = ["checked_options", "owner_of", "provided", "record"]


def record(hook: str, name: str) -> Any:
    """Look a record up.

    Raises
    ------
    InvalidTypeError
        The name is no string.
    UnknownNameError
        None of that name is installed, or several are.
    """
    return provided(hook, name).record


def owner_of(hook: str, name: str) -> str:
    """Say what users call a record, and for those of plugins what provides it."""
    found = provided(hook, name)
    return f"the {NOUNS[hook]} {name!r}" + ("" if found.built_in else f" of {found.label}")


def provided(hook: str, name: str) -> Provided:
    """Look a record up, together with what provides it: as `record`."""
    if not isinstance(name, str):
        raise InvalidTypeError(f"A name is expected, one of {', '.join(manager().names(hook))}; got {name!r}.")
    try:
        return manager().find(hook, name)
    except (HooksUnknownNameError, DuplicateNameError) as error:
        raise UnknownNameError(str(error)) from error


def checked_options(options: Sequence[Option], given: Mapping[str, Any], *, owner: str) -> dict[str, Any]:
    """Check what users passed against a record's options.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        An option that is not there, is missing, or is not allowed.
    """
    try:
        return check_options(options, given, owner=owner)
    except OptionTypeError as error:
        raise InvalidTypeError(str(error)) from None
    except OptionValueError as error:
        raise InvalidValueError(str(error)) from None
