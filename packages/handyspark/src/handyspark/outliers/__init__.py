"""Outliers: counting them by any method, and the methods that are built in."""

from __future__ import annotations

from handyspark.outliers.counting import count_outliers

__all__ = ["count_outliers"]
