"""Fitting fences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pyspark.sql import types as T

from handyhooks import FenceMethod
from handyspark.errors import InvalidOperationError
from handyspark.fitted.bounds import INTEGER_BITS, is_fractional
from handyspark.fitted.encoding import plain
from handyspark.fitted.origins import origin_of
from handyspark.fitted.rules import LOWER, UPPER, Fence, Step
from handyspark.outliers.judging import FENCES, HOOK, judges, method_of
from handyspark.planner import Job, ask

if TYPE_CHECKING:
    from handyspark.outliers.judging import Judge
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["learn_fences"]

_LEAST: Final = "handyspark_least"
_GREATEST: Final = "handyspark_greatest"

_MOST_EXACT: Final = 2**53
"""Up to here a double tells every integer from the next."""

Answers: TypeAlias = Mapping[str, Any]


def learn_fences(source: Source, columns: Sequence[ColumnRef], method: str, options: Mapping[str, Any]) -> Step:
    """Learn fences, as `HandyFrame.fence` describes.

    Raises
    ------
    InvalidOperationError
        The method has no fences.
    """
    found, given = method_of(method, columns, options)
    if not isinstance(found, FenceMethod):
        raise InvalidOperationError(
            f"The outlier method {method!r} gives rows a score and columns no fences: there is nothing to cap at. "
            "Use `outliers`, `get_outliers` or `remove_outliers` with it, or fence by another method, as 'tukey'."
        )
    judged = judges(columns, method, options)
    report = ask(source, [_job(judge) for judge in judged])
    origin = origin_of(HOOK, method, given)
    rules = []
    for judge, answers in zip(judged, report.answers, strict=True):
        (column,) = judge.columns
        rules.append(
            Fence(
                column=column,
                values={
                    LOWER: tuple(_finite(of_stratum[FENCES].lower) for of_stratum in answers),
                    UPPER: tuple(_finite(of_stratum[FENCES].upper) for of_stratum in answers),
                },
                data_type=T.DoubleType() if _needs_fractions(column, answers) else column.data_type,
                origin=origin,
            )
        )
    return Step(
        frame=source.schema.types,
        rules=tuple(rules),
        strata=source.strata,
        keys=tuple(report.keys),
        clauses=tuple(source.strata.clause(key) for key in report.keys) if source.strata else (),
    )


def _job(judge: Judge) -> Job:
    if type(judge.columns[0].data_type) not in INTEGER_BITS:
        return judge.job
    first, *others = judge.stages
    return replace(judge.job, stages=({**first, _LEAST: "min({x})", _GREATEST: "max({x})"}, *others))


def _needs_fractions(column: ColumnRef, answers: Sequence[Answers]) -> bool:
    """Whether a fence between two integers bites, and doubles hold all of the column's integers."""
    if type(column.data_type) not in INTEGER_BITS:
        return False
    with_values = [of_stratum for of_stratum in answers if of_stratum[_LEAST] is not None]
    exact = all(max(-of_stratum[_LEAST], of_stratum[_GREATEST]) <= _MOST_EXACT for of_stratum in with_values)
    return exact and any(map(_bites_between, with_values))


def _bites_between(answers: Answers) -> bool:
    lower, upper = _finite(answers[FENCES].lower), _finite(answers[FENCES].upper)
    below = is_fractional(lower) and answers[_LEAST] < lower
    return below or (is_fractional(upper) and answers[_GREATEST] > upper)


def _finite(fence: Any) -> Any:
    fence = plain(fence)
    return None if isinstance(fence, float) and not math.isfinite(fence) else fence
