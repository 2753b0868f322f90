"""Flags and whole numbers are checked at the call, wherever they are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from handyspark.arguments import flag, number, positive_number, whole_number
from handyspark.errors import HandySparkError, InvalidTypeError, InvalidValueError


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_a_flag_is_a_boolean_of_python_or_numpy(value: Any) -> None:
    assert flag(value, "ratio", "`isnull`") is bool(value)


@pytest.mark.parametrize("value", [None, 1, "x", float("nan"), []])
def test_anything_else_is_no_flag(value: Any) -> None:
    with pytest.raises(InvalidTypeError, match="The `ratio` of `isnull` must be True or False"):
        flag(value, "ratio", "`isnull`")


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_a_whole_number_is_an_integer_of_python_or_numpy(value: Any) -> None:
    found = whole_number(value, "num", "`take`", least=3, most=3)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (3.0, InvalidTypeError, "must be an integer; got 3.0"),
        (True, InvalidTypeError, "must be an integer; got True"),
        (None, InvalidTypeError, "must be an integer; got None"),
        (0, InvalidValueError, "must be from 1 to 1,000; got 0"),
        (1001, InvalidValueError, "must be from 1 to 1,000; got 1001"),
    ],
)
def test_what_is_no_whole_number_within_bounds_is_refused(value: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"The `num` of `take` {said}"):
        whole_number(value, "num", "`take`", least=1, most=1000)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2)])
def test_a_number_is_one_of_python_or_numpy(value: Any) -> None:
    for found in (number(value, "beta", "`f`"), positive_number(value, "beta", "`f`")):
        assert found == 2
        assert type(found) is float


@pytest.mark.parametrize("value", [True, "2", None, [2], float("nan")])
def test_what_is_no_number_is_refused(value: Any) -> None:
    for check in (number, positive_number):
        with pytest.raises(HandySparkError, match=r"The `beta` of `f` must (be a number|not be NaN)"):
            check(value, "beta", "`f`")


@pytest.mark.parametrize("value", [0, -1.5, float("inf")])
def test_numbers_that_are_not_positive_or_infinite_are_refused_where_they_make_no_sense(value: Any) -> None:
    assert number(value, "threshold", "`f`") == value
    with pytest.raises(InvalidValueError, match="The `beta` of `f` must be above 0 and finite"):
        positive_number(value, "beta", "`f`")


@pytest.mark.parametrize(
    "call",
    [
        lambda hdf: hdf.isnull(ratio="x"),
        lambda hdf: hdf.cols["id"].isnull(ratio=None),
        lambda hdf: hdf.stratify("id").isnull(ratio=1),
        lambda hdf: hdf.cols["id"].value_counts(dropna=float("nan")),
        lambda hdf: hdf.cols["id"].nunique(exact="yes"),
        lambda hdf: hdf.cols[:].corr(exact=2),
        lambda hdf: hdf.outliers(ratio="yes"),
        lambda hdf: hdf.set_safety_limit(0),
        lambda hdf: hdf.set_safety_limit("all"),
        lambda hdf: hdf.stratify("id").take(-1),
        lambda hdf: hdf.stratify("id").limit(2.5),
    ],
)
def test_methods_check_what_they_are_given(spark: Any, call: Callable[[Any], Any]) -> None:
    with pytest.raises(HandySparkError, match=r"must be (True or False|an integer|at least)"):
        call(spark.range(3).toHandy())
