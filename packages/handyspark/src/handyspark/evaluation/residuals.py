"""Residuals summed up: the actual value less the predicted one, of rows that weigh the same or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.errors import InvalidValueError
from handyspark.evaluation.cells import tallied
from handyspark.planner import Job, ask
from handyspark.planner.cost import measured

if TYPE_CHECKING:
    from handyspark.evaluation.tally import Tally
    from handyspark.planner import Report, Source
    from handyspark.schema import ColumnRef

__all__ = ["ORDER", "RESIDUAL", "WEIGHED", "summed_up", "weighed_up"]

ORDER: Final = (
    "count",
    "mean",
    "stddev",
    "min",
    "q1",
    "median",
    "q3",
    "max",
    "mae",
    "rmse",
    "r2",
    "explained_variance",
)
"""Figures, as users get them."""

RESIDUAL: Final = "(cast({x0} as double) - cast({x1} as double))"
"""Residual of the actual value ``{x0}`` and the predicted one ``{x1}``; null where either is missing."""

_ACTUAL: Final = f"CASE WHEN {RESIDUAL} IS NOT NULL THEN cast({{x0}} as double) END"

_PLAIN: Final = {
    "count": f"count({RESIDUAL})",
    "mean": f"avg({RESIDUAL})",
    "stddev": f"stddev_samp({RESIDUAL})",
    "min": f"min({RESIDUAL})",
    "max": f"max({RESIDUAL})",
    "mae": f"avg(abs({RESIDUAL}))",
    "mse": f"avg({RESIDUAL} * {RESIDUAL})",
    "variance": f"var_pop({RESIDUAL})",
    "of_actual": f"var_pop({_ACTUAL})",
}
_SHARES: Final = {"q1": 0.25, "median": 0.5, "q3": 0.75}
_QUARTILES: Final = {"quartiles": f"percentile_approx({RESIDUAL}, array(0.25D, 0.5D, 0.75D), 10000)"}

_WEIGHT: Final = "cast({x2} as double)"
WEIGHED: Final = f"CASE WHEN {_WEIGHT} > 0 THEN {RESIDUAL} END"
"""Residual of a row whose weight ``{x2}`` is above 0."""


def _weighted_mean(of: str) -> str:
    weight = f"CASE WHEN {WEIGHED} IS NOT NULL THEN {_WEIGHT} END"
    return f"try_divide(sum({weight} * ({of})), sum({weight}))"


_MEANS: Final = {
    "bad": f"count(CASE WHEN {_WEIGHT} < 0 OR {_WEIGHT} = double('Infinity') THEN 1 END)",
    "count": f"count({WEIGHED})",
    "min": f"min({WEIGHED})",
    "max": f"max({WEIGHED})",
    "mean": _weighted_mean(RESIDUAL),
    "mae": _weighted_mean(f"abs({RESIDUAL})"),
    "mse": _weighted_mean(f"{RESIDUAL} * {RESIDUAL}"),
    "actual": _weighted_mean("cast({x0} as double)"),
}
_SPREADS: Final = {
    "variance": _weighted_mean(f"pow({RESIDUAL} - {{mean}}, 2)"),
    "of_actual": _weighted_mean("pow(cast({x0} as double) - {actual}, 2)"),
}

_BINS: Final = 50_000
"""Distinct residuals in a stratum that are told apart for weighted quartiles."""


def summed_up(source: Source, label: ColumnRef, prediction: ColumnRef) -> tuple[Report, list[list[float]]]:
    """Figures of each stratum, in order: two queries."""
    job = Job(owner="`summary`", columns=(label, prediction), stages=({**_PLAIN, **_QUARTILES},))
    report = ask(source, [job])
    rows = []
    for answers in report.answers[0]:
        quartiles = dict(zip(_SHARES, answers["quartiles"] or [None] * 3, strict=True))
        rows.append(_figures({**answers, **quartiles}))
    return report, rows


def weighed_up(
    source: Source, label: ColumnRef, prediction: ColumnRef, weight: ColumnRef
) -> tuple[Report, list[list[float]]]:
    """Figures of each stratum, in order, each row by its weight: four queries, or up to six.

    Raises
    ------
    InvalidValueError
        Weights are below 0, or infinite.
    """
    columns = (label, prediction, weight)
    with measured(source.cost):
        report = ask(source, [Job(owner="`summary`", columns=columns, stages=(_MEANS, _SPREADS))])
        bad = sum(answers["bad"] for answers in report.answers[0])
        if bad:
            raise InvalidValueError(f"The weights in {weight.name!r} must be finite and not below 0; {bad} are not.")
        x0, x1, x2 = (column.clean_sql for column in columns)
        residual = WEIGHED.format(x0=x0, x1=x1, x2=x2)
        found = tallied(source, score=residual, weight=_WEIGHT.format(x2=x2), bins=_BINS)
    rows = []
    for key, answers in zip(report.keys, report.answers[0], strict=True):
        variance, number = answers["variance"], answers["count"]
        stddev = math.sqrt(variance * number / (number - 1)) if number > 1 else None
        rows.append(_figures({**answers, "stddev": stddev, **_quartiles(found.get(key))}))
    return report, rows


def _quartiles(tally: Tally | None) -> dict[str, float]:
    """Least residuals up to which at least such a share of the weight lies; of a bin its greatest."""
    if tally is None:
        return {}
    reached = np.cumsum(tally.positives[::-1])
    places = np.searchsorted(reached, np.array(list(_SHARES.values())) * reached[-1])
    return dict(zip(_SHARES, tally.high[::-1][places].tolist(), strict=True))


def _figures(answers: Mapping[str, Any]) -> list[float]:
    """Figures in order, from those that Spark gave."""
    asked = (*_PLAIN, *_SHARES)
    values = {name: math.nan if answers.get(name) is None else float(answers[name]) for name in asked}
    values["rmse"] = math.sqrt(values["mse"])
    with np.errstate(divide="ignore", invalid="ignore"):
        actual = np.float64(values["of_actual"])
        values["r2"] = float(1 - values["mse"] / actual)
        values["explained_variance"] = float(1 - values["variance"] / actual)
    return [values[name] for name in ORDER]
