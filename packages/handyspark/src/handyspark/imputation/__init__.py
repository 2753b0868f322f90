"""Imputation: filling what is missing."""

from __future__ import annotations

from handyspark.imputation.filling import learn_fills

__all__ = ["learn_fills"]
