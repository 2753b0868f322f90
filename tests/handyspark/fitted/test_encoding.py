"""Values come back from JSON as what they were, type and all."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyspark.errors import InvalidValueError
from handyspark.fitted.encoding import decoded, encoded

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.timezone.utc)),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if isinstance(one, decimal.Decimal):
        return isinstance(other, decimal.Decimal) and one.as_tuple() == other.as_tuple()
    return type(one) is type(other) and one == other


@given(values=st.lists(VALUES, max_size=40))
def test_every_value_survives_json(values: list[Any]) -> None:
    text = json.dumps(encoded(values), allow_nan=False)
    assert same(decoded(json.loads(text)), values)


def test_what_numpy_computed_becomes_plain() -> None:
    assert encoded([np.float64(0.5), np.int32(3), np.array([1.5, 2.5]), np.bool_(True), (1, 2)]) == [
        0.5,
        3,
        [1.5, 2.5],
        True,
        [1, 2],
    ]


def test_moments_are_kept_in_utc() -> None:
    east = dt.timezone(dt.timedelta(hours=5))
    assert encoded(dt.datetime(2024, 1, 1, 3, tzinfo=east)) == {"timestamp": "2023-12-31T22:00:00+00:00"}


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="object"):
        encoded([object()])
