"""From an outlier method's record to stages and a condition: what makes a row an outlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Derived, FenceMethod, ScoreMethod
from handyspark.calling import calling
from handyspark.errors import InvalidValueError
from handyspark.planner import Job
from handyspark.planner.job import resolve_stages
from handyspark.records import checked_options, owner_of, record
from handyspark.schema import require_kinds

if TYPE_CHECKING:
    from handyhooks.requests import Stage
    from handyspark.schema import ColumnRef

__all__ = ["FENCES", "HOOK", "Fences", "Judge", "far_out", "fences", "judges", "method_of"]

HOOK: Final = "handyspark_outlier_methods"

FENCES: Final = "handyspark_fences"
"""Answer that holds the `Fences` of a column."""

_CUTOFF: Final = "handyspark_cutoff"


@dataclass(frozen=True)
class Fences:
    """What values of a column lie between, both included; None for no fence on a side."""

    lower: float | None
    upper: float | None


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What tells the outliers of one column, or one set of columns.

    Attributes
    ----------
    owner
        How users call the method.
    columns
        The columns.
    stages
        What to ask first.
    condition
        SQL template, over columns and answers: true for outliers.
    judged
        SQL template: true for rows that can be judged: they miss no value, and the method has an answer for their
        stratum.
    options
        Values of all options of the method.
    """

    owner: str
    columns: tuple[ColumnRef, ...]
    stages: tuple[Stage, ...]
    condition: str
    judged: str
    options: Mapping[str, Any]

    @property
    def job(self) -> Job:
        """What is to be asked before the condition can be."""
        return Job(owner=self.owner, columns=self.columns, stages=self.stages, options=self.options)


def far_out(method: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Options by which outliers are counted and chosen: of ``"tukey"``, `k` is 3 unless told otherwise."""
    return {"k": 3.0, **options} if method == "tukey" else options


def method_of(
    name: str, columns: Sequence[ColumnRef], options: Mapping[str, Any]
) -> tuple[FenceMethod | ScoreMethod, dict[str, Any]]:
    """Look a method up, and see that its options are right and that it takes the columns.

    Raises
    ------
    UnknownNameError, InvalidTypeError, InvalidValueError
        There is no such method, or an option is not right.
    UnsupportedColumnError
        A column is of a kind that it can't judge.
    """
    method = record(HOOK, name)
    owner = owner_of(HOOK, name)
    given = checked_options(method.options, options, owner=owner)
    require_kinds(columns, method.accepts, owner=owner)
    return method, given


def judges(columns: Sequence[ColumnRef], name: str, options: Mapping[str, Any]) -> list[Judge]:
    """Judges by column, or one for the set of columns where the method looks at several together."""
    method, given = method_of(name, columns, options)
    owner = owner_of(HOOK, name)
    return [_judge(method, group, given, owner) for group in _groups(method, columns, owner)]


def _groups(method: FenceMethod | ScoreMethod, columns: Sequence[ColumnRef], owner: str) -> list[tuple[ColumnRef, ...]]:
    if isinstance(method, FenceMethod) or method.columns[1] == 1:
        return [(column,) for column in columns]
    least, most = method.columns
    if len(columns) < least or (most is not None and len(columns) > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        raise InvalidValueError(f"{owner} takes {allowed} columns together; got {len(columns)}.")
    return [tuple(columns)]


def _judge(
    method: FenceMethod | ScoreMethod, columns: tuple[ColumnRef, ...], options: Mapping[str, Any], owner: str
) -> Judge:
    stages = list(resolve_stages(method.stages, columns, options, owner=owner)) or [{}]
    present = " AND ".join(f"{{x{position}}} IS NOT NULL" for position in range(len(columns)))
    if isinstance(method, FenceMethod):
        stages[-1] = {**stages[-1], FENCES: fences(method)}
        lower, upper = f"{{{FENCES}.lower}}", f"{{{FENCES}.upper}}"
        condition = f"{{x}} < {lower} OR {{x}} > {upper}"
        known = f"({lower} IS NOT NULL OR {upper} IS NOT NULL)"
    else:
        stages[-1] = {**stages[-1], _CUTOFF: Derived(method.cutoff)}
        condition = f"{present} AND nanvl(double({_score(method, columns, options, owner)}), NULL) > {{{_CUTOFF}}}"
        known = f"{{{_CUTOFF}}} IS NOT NULL"
    return Judge(
        owner=owner,
        columns=columns,
        stages=tuple(stages),
        condition=condition,
        judged=f"{present} AND {known}",
        options=options,
    )


def _score(method: ScoreMethod, columns: Sequence[ColumnRef], options: Mapping[str, Any], owner: str) -> str:
    if not callable(method.score):
        return method.score
    with calling(owner):
        return method.score(tuple(column.described for column in columns), **options)


def fences(method: FenceMethod) -> Derived:
    """Work out a method's fences; one that is NaN (infinities in the data) is none, as NumPy compares."""

    def function(answers: Mapping[str, Any], **options: Any) -> Fences:
        lower, upper = method.bounds(answers, **options)
        return Fences(_unless_nan(lower), _unless_nan(upper))

    return Derived(function)


def _unless_nan(fence: Any) -> Any:
    return None if fence is None or fence != fence else fence
