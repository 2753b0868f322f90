"""Records of the hooks, with the manager's errors told as handyspark's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handyhooks import Option
from handyhooks.errors import DuplicateNameError, OptionTypeError, OptionValueError
from handyhooks.errors import UnknownNameError as HooksUnknownNameError
from handyhooks.manager import manager
from handyhooks.options import check_options
from handyspark.errors import InvalidTypeError, InvalidValueError, UnknownNameError

__all__ = ["checked_options", "record"]


def record(hook: str, name: str) -> Any:
    """Look a record up.

    Raises
    ------
    InvalidTypeError
        The name is no string.
    UnknownNameError
        None of that name is installed, or several are.
    """
    if not isinstance(name, str):
        raise InvalidTypeError(f"A name is expected, one of {', '.join(manager().names(hook))}; got {name!r}.")
    try:
        return manager().get(hook, name)
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
