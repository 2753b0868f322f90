"""Imputation: filling what is missing."""

from __future__ import annotations

from handyspark.imputation.choosing import choose
from handyspark.imputation.fitting import fit_fills

__all__ = ["choose", "fit_fills"]
