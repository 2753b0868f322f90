"""Fences at multiples of the standard deviation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import FenceMethod, Option

__all__ = ["ZSCORE"]


def _bounds(answers: Mapping[str, Any], *, k: float, **options: Any) -> tuple[float | None, float | None]:
    if answers["deviation"] is None:
        return None, None
    reach = float(k * answers["deviation"])
    return answers["mean"] - reach, answers["mean"] + reach


ZSCORE: Final = FenceMethod(
    name="zscore",
    summary="Fences k sample standard deviations from the mean.",
    stages=({"mean": "avg(double({x}))", "deviation": "stddev_samp(double({x}))"},),
    bounds=_bounds,
    options=(Option(name="k", default=3.0, kind="number", bounds=(0, None), doc="How many standard deviations."),),
)
