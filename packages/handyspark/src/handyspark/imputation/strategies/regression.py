"""A linear regression on other columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from handyhooks import NUMERICAL, Column, Derived, ImputationStrategy, Moments

__all__ = ["REGRESSION"]


def _slopes(answers: Mapping[str, Any], **options: Any) -> list[float] | None:
    """Least squares from co-moments, after scaling; of many solutions (collinear predictors) the smallest."""
    moments = answers["moments"]
    if not moments.count:
        return None
    comoments = np.array(moments.comoments, dtype=float)
    if not np.isfinite(comoments).all():
        return None
    scales = np.sqrt(np.diag(comoments))[1:]
    scales[scales == 0] = 1.0
    within = comoments[1:, 1:] / np.outer(scales, scales)
    slopes = np.linalg.lstsq(within, comoments[1:, 0] / scales, rcond=1e-10)[0] / scales
    return [float(slope) for slope in slopes]


def _means(answers: Mapping[str, Any], **options: Any) -> list[float] | None:
    moments = answers["moments"]
    return [float(mean) for mean in moments.means] if moments.count else None


def _fill(columns: Sequence[Column], **options: Any) -> str:
    terms = (
        f"coalesce({{slopes}}[{position - 1}] * (double({{x{position}}}) - {{means}}[{position}]), 0D)"
        for position in range(1, len(columns))
    )
    return " + ".join(["{means}[0]", *terms])


REGRESSION: Final = ImputationStrategy(
    name="regression",
    summary="Predicted by a linear regression on other columns, the `predictors`.",
    stages=({"moments": Moments(), "slopes": Derived(_slopes), "means": Derived(_means)},),
    fill=_fill,
    columns=(2, None),
    accepts=NUMERICAL,
)
