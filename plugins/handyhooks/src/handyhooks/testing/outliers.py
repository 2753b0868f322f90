"""Checks of outlier methods."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from handyhooks.spark_records import FenceMethod, ScoreMethod
from handyhooks.testing._cases import cases, expect_columns_read, template_of
from handyhooks.testing._situations import Situation
from handyhooks.testing.conformance import called, expect, expect_type

__all__ = ["check_fence_method", "check_score_method"]

_FENCES = "`bounds(answers, **options)` gives a pair of numbers in order, or None for no fence"
_NO_VALUES = "a column without values gets no fences"
_CUTOFF = "`cutoff(answers, **options)` gives a number, or None where the answers don't say"


def check_fence_method(
    record: FenceMethod, *, options: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None
) -> None:
    """Check that a `FenceMethod` keeps its promises.

    Its functions are called with made-up answers, as they come from columns of each kind that it accepts: with
    different values, one value, equal values and none. Options are tried at the limits of what they take.

    Parameters
    ----------
    record
        The record.
    options
        Values of options that are to stay as they are.
    answers
        Answers of SQL aggregates, by name, where the made-up ones can't be right.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened.
    """
    expect_type(record, FenceMethod)
    for case in cases(record, options or {}, answers or {}):
        expect_columns_read(record, case.interview.read, [0])
        for situation, found, where in case.strata():
            with called(record, _FENCES, f"{where}, it raised"):
                fences = record.bounds(found, **case.options)
            fits = isinstance(fences, (tuple, list)) and len(fences) == 2
            expect(fits and all(_is_bound(fence) for fence in fences), record, _FENCES, f"{where}, it gave {fences!r}.")
            lower, upper = fences
            expect(
                lower is None or upper is None or bool(lower <= upper),
                record,
                _FENCES,
                f"{where}, the lower one is above the upper one: {fences!r}.",
            )
            if situation is Situation.NOTHING:
                expect(lower is None and upper is None, record, _NO_VALUES, f"{where}, it gave {fences!r}.")
            elif situation is Situation.VALUES and case.plain:
                given = "Give the check fitting `answers` if the made-up ones are to blame."
                kept = lower is not None or upper is not None
                expect(kept, record, "a column with values gets a fence", f"{where}, it gave none. {given}")


def check_score_method(
    record: ScoreMethod, *, options: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None
) -> None:
    """Check that a `ScoreMethod` keeps its promises.

    The parameters and what is tried are those of `check_fence_method`; besides, the least and the greatest
    number of columns.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened.
    """
    expect_type(record, ScoreMethod)
    for case in cases(record, options or {}, answers or {}):
        expect_columns_read(record, template_of(record, "score", case), range(len(case.columns)))
        for situation, found, where in case.strata():
            with called(record, _CUTOFF, f"{where}, it raised"):
                cutoff = record.cutoff(found, **case.options)
            expect(cutoff is None or _is_number(cutoff), record, _CUTOFF, f"{where}, it gave {cutoff!r}.")
            if situation is Situation.VALUES:
                expect(cutoff is not None, record, "columns with values get a cutoff", f"{where}, it gave none.")


def _is_number(value: Any) -> bool:
    real = isinstance(value, (numbers.Real, Decimal)) and not isinstance(value, bool)
    return real and not math.isnan(value)


def _is_bound(value: Any) -> bool:
    return value is None or _is_number(value) or isinstance(value, dt.date)
