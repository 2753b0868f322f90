"""Fences as values of a column's type, rounded to the inside where it can't hold them exactly."""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from pyspark.sql import types as T

__all__ = ["INTEGER_BITS", "caps", "is_fractional"]

INTEGER_BITS: Final[dict[type[T.DataType], int]] = {
    T.ByteType: 8,
    T.ShortType: 16,
    T.IntegerType: 32,
    T.LongType: 64,
}


def caps(lower: Sequence[Any], upper: Sequence[Any], data_type: T.DataType) -> tuple[list[Any], list[Any]]:
    """What to cap by: the outermost values of the type within the fences; None where no value of it is outside."""
    return [_inside(bound, data_type, 1) for bound in lower], [_inside(bound, data_type, -1) for bound in upper]


def is_fractional(bound: Any) -> bool:
    """Whether no integer equals a fence."""
    return bound is not None and bound != math.floor(bound)


def _inside(bound: Any, data_type: T.DataType, towards: int) -> Any:
    """The nearest value of the type, on the side that `towards` (1 or -1) points to."""
    if bound is None:
        return None
    if type(data_type) in INTEGER_BITS:
        return _integer(bound, INTEGER_BITS[type(data_type)], towards)
    if isinstance(data_type, T.DecimalType):
        return _decimal(bound, data_type, towards)
    if isinstance(data_type, T.FloatType):
        return _float(bound, towards)
    return bound


def _integer(bound: Any, bits: int, towards: int) -> int | None:
    whole = math.ceil(bound) if towards > 0 else math.floor(bound)
    most = 2 ** (bits - 1)
    if not -most <= whole < most:
        return None
    return whole


def _decimal(bound: Any, data_type: T.DecimalType, towards: int) -> decimal.Decimal | None:
    with decimal.localcontext() as context:
        context.prec = 400  # all digits of a double, and then some
        context.rounding = decimal.ROUND_CEILING if towards > 0 else decimal.ROUND_FLOOR
        rounded = decimal.Decimal(bound).quantize(decimal.Decimal(1).scaleb(-data_type.scale))
        most = decimal.Decimal(10) ** (data_type.precision - data_type.scale)
    return rounded if abs(rounded) < most else None


def _float(bound: Any, towards: int) -> float:
    with np.errstate(over="ignore"):
        single = np.float32(bound)
    if (float(single) - bound) * towards < 0:
        single = np.nextafter(single, np.float32(towards * np.inf))
    return float(single)
