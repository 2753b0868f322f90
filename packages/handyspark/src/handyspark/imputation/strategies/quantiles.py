"""Quantiles: the least value that at least the given share of the values does not exceed."""

from __future__ import annotations

from typing import Final

from handyhooks import NUMERICAL, ImputationStrategy, Option

__all__ = ["MEDIAN", "QUANTILE"]

MEDIAN: Final = ImputationStrategy(
    name="median",
    summary="The median: a value of the column, the lower of the two in the middle.",
    stages=({"median": "percentile_approx({x}, 0.5D, 10000)"},),
    fill="{median}",
    accepts=(*NUMERICAL, "date", "timestamp"),
)

QUANTILE: Final = ImputationStrategy(
    name="quantile",
    summary="A quantile: the least value that a share q of the values does not exceed.",
    stages=({"quantile": "percentile_approx({x}, double({q}), 10000)"},),
    fill="{quantile}",
    options=(Option(name="q", kind="number", bounds=(0, 1), doc="Share from 0 to 1; 0.25 for the first quartile."),),
    accepts=(*NUMERICAL, "date", "timestamp"),
)
