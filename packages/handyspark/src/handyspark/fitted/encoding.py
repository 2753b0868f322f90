"""Values as JSON, without losing their type."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from handyspark.errors import InvalidValueError

__all__ = ["decoded", "encoded", "plain"]


def plain(value: Any) -> Any:
    """A value without NumPy: scalars as Python's, arrays and tuples as lists."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    return value


def encoded(value: Any) -> Any:
    """What stands for a value in JSON: itself, or an object of one key, the name of its type.

    Raises
    ------
    InvalidValueError
        There is no way to write it.
    """
    value = plain(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"double": str(value)}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, Mapping):
        return {"object": {str(name): encoded(item) for name, item in value.items()}}
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)}
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            return {"timestamp_ntz": value.isoformat()}
        return {"timestamp": value.astimezone(dt.timezone.utc).isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    raise InvalidValueError(f"{value!r} of type {type(value).__name__} can't be saved.")


def decoded(value: Any) -> Any:
    """Value that `encoded` wrote."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    if kind == "object":
        return {name: decoded(item) for name, item in text.items()}
    readers: dict[str, Callable[[str], Any]] = {
        "double": float,
        "decimal": decimal.Decimal,
        "date": dt.date.fromisoformat,
        "timestamp": dt.datetime.fromisoformat,
        "timestamp_ntz": dt.datetime.fromisoformat,
    }
    return readers[kind](text)
