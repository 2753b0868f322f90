"""Tests of hypotheses, from summaries that Spark computes; p-values are scipy's (``pip install handyspark[stats]``)."""

from __future__ import annotations

from handyspark.stats.chi_square import ChiSquareResult, chiSquareTest
from handyspark.stats.kolmogorov_smirnov import (
    KolmogorovSmirnovResult,
    KolmogorovSmirnovTest,
    TwoSampleKolmogorovSmirnovResult,
    twoSampleKolmogorovSmirnovTest,
)
from handyspark.stats.student import TTestResult, tTest
from handyspark.stats.summaries import StatisticalSummary, StatisticalSummaryValues

__all__ = [
    "ChiSquareResult",
    "KolmogorovSmirnovResult",
    "KolmogorovSmirnovTest",
    "StatisticalSummary",
    "StatisticalSummaryValues",
    "TTestResult",
    "TwoSampleKolmogorovSmirnovResult",
    "chiSquareTest",
    "tTest",
    "twoSampleKolmogorovSmirnovTest",
]
