"""The outlier method: what to ask of Spark, and what a distance is in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from scipy.special import gammainc, gammaincinv

from handyhooks import Column, Derived, Moments, MomentValues, Option, ScoreMethod, Shared
from handyhooks.requests import Stage
from handyspark_mahalanobis.errors import SingularCovarianceError
from handyspark_mahalanobis.estimate import Estimate, estimated

__all__ = ["MAHALANOBIS"]


def _stages(columns: Sequence[Column], *, robust: bool, **options: Any) -> tuple[Stage, ...]:
    names = tuple(column.name for column in columns)
    everything = Moments(where=_finite(columns))
    if not robust:
        return (_fit("last", everything, names, _plain),)
    regular = f"{_finite(columns)} AND {_distance('first', len(names))} <= {{first_cutoff}}"
    return (
        _fit("first", everything, names, _plain),
        _fit("last", Moments(where=regular), names, _reweighted, rows="among the rows that `robust` keeps, "),
    )


def _finite(columns: Sequence[Column]) -> str:
    return " AND ".join(f"abs(double({{x{i}}})) < double('Infinity')" for i in range(len(columns)))


def _fit(
    fit: str, moments: Moments, names: tuple[str, ...], estimate: Callable[..., Estimate], rows: str = ""
) -> dict[str, Any]:
    """Ask for moments, and derive from them all that the SQL of a distance reads."""

    def check(every: Sequence[Mapping[str, Any]], **options: Any) -> None:
        faults = [answers[fit].fault for answers in every if answers[fit].fault is not None]
        if faults:
            raise SingularCovarianceError.from_faults(names, faults, strata=len(every), rows=rows)

    return {
        f"{fit}_moments": moments,
        fit: Derived(lambda answers, **options: estimate(answers[f"{fit}_moments"], names, **options)),
        f"{fit}_checked": Shared(check),
        # One short array a row: a matrix would stand in the SQL as a whole wherever one of its numbers is read.
        **{f"{fit}_center{i}": Derived(partial(_center, fit=fit, position=i)) for i in range(len(names))},
        **{f"{fit}_row{i}": Derived(partial(_row, fit=fit, position=i)) for i in range(len(names))},
        f"{fit}_cutoff": Derived(partial(_cutoff, fit=fit)),
    }


def _plain(moments: MomentValues, names: Sequence[str], **options: Any) -> Estimate:
    return estimated(moments, names)


def _reweighted(moments: MomentValues, names: Sequence[str], *, critical_value: float, **options: Any) -> Estimate:
    """Estimate from the regular rows.

    These leave out the tails of even a perfectly normal cloud; the factor makes up for it (Croux and Haesbroeck,
    Journal of Multivariate Analysis 71, 1999).
    """
    width = len(names)
    within = gammainc(width / 2 + 1, _chi_square_quantile(critical_value, width) / 2)
    return estimated(moments, names, inflation=critical_value / within)


def _center(answers: Mapping[str, Any], *, fit: str, position: int, **options: Any) -> float | None:
    center: float | None = answers[fit].center[position]
    return center


def _row(answers: Mapping[str, Any], *, fit: str, position: int, **options: Any) -> Sequence[float | None]:
    row: Sequence[float | None] = answers[fit].whitening[position]
    return row


def _cutoff(answers: Mapping[str, Any], *, critical_value: float, fit: str = "last", **options: Any) -> float | None:
    estimate = answers[fit]
    return _chi_square_quantile(critical_value, len(estimate.center)) if estimate.known else None


def _chi_square_quantile(probability: float, degrees: int) -> float:
    # What scipy.stats.chi2.ppf computes, without the second that its import takes.
    return 2.0 * float(gammaincinv(degrees / 2, probability))


def _score(columns: Sequence[Column], **options: Any) -> str:
    return _distance("last", len(columns))


def _distance(fit: str, width: int) -> str:
    """SQL of the squared distance; the infinite values that there may be are infinitely far."""
    squares = []
    for i in range(width):
        terms = [f"{{{fit}_row{i}}}[{j}] * (double({{x{j}}}) - {{{fit}_center{j}}})" for j in range(i + 1)]
        squares.append(f"power({' + '.join(terms)}, 2)")
    return f"nanvl({' + '.join(squares)}, double('Infinity'))"


MAHALANOBIS: Final = ScoreMethod(
    name="mahalanobis",
    summary="Squared Mahalanobis distance beyond a quantile of the chi-square distribution.",
    stages=_stages,
    score=_score,
    cutoff=_cutoff,
    columns=(1, None),
    options=(
        Option(
            name="critical_value",
            default=0.999,
            kind="number",
            bounds=(0.5, 1),
            doc="Share of regular rows that lie within the cutoff if the columns are normal.",
        ),
        Option(
            name="robust",
            default=False,
            kind="boolean",
            doc="Estimate once more, from the rows that are no outliers at first: one more pass.",
        ),
    ),
)
