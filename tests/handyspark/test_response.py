"""The response column: what is to be predicted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from handyspark.errors import ColumnNotFoundError

ROWS = [(1, "b", True, 0.5, Decimal("1.5")), (0, "a", False, 1.5, None), (1, None, None, None, None)]


@pytest.fixture
def hdf(frame: Any) -> Any:
    return frame(ROWS, "n int, s string, yes boolean, x double, d decimal(5,2)")


def test_without_a_response_there_are_no_classes(hdf: Any) -> None:
    assert (hdf.response, hdf.is_classification, hdf.classes, hdf.nclasses) == (None, False, None, None)


@pytest.mark.parametrize(("column", "classes"), [("n", [0, 1]), ("s", ["a", "b"]), ("yes", [False, True])])
def test_integers_booleans_and_strings_are_classes(hdf: Any, column: str, classes: list[Any]) -> None:
    found = hdf.set_response(column)
    assert (found.response, found.is_classification) == (column, True)
    assert found.classes == classes
    assert found.nclasses == 2


@pytest.mark.parametrize("column", ["x", "d"])
def test_other_numbers_are_no_classes(hdf: Any, column: str) -> None:
    found = hdf.set_response(column)
    assert (found.response, found.is_classification, found.classes, found.nclasses) == (column, False, None, None)


def test_the_response_goes_along_and_its_parent_stays_as_it_was(hdf: Any) -> None:
    assert hdf.set_response("s").where("n = 1").response == "s"
    assert hdf.response is None


def test_a_response_that_is_not_there_is_refused(hdf: Any) -> None:
    with pytest.raises(ColumnNotFoundError, match="'S2'"):
        hdf.set_response("S2")
