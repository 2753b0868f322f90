"""Outliers: counting them by any method, and the methods that are built in."""

from __future__ import annotations

from handyspark.outliers.counting import count_outliers
from handyspark.outliers.fencing import learn_fences
from handyspark.outliers.rows import outliers_of, without_outliers

__all__ = ["count_outliers", "learn_fences", "outliers_of", "without_outliers"]
