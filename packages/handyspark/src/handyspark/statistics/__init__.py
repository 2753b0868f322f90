"""Statistics of columns: one number, or one value, per column and stratum."""

from __future__ import annotations

from handyspark.statistics.summarizing import summarize
from handyspark.statistics.table import Statistic

__all__ = ["Statistic", "summarize"]
