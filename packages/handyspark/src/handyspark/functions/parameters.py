"""Columns that a function names by its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from handyspark.errors import InvalidTypeError

__all__ = ["columns_named_by"]


def columns_named_by(function: Callable[..., Any], new: str, owner: str) -> tuple[list[str], list[str]]:
    """Names of arguments that are columns: those given by position, and those given by keyword.

    An argument that has a default keeps it. A NumPy ufunc of one input, whose argument has no name to go by, takes the
    column that it is assigned to.

    Raises
    ------
    InvalidTypeError
        The arguments name no columns, or the function gives no Series: it is async or a generator.
    """
    instead = "Name columns one by one, as in `lambda Fare, Age: Fare / Age`"
    if isinstance(function, np.ufunc):
        if function.nin != 1 or function.nout != 1:
            raise InvalidTypeError(
                f"{owner} is a NumPy function of {function.nin} inputs and {function.nout} outputs, which do not name "
                f"columns. {instead}."
            )
        return [new], []
    unusual = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    if unusual or inspect.isgeneratorfunction(function):
        kind = "async" if unusual else "a generator"
        raise InvalidTypeError(f"{owner} is {kind}: it must return a pandas Series, one value for each row.")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise InvalidTypeError(f"{owner} does not tell its arguments, so they can't name columns. {instead}.") from None
    positional: list[str] = []
    keywords: list[str] = []
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            raise InvalidTypeError(f"{owner} takes `*{parameter.name}`, which names no columns. {instead}.")
        if parameter.kind is parameter.VAR_KEYWORD or parameter.default is not parameter.empty:
            continue
        (keywords if parameter.kind is parameter.KEYWORD_ONLY else positional).append(parameter.name)
    if not positional and not keywords:
        raise InvalidTypeError(f"{owner} has no argument that names a column. {instead}.")
    return positional, keywords
