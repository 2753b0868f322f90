"""Caps: the outermost values of a column's type that lie within its fences."""

from __future__ import annotations

import decimal
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import types as T

from handyspark.fitted.bounds import caps, is_fractional

ONE = decimal.Decimal("0.01")
FENCES = st.floats(-1e12, 1e12)


def cap(lower: Any, upper: Any, data_type: T.DataType) -> tuple[Any, Any]:
    (low,), (high,) = caps([lower], [upper], data_type)
    return low, high


@settings(max_examples=200)
@given(lower=FENCES, upper=FENCES)
def test_caps_of_integers_are_the_nearest_within(lower: float, upper: float) -> None:
    low, high = cap(lower, upper, T.LongType())
    assert type(low) is type(high) is int
    assert low - 1 < lower <= low
    assert high <= upper < high + 1


@settings(max_examples=200)
@given(lower=FENCES, upper=FENCES)
def test_caps_of_decimals_have_their_scale(lower: float, upper: float) -> None:
    low, high = cap(lower, upper, T.DecimalType(20, 2))
    assert low.as_tuple().exponent == high.as_tuple().exponent == -2
    with decimal.localcontext() as context:
        context.prec = 200
        assert low - ONE < decimal.Decimal(lower) <= low
        assert high <= decimal.Decimal(upper) < high + ONE


@settings(max_examples=200)
@given(lower=FENCES, upper=FENCES)
def test_caps_of_floats_are_of_single_precision(lower: float, upper: float) -> None:
    low, high = cap(lower, upper, T.FloatType())
    assert (float(np.float32(low)), float(np.float32(high))) == (low, high)
    assert float(np.nextafter(np.float32(low), np.float32(-np.inf))) < lower <= low
    assert high <= upper < float(np.nextafter(np.float32(high), np.float32(np.inf)))


def test_fences_of_doubles_are_their_own_caps() -> None:
    assert cap(-0.1, 0.3, T.DoubleType()) == (-0.1, 0.3)


@pytest.mark.parametrize(
    ("lower", "upper", "data_type"),
    [
        (None, None, T.IntegerType()),
        (-129, 128, T.ByteType()),
        (-1e30, 1e30, T.LongType()),
        (-(2**63) - 1, 2**63, T.LongType()),
        (-1000, 1000, T.DecimalType(4, 2)),
    ],
)
def test_beyond_what_a_type_holds_there_is_nothing_to_cap(lower: Any, upper: Any, data_type: T.DataType) -> None:
    assert cap(lower, upper, data_type) == (None, None)


def test_fences_beyond_single_precision_are_endless() -> None:
    assert cap(-1e300, 1e300, T.FloatType()) == (-float(np.finfo(np.float32).max), float(np.finfo(np.float32).max))


def test_which_fences_are_fractional() -> None:
    assert [is_fractional(fence) for fence in (None, 1, 1.0, -2.0, decimal.Decimal("3.00"))] == [False] * 5
    assert [is_fractional(fence) for fence in (0.5, -2.25, decimal.Decimal("3.01"), math.nextafter(1, 2))] == [True] * 4
