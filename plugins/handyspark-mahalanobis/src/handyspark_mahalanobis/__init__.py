"""Mahalanobis distance as an outlier method of handyspark: ``hdf.cols[["Age", "Fare"]].outliers("mahalanobis")``."""

from __future__ import annotations

from collections.abc import Iterator

from handyhooks import ScoreMethod, hookimpl
from handyspark_mahalanobis.errors import SingularCovarianceError
from handyspark_mahalanobis.method import MAHALANOBIS

__version__ = "1.0.0"

__all__ = ["MAHALANOBIS", "SingularCovarianceError", "handyspark_outlier_methods"]


@hookimpl
def handyspark_outlier_methods() -> Iterator[ScoreMethod]:
    """Give the one method."""
    yield MAHALANOBIS
