"""Fences at multiples of the median absolute deviation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import FenceMethod, Option

__all__ = ["MAD"]

_NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution in median absolute deviations: 1 / 0.6745."""


def _bounds(answers: Mapping[str, Any], *, k: float, **options: Any) -> tuple[float | None, float | None]:
    if answers["median"] is None:
        return None, None
    center, reach = float(answers["median"]), k * _NORMAL * float(answers["deviation"])
    return center - reach, center + reach


MAD: Final = FenceMethod(
    name="mad",
    summary="Fences k median absolute deviations (scaled by 1.4826) from the median (Leys et al., 2013).",
    stages=(
        {"median": "percentile_approx({x}, 0.5D, 10000)"},
        {"deviation": "percentile_approx(abs(double({x}) - {median}), 0.5D, 10000)"},
    ),
    bounds=_bounds,
    options=(
        Option(
            name="k",
            default=3.0,
            kind="number",
            bounds=(0, None),
            doc="How many scaled deviations. Where most values are equal, the fences meet there.",
        ),
    ),
)
