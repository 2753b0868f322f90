"""The only place where names and values become SQL text."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from handyspark.errors import InvalidTypeError

__all__ = ["array", "from_json", "identifier", "literal", "nested"]

MOST_DIGITS: Final = 38
"""Digits of a DECIMAL, before and after the point."""

_MANY: Final = 16
"""Elements up to which an ARRAY is written out."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
_MICROSECOND = dt.timedelta(microseconds=1)


def identifier(name: str) -> str:
    """Quote one name."""
    return nested([name])


def nested(parts: Iterable[str]) -> str:
    """Quote a column and the fields that lead into it: backticks around each name, those within doubled."""
    quoted = ".".join("`" + part.replace("`", "``") + "`" for part in parts)
    # Before Spark parses anything, it puts values of its configuration in place of ${...}.
    return f"IDENTIFIER({_string(quoted)})" if "${" in quoted else quoted


def literal(value: Any) -> str:
    """Write a Python value as a typed SQL literal.

    Parameters
    ----------
    value
        None, a bool, int, float, str, `decimal.Decimal`, `datetime.date`, `datetime.datetime` (naive: TIMESTAMP_NTZ,
        aware: TIMESTAMP), `datetime.timedelta`, bytes, one of NumPy's counterparts, or a sequence or array of these
        (an ARRAY).

    Raises
    ------
    InvalidTypeError
        The value has no SQL literal.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple, np.ndarray)):
        return array(value)
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _floating(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, decimal.Decimal):
        return _decimal(value)
    if isinstance(value, dt.datetime):
        return _timestamp(value)
    if isinstance(value, dt.date):
        return f"date_from_unix_date({(value - dt.date(1970, 1, 1)).days})"
    if isinstance(value, dt.timedelta):
        return f"make_dt_interval(0, 0, 0, {value // _MICROSECOND} / 1000000BD)"
    if isinstance(value, (bytes, bytearray)):
        return f"X'{bytes(value).hex()}'"
    raise InvalidTypeError(f"There is no SQL literal for {value!r} of type {type(value).__name__}.")


def array(values: Iterable[Any]) -> str:
    """Write values as a SQL ARRAY of their literals; many numbers as one piece of text, which Spark parses faster."""
    values = list(values)
    if len(values) > _MANY:
        for kind, sql_type in ((int, "bigint"), (float, "double")):
            if all(value is None or (type(value) is kind and _in_range(value)) for value in values):
                return from_json(values, f"array<{sql_type}>")
    return f"array({', '.join(map(literal, values))})"


def from_json(value: Any, sql_type: str) -> str:
    """Write finite numbers, text, lists and dictionaries of these as one constant of a SQL type."""
    return f"from_json({_string(json.dumps(value, allow_nan=False))}, '{sql_type}')"


def _in_range(value: float) -> bool:
    return math.isfinite(value) if isinstance(value, float) else -(2**63) <= value < 2**63


def _integer(value: int) -> str:
    if -(2**63) < value < 2**63:
        return f"{value}L" if value >= 0 else f"({value}L)"
    if value == -(2**63):
        return "(-9223372036854775807L - 1L)"
    return _decimal(decimal.Decimal(value))


def _floating(value: float) -> str:
    if math.isfinite(value):
        return f"{value!r}D" if math.copysign(1.0, value) > 0 else f"({value!r}D)"
    return "double('NaN')" if math.isnan(value) else f"double('{'-' if value < 0 else ''}Infinity')"


def _decimal(value: decimal.Decimal) -> str:
    if not value.is_finite():
        raise InvalidTypeError(f"There is no SQL DECIMAL for {value!r}.")
    text = f"{value:f}"
    if len(text.lstrip("-0.").replace(".", "")) > MOST_DIGITS or len(text.partition(".")[2]) > MOST_DIGITS:
        raise InvalidTypeError(f"A SQL DECIMAL holds {MOST_DIGITS} digits; got {value!r}.")
    return f"{text}BD" if value >= 0 else f"({text}BD)"


def _string(value: str) -> str:
    # Hexadecimal digits mean one thing, whatever spark.sql.parser.escapedStringLiterals or ${...} would put in.
    if value.isascii() and value.isprintable() and not {"'", "\\", "$"} & set(value):
        return f"'{value}'"
    try:
        return f"cast(X'{value.encode('utf-8').hex()}' as string)"
    except UnicodeEncodeError as error:
        raise InvalidTypeError(f"{value!r} holds a lone surrogate, which is no text for Spark.") from error


def _timestamp(value: dt.datetime) -> str:
    if value.tzinfo is None:
        return f"timestamp_ntz'{value.isoformat(sep=' ')}'"
    return f"timestamp_micros({(value - _EPOCH) // _MICROSECOND}L)"
