"""Whether a column holds what the user gives to fill it with."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import numbers
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as T

from handyspark.errors import InvalidValueError
from handyspark.fitted.bounds import INTEGER_BITS
from handyspark.fitted.encoding import plain

if TYPE_CHECKING:
    from handyspark.schema import ColumnRef

__all__ = ["check_given"]


def check_given(value: Any, column: ColumnRef, *, owner: str) -> None:
    """Refuse a value that the column's type does not hold exactly, and one that is missing itself.

    Raises
    ------
    InvalidValueError
        It names the value, the column and its type.
    """
    if not _fits(plain(value), column):
        raise InvalidValueError(
            f"{value!r} can't fill column {column.name!r} of type {column.data_type.simpleString()} ({owner})."
        )


def _fits(value: Any, column: ColumnRef) -> bool:
    if isinstance(value, bool) or column.kind == "boolean":
        return isinstance(value, bool) and column.kind == "boolean"
    if column.kind in ("integer", "floating", "decimal"):
        return isinstance(value, (numbers.Real, decimal.Decimal)) and _holds(value, column.data_type)
    if column.kind == "string":
        return isinstance(value, str)
    if column.kind == "timestamp":
        return isinstance(value, dt.datetime)
    return column.kind == "date" and isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _holds(value: Any, data_type: T.DataType) -> bool:
    if not math.isfinite(value):
        return False
    if type(data_type) in INTEGER_BITS:
        most = 2 ** (INTEGER_BITS[type(data_type)] - 1)
        return value == int(value) and -most <= value < most
    if isinstance(data_type, T.DecimalType):
        exact = decimal.Decimal(str(value))
        return exact == round(exact, data_type.scale) and abs(exact) < 10 ** (data_type.precision - data_type.scale)
    return True
