"""The check of imputation strategies: what it lets pass, and what it finds."""

from __future__ import annotations

from typing import Any

import pytest

from handyhooks import ImputationStrategy, Option
from handyhooks.testing import ConformanceError, check_imputation_strategy


def strategy(**fields: Any) -> ImputationStrategy:
    return ImputationStrategy(**{"name": "tried", "summary": "Tried.", "stages": (), "fill": "0", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"stages": ({"mean": "avg({x})"},), "fill": "{mean}"},
        {"fill": "{value}", "options": (Option(name="value", default=0),)},
        {"fill": "pmod({row}, 7)"},
        {"fill": lambda columns, **options: "{x1}", "columns": (2, 2)},
    ],
)
def test_strategies_that_keep_all_promises_pass(fields: dict[str, Any]) -> None:
    check_imputation_strategy(strategy(**fields))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"fill": lambda columns, **options: "{mean}"}, "It reads 'mean'; known are none"),
        ({"fill": lambda columns, **options: 0}, "gives a SQL template. It gave 0"),
        ({"fill": "{x1}"}, "It reads column 1 of 1"),
        ({"fill": "{x1}", "columns": (2, 3)}, r"passes over \[2\]"),
        ({"fill": "{mean.value}", "stages": ({"mean": "avg({x})"},)}, "'mean.value'; 'mean' is a"),
    ],
)
def test_strategies_that_break_a_promise_are_found(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConformanceError, match=f"ImputationStrategy 'tried' breaks a promise: .*{problem}"):
        check_imputation_strategy(strategy(**fields))
