"""Figures of a binary classifier at each threshold, as frames of Spark."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from pyspark.sql import DataFrame

from handyspark.arguments import positive_number
from handyspark.evaluation import curves
from handyspark.failures import readable

if TYPE_CHECKING:
    from handyspark.evaluation.tally import Tally
    from handyspark.frame import HandyFrame
    from handyspark.planner import Source

__all__ = ["ByThreshold"]


@readable
class ByThreshold:
    """Curves as HandyFrames, under the names and with the columns that pyspark.mllib's metrics lead one to expect."""

    @property
    @abstractmethod
    def _source(self) -> Source:
        """What was asked."""

    @abstractmethod
    def _each(self) -> list[tuple[str, Tally]]:
        """Clause and tally of each stratum; one empty clause without strata."""

    def thresholds(self) -> HandyFrame:
        """Thresholds, highest first: a frame of ``threshold``."""
        return self._table({"threshold": lambda tally: tally.low})

    def roc(self) -> HandyFrame:
        """The ROC curve from (0, 0) to (1, 1): a frame of ``fpr`` and ``tpr``."""
        return self._table({"fpr": lambda t: curves.roc(t)[0], "tpr": lambda t: curves.roc(t)[1]})

    def pr(self) -> HandyFrame:
        """Precision against recall from (0, precision at the highest threshold) on: ``recall`` and ``precision``."""
        return self._table(
            {
                "recall": lambda tally: np.r_[0.0, curves.recall(tally)],
                "precision": lambda tally: curves.precision(tally)[np.r_[0, : len(tally.low)]],
            }
        )

    def fMeasureByThreshold(self, beta: float = 1.0) -> HandyFrame:
        """F-measure at each threshold: a frame of ``threshold`` and ``f_measure``.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            `beta` is no positive number.
        """
        beta = positive_number(beta, "beta", "`fMeasureByThreshold`")
        return self._table({"threshold": lambda t: t.low, "f_measure": lambda t: curves.f_measure(t, beta)})

    def precisionByThreshold(self) -> HandyFrame:
        """Precision at each threshold: a frame of ``threshold`` and ``precision``."""
        return self._table({"threshold": lambda tally: tally.low, "precision": curves.precision})

    def recallByThreshold(self) -> HandyFrame:
        """Recall at each threshold: a frame of ``threshold`` and ``recall``."""
        return self._table({"threshold": lambda tally: tally.low, "recall": curves.recall})

    def getMetricsByThreshold(self) -> HandyFrame:
        """All at each threshold, highest first: a frame of ``threshold``, ``fpr``, ``recall`` and ``precision``.

        With strata, here and in the other frames, a column ``stratum`` before them holds the clause.
        """
        return self._table(
            {
                "threshold": lambda tally: tally.low,
                "fpr": lambda tally: curves.rates(tally)[0],
                "recall": curves.recall,
                "precision": curves.precision,
            }
        )

    def _table(self, columns: dict[str, Callable[[Tally], Any]]) -> HandyFrame:
        from handyspark.frame import handy

        each = self._each()
        parts = [[column(tally) for column in columns.values()] for _, tally in each]
        values = dict(zip(columns, map(np.concatenate, zip(*parts, strict=True)), strict=True))
        if self._source.strata:
            clauses = np.array([clause for clause, _ in each], dtype=object)
            values = {"stratum": np.repeat(clauses, [len(part[0]) for part in parts]), **values}
        return handy(_local(self._source.df.sparkSession, values))


def _local(session: Any, values: dict[str, Any]) -> Any:
    """A frame of arrays. PySpark 3.5 takes no tables of Arrow: rows, slowly."""
    if hasattr(DataFrame, "toArrow"):
        import pyarrow as pa  # type: ignore[import-untyped]

        return session.createDataFrame(pa.table(values))
    kinds = (f"{name} {'string' if column.dtype == object else 'double'}" for name, column in values.items())
    return session.createDataFrame(list(zip(*(c.tolist() for c in values.values()), strict=True)), ", ".join(kinds))
