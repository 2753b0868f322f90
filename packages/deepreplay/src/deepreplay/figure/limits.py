"""Limits of Axes from data that may be constant, or no numbers at all."""

from __future__ import annotations

import numpy as np

__all__ = ["limits_of"]

_MARGIN = 0.05


def limits_of(low: float, high: float) -> tuple[float, float]:
    """Limits with a margin around the range from `low` to `high`; some range where that is none."""
    if not np.isfinite([low, high]).all():
        return 0.0, 1.0
    margin = (high - low) * _MARGIN or max(abs(low) * _MARGIN, _MARGIN)
    return float(low - margin), float(high + margin)
