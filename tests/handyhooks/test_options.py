"""What values an option takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyhooks.errors import OptionError, OptionTypeError, OptionValueError, RecordError
from handyhooks.options import REQUIRED, Option, check_options

REAL = st.floats(allow_nan=False) | st.integers()


@settings(deadline=None)
@given(REAL, REAL, REAL)
def test_a_number_is_taken_exactly_within_the_bounds(value: float, one: float, other: float) -> None:
    low, high = sorted([one, other])
    option = Option(name="k", kind="number", bounds=(low, high))
    if low <= value <= high:
        assert option.check(value, owner="`fence`") == value
    else:
        with pytest.raises(OptionValueError, match="`k` parameter of `fence` must be between"):
            option.check(value, owner="`fence`")


@settings(deadline=None)
@given(st.lists(REAL))
def test_each_number_of_a_sequence_is_checked(values: list[float]) -> None:
    option = Option(name="edges", kind="numbers", bounds=(0, None))
    if all(value >= 0 for value in values):
        assert option.check(values, owner="`hist`") is values
    else:
        with pytest.raises(OptionValueError, match="must be at least 0"):
            option.check(values, owner="`hist`")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", [1, 1.5, np.float32(2), np.int64(3), math.inf], [True, "1", None, [1], 1j, np.bool_(True)]),
        ("integer", [1, np.int64(3)], [1.0, True, "1", None]),
        ("boolean", [True, False, np.bool_(True)], [1, "yes", None]),
        ("string", ["", "auto"], [1, None, b"auto", ["auto"]]),
        ("numbers", [[], [1, 2.5], (1,), np.array([1.0, 2.0]), range(3)], ["12", 1, [1, "2"], {1: 2}, [True], None]),
        ("strings", [[], ["a"], ("a", "b")], ["ab", [1], {"a": 1}, None]),
        ("value", [1, None, "x", object], []),
    ],
)
def test_a_kind_takes_its_values_and_no_others(kind: Any, good: list[Any], bad: list[Any]) -> None:
    option = Option(name="it", kind=kind)
    for value in good:
        assert option.check(value, owner="`hist`") is value
    for value in bad:
        with pytest.raises(OptionTypeError, match="`it` parameter of `hist` must be"):
            option.check(value, owner="`hist`")


def test_several_kinds_are_all_taken() -> None:
    option = Option(name="bins", kind=("integer", "numbers"), bounds=(1, None))
    assert option.check(3, owner="`hist`") == 3
    assert option.check([1, 2], owner="`hist`") == [1, 2]
    with pytest.raises(OptionTypeError, match="an integer or a sequence of numbers; got 'ten'"):
        option.check("ten", owner="`hist`")


@pytest.mark.parametrize("kind", ["number", "numbers"])
def test_nan_is_no_number(kind: Any) -> None:
    value = math.nan if kind == "number" else [1.0, math.nan]
    with pytest.raises(OptionValueError, match="must be a number; got nan"):
        Option(name="k", kind=kind).check(value, owner="`fence`")


def test_a_choice_that_is_nearly_right_gets_a_hint() -> None:
    option = Option(name="tail", kind="string", choices=("left", "right", "both"))
    with pytest.raises(
        OptionValueError, match=r"must be one of 'left', 'right', 'both'; got 'rigth'. Did you mean 'right'"
    ):
        option.check("rigth", owner="`fence`")


def test_none_is_taken_where_it_is_the_default() -> None:
    assert Option(name="k", default=None, kind="number").check(None, owner="`fence`") is None
    with pytest.raises(OptionTypeError):
        Option(name="k", default=1, kind="number").check(None, owner="`fence`")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "not a name"},
        {"name": "k", "kind": "float"},
        {"name": "k", "kind": "number", "default": "three"},
        {"name": "k", "kind": "number", "default": 3, "bounds": (None, 2)},
        {"name": "k", "kind": "string", "default": "x", "choices": ("y",)},
    ],
)
def test_an_option_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        Option(**fields)


def test_every_option_gets_a_value() -> None:
    options = (Option(name="k", default=1.5, kind="number"), Option(name="by", kind="string"))
    assert check_options(options, {"by": "Sex"}, owner="`fence`") == {"k": 1.5, "by": "Sex"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by": "Sex", "kk": 2}, "`fence` has no parameter `kk`; it takes k, by. Did you mean 'k'?"),
        ({}, "`fence` needs the parameter `by`. A column."),
        ({"by": 1}, "The `by` parameter of `fence` must be a string; got 1."),
    ],
)
def test_wrong_options_are_told_in_the_users_terms(given: dict[str, Any], message: str) -> None:
    options = (Option(name="k", default=1.5, kind="number"), Option(name="by", kind="string", doc="A column."))
    with pytest.raises(OptionTypeError) as caught:
        check_options(options, given, owner="`fence`")
    assert str(caught.value) == message


def test_a_record_without_options_says_that_it_takes_none() -> None:
    with pytest.raises(OptionError, match="has no parameter `k`; it takes none"):
        check_options((), {"k": 1}, owner="`fence`")


def test_the_mark_of_a_required_option_is_readable() -> None:
    assert repr(REQUIRED) == "REQUIRED"
