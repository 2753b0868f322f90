"""Imputation strategies that are built in."""

from __future__ import annotations

from handyspark.imputation.strategies.constant import CONSTANT
from handyspark.imputation.strategies.end_tail import END_TAIL
from handyspark.imputation.strategies.extremes import MAX, MIN
from handyspark.imputation.strategies.mean import MEAN
from handyspark.imputation.strategies.mode import MODE
from handyspark.imputation.strategies.quantiles import MEDIAN, QUANTILE
from handyspark.imputation.strategies.random_sample import RANDOM_SAMPLE
from handyspark.imputation.strategies.regression import REGRESSION

__all__ = ["STRATEGIES"]

STRATEGIES = (CONSTANT, END_TAIL, MAX, MEAN, MEDIAN, MIN, MODE, QUANTILE, RANDOM_SAMPLE, REGRESSION)
