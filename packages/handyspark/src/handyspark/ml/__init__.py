"""Cleaning in pipelines of pyspark.ml: fitted transformers, and estimators that fit them.

>>> from handyspark.ml import HandyImputerEstimator
>>> imputer = HandyImputerEstimator(by=["Pclass", "Sex"], continuous=["Age"])
"""

from __future__ import annotations

from handyspark.ml.estimators import HandyFencerEstimator, HandyImputerEstimator
from handyspark.ml.transformers import HandyFencer, HandyImputer

__all__ = ["HandyFencer", "HandyFencerEstimator", "HandyImputer", "HandyImputerEstimator"]
