"""Fences at quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import FenceMethod, Option

__all__ = ["QUANTILES"]


def _bounds(answers: Mapping[str, Any], **options: Any) -> tuple[float | None, float | None]:
    if not answers["quantiles"]:
        return None, None
    lower, upper = answers["quantiles"]
    return float(lower), float(upper)


QUANTILES: Final = FenceMethod(
    name="quantiles",
    summary="Fences at two quantiles, values of the column (winsorizing, where it caps).",
    stages=({"quantiles": "percentile_approx({x}, array(double({lower}), double({upper})), 10000)"},),
    bounds=_bounds,
    options=(
        Option(name="lower", default=0.01, kind="number", bounds=(0, 0.5), doc="Share of the values below."),
        Option(name="upper", default=0.99, kind="number", bounds=(0.5, 1), doc="Share of the values up to there."),
    ),
)
