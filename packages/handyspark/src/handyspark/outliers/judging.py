"""From an outlier method's record to stages and a condition: what makes a row an outlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Derived, FenceMethod, ScoreMethod
from handyspark.planner.job import resolve_stages

if TYPE_CHECKING:
    from handyhooks.requests import Stage
    from handyspark.schema import ColumnRef

__all__ = ["Fences", "fences", "judged_stages"]

_FENCES: Final = "handyspark_fences"
_CUTOFF: Final = "handyspark_cutoff"


@dataclass(frozen=True)
class Fences:
    """What values of a column lie between, both included; None for no fence on a side."""

    lower: float | None
    upper: float | None


def judged_stages(
    method: FenceMethod | ScoreMethod, columns: tuple[ColumnRef, ...], options: Mapping[str, Any]
) -> tuple[tuple[Stage, ...], str]:
    """Stages that fit a method, and the condition for outliers as a template over their answers."""
    stages = list(resolve_stages(method.stages, columns, options)) or [{}]
    if isinstance(method, FenceMethod):
        stages[-1] = {**stages[-1], _FENCES: fences(method)}
        return tuple(stages), f"{{x}} < {{{_FENCES}.lower}} OR {{x}} > {{{_FENCES}.upper}}"
    stages[-1] = {**stages[-1], _CUTOFF: Derived(method.cutoff)}
    score = method.score
    if callable(score):
        score = score(tuple(column.described for column in columns), **options)
    present = " AND ".join(f"{{x{position}}} IS NOT NULL" for position in range(len(columns)))
    return tuple(stages), f"{present} AND nanvl(double({score}), NULL) > {{{_CUTOFF}}}"


def fences(method: FenceMethod) -> Derived:
    """Work out a method's fences; one that is NaN (infinities in the data) is none, as NumPy compares."""

    def function(answers: Mapping[str, Any], **options: Any) -> Fences:
        lower, upper = method.bounds(answers, **options)
        return Fences(_unless_nan(lower), _unless_nan(upper))

    return Derived(function)


def _unless_nan(fence: Any) -> Any:
    return None if fence is None or fence != fence else fence
