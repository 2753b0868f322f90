"""A value at the far end of the column's distribution, so that what was missing stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from handyhooks import NUMERICAL, Column, Derived, ImputationStrategy, Option

if TYPE_CHECKING:
    from handyhooks.requests import Stage

__all__ = ["END_TAIL"]


def _stages(columns: Sequence[Column], *, distribution: str, **options: Any) -> tuple[Stage, ...]:
    if distribution == "mean":
        asked = {"center": "avg(double({x}))", "spread": "coalesce(stddev_samp(double({x})), 0D * avg(double({x})))"}
        return ({**asked, "end": Derived(_beyond_mean)},)
    return ({"quartiles": "percentile_approx({x}, array(0.25D, 0.75D), 10000)", "end": Derived(_beyond_quartile)},)


def _beyond_mean(answers: Mapping[str, Any], *, tail: str, fold: float, **options: Any) -> float | None:
    if answers["center"] is None:
        return None
    reach = float(fold * answers["spread"])
    return float(answers["center"]) + (reach if tail == "right" else -reach)


def _beyond_quartile(answers: Mapping[str, Any], *, tail: str, fold: float, **options: Any) -> float | None:
    if not answers["quartiles"]:
        return None
    q1, q3 = map(float, answers["quartiles"])
    reach = float(fold * (q3 - q1))
    return q3 + reach if tail == "right" else q1 - reach


END_TAIL: Final = ImputationStrategy(
    name="end_tail",
    summary="The mean, or a quartile, plus or minus a multiple of the spread.",
    stages=_stages,
    fill="{end}",
    options=(
        Option(
            name="distribution",
            default="mean",
            kind="string",
            choices=("mean", "quartiles"),
            doc="'mean': mean and standard deviation; 'quartiles': outer quartile and interquartile range.",
        ),
        Option(name="tail", default="right", kind="string", choices=("right", "left"), doc="Which end."),
        Option(name="fold", default=3, kind="number", bounds=(0, None), doc="How many standard deviations, or ranges."),
    ),
    accepts=NUMERICAL,
)
