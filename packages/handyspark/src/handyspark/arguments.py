"""Checks of arguments that several methods take."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from handyspark.errors import InvalidTypeError, InvalidValueError

__all__ = ["flag", "number", "positive_number", "whole_number"]


def flag(value: Any, parameter: str, owner: str) -> bool:
    """Give a boolean.

    Raises
    ------
    InvalidTypeError
        It is none.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise InvalidTypeError(f"The `{parameter}` of {owner} must be True or False; got {value!r}.")
    return bool(value)


def number(value: Any, parameter: str, owner: str) -> float:
    """Give a float, of any number but NaN.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        It is no number, or NaN.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise InvalidTypeError(f"The `{parameter}` of {owner} must be a number; got {value!r}.")
    if math.isnan(value):
        raise InvalidValueError(f"The `{parameter}` of {owner} must not be NaN.")
    return float(value)


def positive_number(value: Any, parameter: str, owner: str) -> float:
    """Give a float above 0 and finite.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        It is no number, or not above 0, or infinite.
    """
    found = number(value, parameter, owner)
    if not 0 < found < math.inf:
        raise InvalidValueError(f"The `{parameter}` of {owner} must be above 0 and finite; got {value!r}.")
    return found


def whole_number(value: Any, parameter: str, owner: str, *, least: int, most: int | None = None) -> int:
    """Give an integer within bounds, also where it is one of NumPy's.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        It is no integer, or out of bounds.
    """
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise InvalidTypeError(f"The `{parameter}` of {owner} must be an integer; got {value!r}.")
    number = operator.index(value)
    if number < least or (most is not None and number > most):
        bounds = f"at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise InvalidValueError(f"The `{parameter}` of {owner} must be {bounds}; got {value!r}.")
    return number
