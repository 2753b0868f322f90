"""The statistics: what each asks of a column, and what it gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from handyhooks import ANY, NUMERICAL, Counts
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.planner.requests import Percentile
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from handyhooks.spark_records import ColumnKind

__all__ = ["BY_NAME", "Statistic", "mode", "number_of_unique", "percentile"]


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One number, or one value, that a column is summed up by.

    Attributes
    ----------
    name
        What results are named after.
    stage
        What to ask of the column.
    value
        From the answers to the value; None where there is none.
    gives
        ``"number"`` for a float, ``"count"`` for an integer, ``"value"`` for a value of the column's own type.
    accepts
        Kinds of column it makes sense for.
    """

    name: str
    stage: Mapping[str, Any]
    value: Callable[[Mapping[str, Any]], Any] = lambda answers: answers["value"]
    gives: Literal["number", "count", "value"] = "number"
    accepts: tuple[ColumnKind, ...] = (*NUMERICAL, "boolean")


_NUMBER: Final = "cast({x} as double)"


def percentile(perc: float, *, precision: float = 1e-4, name: str | None = None) -> Statistic:
    """Quantile as a value of the column: `numpy.quantile(method="inverted_cdf")` within a rank error.

    Parameters
    ----------
    perc
        Percentage, from 0 to 100.
    precision
        Relative rank error: 0.0001 is one row in ten thousand.
    name
        Name of the statistic; ``percentile(perc)`` for none.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        `perc` or `precision` is no number, or out of range.
    """
    for parameter, value, least in (("perc", perc, 0.0), ("precision", precision, 1e-9)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InvalidTypeError(f"The `{parameter}` of a percentile must be a number; got {value!r}.")
        most = 100.0 if parameter == "perc" else 1.0
        if not least <= value <= most:
            raise InvalidValueError(
                f"The `{parameter}` of a percentile must be from {least:g} to {most:g}; got {value!r}."
            )
    accuracy = min(math.ceil(1 / precision), 2**31 - 1)
    return Statistic(
        name=name or f"percentile({perc:g})",
        stage={"value": Percentile(share=perc / 100, accuracy=accuracy)},
        gives="value",
        accepts=ORDERED,
    )


def number_of_unique(*, exact: bool) -> Statistic:
    """Number of different values: approximate (5 per cent relative standard deviation) or exact."""
    request = "count(DISTINCT {x})" if exact else "approx_count_distinct({x})"
    return Statistic(name="nunique", stage={"value": request}, gives="count", accepts=ANY)


def mode() -> Statistic:
    """Most frequent value; the least of those that are equally frequent."""
    return Statistic(
        name="mode",
        stage={"tally": Counts(top=1)},
        value=lambda answers: next(iter(answers["tally"].values), None),
        gives="value",
        accepts=ANY,
    )


BY_NAME: Final[Mapping[str, Statistic]] = {
    statistic.name: statistic
    for statistic in (
        Statistic(name="count", stage={"value": "count({x})"}, gives="count", accepts=(*ANY, "other")),
        Statistic(
            name="isnull",
            stage={"rows": "count(1)", "known": "count({x})"},
            value=lambda answers: answers["rows"] - answers["known"],
            gives="count",
            accepts=(*ANY, "other"),
        ),
        Statistic(name="mean", stage={"value": f"avg({_NUMBER})"}),
        Statistic(name="stddev", stage={"value": f"stddev_samp({_NUMBER})"}),
        Statistic(name="var", stage={"value": f"var_samp({_NUMBER})"}),
        Statistic(name="min", stage={"value": "min({x})"}, gives="value", accepts=ANY),
        Statistic(name="max", stage={"value": "max({x})"}, gives="value", accepts=ANY),
        percentile(25, name="q1"),
        percentile(50, name="median"),
        percentile(75, name="q3"),
        number_of_unique(exact=False),
        mode(),
    )
}
"""Statistics that need no parameter, by name."""
