"""Check of imputation strategies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handyhooks.spark_records import ImputationStrategy
from handyhooks.testing._cases import cases, expect_columns_read, template_of
from handyhooks.testing.conformance import expect_type

__all__ = ["check_imputation_strategy"]


def check_imputation_strategy(
    record: ImputationStrategy, *, options: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None
) -> None:
    """Check that an `ImputationStrategy` keeps its promises.

    The parameters and what is tried are those of `check_fence_method`; besides, the least and the greatest
    number of columns.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened.
    """
    expect_type(record, ImputationStrategy)
    for case in cases(record, options or {}, answers or {}):
        template_of(record, "fill", case)
        # A constant may well pass over the column that it fills.
        expect_columns_read(record, case.interview.read, range(1, len(case.columns)))
