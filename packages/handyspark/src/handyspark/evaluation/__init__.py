"""Judging classifiers and regressors by their predictions."""

from __future__ import annotations

from handyspark.evaluation.binary import BinaryClassificationMetrics
from handyspark.evaluation.multiclass import MulticlassMetrics
from handyspark.evaluation.regression import RegressionMetrics

__all__ = ["BinaryClassificationMetrics", "MulticlassMetrics", "RegressionMetrics"]
