"""Fitted values as users see them: a dictionary, by clause and by column."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from handyspark.errors import ColumnNotFoundError
from handyspark.fitted import FittedValues

AGES = {'Sex == "f"': {"Age": 1.5}, 'Sex == "m"': {"Age": None}}


@pytest.fixture
def values() -> FittedValues:
    by_column = {"Age": {clause: of["Age"] for clause, of in AGES.items()}}
    return FittedValues({"Port": "S", **AGES}, by_column)


def test_are_a_dictionary_of_what_was_fitted(values: FittedValues) -> None:
    assert isinstance(values, dict)
    assert values == {"Port": "S", **AGES}
    assert list(values) == ["Port", *AGES]


def test_a_column_of_strata_is_found_by_subscript_alone(values: FittedValues) -> None:
    assert values["Age"] == {'Sex == "f"': 1.5, 'Sex == "m"': None}
    assert values["Port"] == "S"
    assert "Age" not in values
    assert values.get("Age") is None


def test_changing_what_a_column_gives_changes_nothing(values: FittedValues) -> None:
    values["Age"].clear()
    assert values["Age"] == {'Sex == "f"': 1.5, 'Sex == "m"': None}


def test_what_was_not_fitted_is_named_with_what_is_near(values: FittedValues) -> None:
    with pytest.raises(ColumnNotFoundError, match=r"Nothing was fitted for 'age'. Did you mean 'Age'\?"):
        values["age"]
    with pytest.raises(KeyError):
        values["Fare"]


def test_to_dict_can_be_written_as_json() -> None:
    day, moment = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12)
    values = FittedValues({"a": [Decimal("1.50"), day], "b": {"c": moment}, "d": 0.1, "e": None, "f": True}, {})
    expected = {"a": ["1.50", "2024-02-29"], "b": {"c": "2024-02-29T12:00:00"}, "d": 0.1, "e": None, "f": True}
    assert json.loads(json.dumps(values.to_dict())) == expected
