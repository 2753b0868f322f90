"""Judging a regressor by its residuals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handyhooks import NUMERICAL
from handyspark.evaluation.predictions import asked_source
from handyspark.evaluation.residuals import ORDER, RESIDUAL, summed_up, weighed_up
from handyspark.failures import readable
from handyspark.plotting import plot
from handyspark.quoting import identifier
from handyspark.schema import ColumnRef, require_kinds, schema_of, unused_name

if TYPE_CHECKING:
    from handyspark.planner import Cost

__all__ = ["RegressionMetrics"]


@readable
class RegressionMetrics:
    """Residuals of a regressor, summed up and drawn: the actual value less the predicted one.

    Rows that miss either (null or NaN), or a weight above 0, are left out; `summary` tells how many counted.

    Parameters
    ----------
    df
        Predictions: a Spark DataFrame, a HandyFrame or a stratified one.
    predictionCol, labelCol
        Columns of predicted and actual values: numbers.
    weightCol
        Column of weights, not below 0; None for 1 each.
    by
        Strata, as `HandyFrame.stratify` takes them: everything is given for each.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError
        A column is not there, or holds no numbers.

    Examples
    --------
    >>> guesses = hdf.selectExpr("Age", "30 AS prediction")
    >>> RegressionMetrics(guesses, labelCol="Age").summary().index[:3].tolist()
    ['count', 'mean', 'stddev']
    """

    def __init__(
        self,
        df: Any,
        predictionCol: str = "prediction",
        labelCol: str = "label",
        weightCol: str | None = None,
        *,
        by: Any = None,
    ) -> None:
        self._source = asked_source(df, by)
        self._prediction, self._label = self._source.schema.find_all([predictionCol, labelCol])
        require_kinds([self._prediction], NUMERICAL, owner=f"The `predictionCol` of {type(self).__name__}")
        require_kinds([self._label], NUMERICAL, owner=f"The `labelCol` of {type(self).__name__}")
        self._weight = None if weightCol is None else self._source.schema.find(weightCol)
        if self._weight is not None:
            require_kinds([self._weight], NUMERICAL, owner=f"The `weightCol` of {type(self).__name__}")

    def summary(self) -> pd.Series[float] | pd.DataFrame:
        """Sum the residuals up: two queries, each one pass; with weights four, or up to six.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            Named ``residuals``: ``count``, ``mean``, ``stddev``, ``min``, ``q1``, ``median``, ``q3`` and ``max`` of the
            residuals, ``mae`` and ``rmse`` (mean absolute and root mean squared error), ``r2`` (1 less the mean squared
            error over the variance of the actual values) and ``explained_variance`` (the same by the variance of the
            residuals). With strata a table of these by stratum. Quartiles are values within a rank error of 1 in
            10,000. NaN without rows, and for what a constant actual value leaves undefined.

        Raises
        ------
        InvalidValueError
            Weights are below 0, or infinite.

        Notes
        -----
        With weights, all but ``count``, ``min`` and ``max`` are weighted, as by scikit-learn's `sample_weight`. The
        standard deviation is the root of ``n / (n - 1)`` times the weighted variance, whatever the weights add up to
        (NIST, Dataplot, Weighted Standard Deviation). A quartile is the least residual up to which at least that share
        of the weight lies; beyond 50,000 distinct residuals the greatest in its bin of 4,096.
        """
        if self._weight is None:
            report, rows = summed_up(self._source, self._label, self._prediction)
        else:
            report, rows = weighed_up(self._source, self._label, self._prediction, self._weight)
        if self._source.strata is None:
            return pd.Series(rows[0], index=list(ORDER), name="residuals", dtype="float64")
        index = self._source.strata.index(report.keys)
        return pd.DataFrame(rows, index=index, columns=list(ORDER), dtype="float64")

    def plot_residuals(self, ax: Any = None, **style: Any) -> Any:
        """Draw residuals against predictions: counts in hexagons, and a line at 0. Two passes.

        Rows are counted; weights above 0 make no difference.

        Parameters
        ----------
        ax
            Axes to draw on, one a panel; None for a new figure.
        **style
            Options of the plot kind ``hexbin`` (`gridsize`, 30 here, and `mincnt`, 1 here) and matplotlib's of
            `matplotlib.axes.Axes.hexbin`.

        Returns
        -------
        Axes, or (Figure, array of Axes)
            In strata the figure and one Axes a stratum.
        """
        name = unused_name("residual", self._source.schema.names)
        residual = RESIDUAL.format(x0=self._label.clean_sql, x1=self._prediction.clean_sql)
        df = self._source.df.selectExpr("*", f"{residual} AS {identifier(name)}")
        ref = replace(schema_of(df).find(name), name=f"{self._label.name} - {self._prediction.name}")
        drawn = self._drawn(replace(self._source, df=df, schema=schema_of(df)), ref, ax, style)
        for axes in _panels(drawn):
            axes.axhline(0, color="0.4", linestyle=":", linewidth=1)
        return drawn

    def plot_predictions(self, ax: Any = None, **style: Any) -> Any:
        """Draw actual values against predictions: counts in hexagons, and a line where both are the same. Two passes.

        Takes and returns what `plot_residuals` does.
        """
        drawn = self._drawn(self._source, self._label, ax, style)
        for axes in _panels(drawn):
            limits = axes.get_xlim(), axes.get_ylim()
            axes.axline((0, 0), slope=1, color="0.4", linestyle=":", linewidth=1)
            axes.set(xlim=limits[0], ylim=limits[1])
        return drawn

    def explain_passes(self) -> Cost:
        """Tell what the last call cost."""
        return self._source.cost

    def _drawn(self, source: Any, down: ColumnRef, ax: Any, style: Mapping[str, Any]) -> Any:
        if self._weight is not None:
            source = replace(source, df=source.df.where(f"{self._weight.clean_sql} > 0"))
        return plot(source, (self._prediction, down), "hexbin", ax, {"gridsize": 30, "mincnt": 1, **style})


def _panels(drawn: Any) -> Any:
    axes = drawn[1] if isinstance(drawn, tuple) else drawn
    return [item for item in np.ravel(np.asarray(axes, dtype=object)) if item.axison]
