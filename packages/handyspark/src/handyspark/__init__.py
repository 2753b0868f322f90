"""pandas-like exploratory data analysis on Spark DataFrames; the data stays in Spark.

>>> from handyspark import *
>>> hdf = df.toHandy()  # doctest: +SKIP
"""

from __future__ import annotations

from handyspark.evaluation import BinaryClassificationMetrics
from handyspark.extension import add_ret, add_to_handy
from handyspark.failures import HandyException
from handyspark.frame import HandyFrame
from handyspark.frame import handy as handy
from handyspark.strata import Bucket, Quantile

__version__ = "1.0.0"

__all__ = ["BinaryClassificationMetrics", "Bucket", "HandyException", "HandyFrame", "Quantile"]

add_to_handy()
add_ret()
