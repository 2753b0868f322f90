"""Tukey's fences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import FenceMethod, Option

__all__ = ["QUARTILES", "TUKEY"]


def _bounds(answers: Mapping[str, Any], *, k: float, **options: Any) -> tuple[float | None, float | None]:
    if not answers["quartiles"]:
        return None, None
    q1, _, q3 = (float(quartile) for quartile in answers["quartiles"])
    reach = k * (q3 - q1)
    return q1 - reach, q3 + reach


QUARTILES: Final = {"quartiles": "percentile_approx({x}, array(0.25D, 0.5D, 0.75D), 10000)"}

TUKEY: Final = FenceMethod(
    name="tukey",
    summary="Fences k interquartile ranges below the first and above the third quartile (Tukey, 1977).",
    stages=(QUARTILES,),
    bounds=_bounds,
    options=(
        Option(
            name="k",
            default=1.5,
            kind="number",
            bounds=(0, None),
            doc="How many interquartile ranges; 1.5 for outliers, 3 for those far out.",
        ),
    ),
)
