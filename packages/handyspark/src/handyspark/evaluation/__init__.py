"""Judging classifiers and regressors by their predictions."""

from __future__ import annotations

from handyspark.evaluation.binary import BinaryClassificationMetrics

__all__ = ["BinaryClassificationMetrics"]
