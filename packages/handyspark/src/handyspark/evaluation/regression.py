"""Judging a regressor by its residuals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from handyhooks import NUMERICAL
from handyspark.evaluation.predictions import asked_source
from handyspark.failures import readable
from handyspark.planner import Job, ask
from handyspark.plotting import plot
from handyspark.quoting import identifier
from handyspark.schema import ColumnRef, require_kinds, schema_of, unused_name

if TYPE_CHECKING:
    from handyspark.planner import Cost

__all__ = ["RegressionMetrics"]

_RESIDUAL: Final = "(cast({x0} as double) - cast({x1} as double))"
_ACTUAL: Final = f"CASE WHEN {_RESIDUAL} IS NOT NULL THEN cast({{x0}} as double) END"

_PLAIN: Final = {
    "count": f"count({_RESIDUAL})",
    "mean": f"avg({_RESIDUAL})",
    "stddev": f"stddev_samp({_RESIDUAL})",
    "min": f"min({_RESIDUAL})",
    "max": f"max({_RESIDUAL})",
    "mae": f"avg(abs({_RESIDUAL}))",
    "mse": f"avg({_RESIDUAL} * {_RESIDUAL})",
    "variance": f"var_pop({_RESIDUAL})",
    "of_actual": f"var_pop({_ACTUAL})",
}
_QUARTILES: Final = {"quartiles": f"percentile_approx({_RESIDUAL}, array(0.25D, 0.5D, 0.75D), 10000)"}

_ORDER: Final = (
    "count",
    "mean",
    "stddev",
    "min",
    "q1",
    "median",
    "q3",
    "max",
    "mae",
    "rmse",
    "r2",
    "explained_variance",
)


@readable
class RegressionMetrics:
    """Residuals of a regressor, summed up and drawn: the actual value less the predicted one.

    Rows that miss either (null or NaN) are left out; `summary` tells how many counted.

    Parameters
    ----------
    df
        Predictions: a Spark DataFrame, a HandyFrame or a stratified one.
    predictionCol, labelCol
        Columns of predicted and actual values: numbers.
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

    def __init__(self, df: Any, predictionCol: str = "prediction", labelCol: str = "label", *, by: Any = None) -> None:
        self._source = asked_source(df, by)
        self._prediction, self._label = self._source.schema.find_all([predictionCol, labelCol])
        require_kinds([self._prediction], NUMERICAL, owner=f"The `predictionCol` of {type(self).__name__}")
        require_kinds([self._label], NUMERICAL, owner=f"The `labelCol` of {type(self).__name__}")

    def summary(self) -> pd.Series[float] | pd.DataFrame:
        """Sum the residuals up: two queries, each one pass.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            Named ``residuals``: ``count``, ``mean``, ``stddev``, ``min``, ``q1``, ``median``, ``q3`` and ``max`` of the
            residuals, ``mae`` and ``rmse`` (mean absolute and root mean squared error), ``r2`` (1 less the mean squared
            error over the variance of the actual values) and ``explained_variance`` (the same by the variance of the
            residuals). With strata a table of these by stratum. Quartiles are values within a rank error of 1 in
            10,000. NaN without rows, and for what a constant actual value leaves undefined.
        """
        job = Job(owner="`summary`", columns=(self._label, self._prediction), stages=({**_PLAIN, **_QUARTILES},))
        report = ask(self._source, [job])
        rows = [_summed_up(answers) for answers in report.answers[0]]
        if self._source.strata is None:
            return pd.Series(rows[0], index=list(_ORDER), name="residuals", dtype="float64")
        index = self._source.strata.index(report.keys)
        return pd.DataFrame(rows, index=index, columns=list(_ORDER), dtype="float64")

    def plot_residuals(self, ax: Any = None, **style: Any) -> Any:
        """Draw residuals against predictions: counts in hexagons, and a line at 0. Two passes.

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
        residual = _RESIDUAL.format(x0=self._label.clean_sql, x1=self._prediction.clean_sql)
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
        return plot(source, (self._prediction, down), "hexbin", ax, {"gridsize": 30, "mincnt": 1, **style})


def _panels(drawn: Any) -> Any:
    axes = drawn[1] if isinstance(drawn, tuple) else drawn
    return [item for item in np.ravel(np.asarray(axes, dtype=object)) if item.axison]


def _summed_up(answers: Mapping[str, Any]) -> list[float]:
    values = {name: math.nan if answers[name] is None else float(answers[name]) for name in _PLAIN}
    values["q1"], values["median"], values["q3"] = answers["quartiles"] or [math.nan] * 3
    values["rmse"] = math.sqrt(values["mse"])
    with np.errstate(divide="ignore", invalid="ignore"):
        actual = np.float64(values["of_actual"])
        values["r2"] = float(1 - values["mse"] / actual)
        values["explained_variance"] = float(1 - values["variance"] / actual)
    return [values[name] for name in _ORDER]
