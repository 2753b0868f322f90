"""Judging a binary classifier by its scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from handyspark.arguments import number, whole_number
from handyspark.evaluation import curves
from handyspark.evaluation.by_threshold import ByThreshold
from handyspark.evaluation.cells import tallies
from handyspark.evaluation.confusion import counted_at, labelled
from handyspark.evaluation.drawing import BinaryPlots
from handyspark.evaluation.labels import Survey, survey, warn_of_one_class
from handyspark.evaluation.predictions import asked_source, predictions
from handyspark.evaluation.tally import Tally
from handyspark.evaluation.thresholds import best_threshold, chooser
from handyspark.failures import readable
from handyspark.planner.cost import measured

if TYPE_CHECKING:
    from handyspark.planner import Cost, Source

__all__ = ["BinaryClassificationMetrics"]


@readable
class BinaryClassificationMetrics(ByThreshold, BinaryPlots):
    """Curves, areas, thresholds and confusion matrices of a binary classifier.

    Two passes over the predictions, taken when the first figure is asked for and remembered. Equal to scikit-learn
    while there are at most `numBins` distinct scores. With more (three passes, or four up to three times as many),
    scores are cut at quantiles, each of them a bin of its own, and what lies between two of them another. Every point
    of a curve is a true point still, some are left out, and `areaUnderROC` is off by at most `roc_error_bound`, the
    areas under precision and recall by at most `pr_error_bound`.

    What reaches a threshold (``score >= threshold``) is predicted positive. Rows that miss a score, a label or a weight
    are left out, with a warning; `left_out` counts them.

    Parameters
    ----------
    df
        Predictions: a Spark DataFrame, a HandyFrame or a stratified one.
    scoreCol
        Column of scores: a number, or a vector or array of two whose second is the score of the positive class.
    labelCol
        Column of labels: numbers, booleans or strings.
    weightCol
        Column of weights, not below 0; None for 1 each.
    posLabel
        The positive label; all others are negative. By default 1 or True; needed where labels are strings.
    numBins
        So many distinct scores are told apart in each stratum, on average and to 500,000 in all. Where there are more,
        each stratum is cut at so many quantiles: to 4,096, and 65,536 in all.
    by
        Strata, as `HandyFrame.stratify` takes them: every figure is given for each.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError, InvalidValueError
        A column is not there or makes no sense, `posLabel` is no label or missing, `numBins` is not positive. Errors
        that only the data tell (labels of three classes, weights below 0) come with the first figure.

    Examples
    --------
    >>> import pandas as pd
    >>> scored = hdf.selectExpr("Survived", "if(Sex = 'female', 0.8, 0.3) AS score")
    >>> bcm = BinaryClassificationMetrics(scored, scoreCol="score", labelCol="Survived")
    >>> bcm.best("f1")
    0.8
    """

    def __init__(
        self,
        df: Any,
        scoreCol: str = "probability",
        labelCol: str = "label",
        weightCol: str | None = None,
        *,
        posLabel: Any = None,
        numBins: int = 50_000,
        by: Any = None,
    ) -> None:
        self._bins = whole_number(numBins, "numBins", type(self).__name__, least=1, most=500_000)
        self._predictions = predictions(
            asked_source(df, by), scoreCol, labelCol, weightCol, posLabel, owner=type(self).__name__
        )

    @cached_property
    def _survey(self) -> Survey:
        with measured(self._source.cost):
            return survey(self._predictions)

    @cached_property
    def _tallies(self) -> list[Tally]:
        with measured(self._source.cost):
            asked, keys = self._predictions, self._survey.keys
            usable = asked.usable(self._survey.positive)
            found = tallies(usable, asked.source.strata, keys, self._survey.distinct, self._bins)
        warn_of_one_class(found, self._clauses, label=asked.names[1], positive=self._survey.positive)
        return found

    @property
    def areaUnderROC(self) -> Any:
        """Area under the ROC curve; a Series by stratum with strata. NaN where there is one class alone."""
        return self._figures(curves.area_under_roc, "areaUnderROC")

    @property
    def areaUnderPR(self) -> Any:
        """Area under precision against recall by trapezoids, as pyspark's; `averagePrecision` is scikit-learn's."""
        return self._figures(curves.area_under_pr, "areaUnderPR")

    @property
    def averagePrecision(self) -> Any:
        """Mean precision weighted by the gain in recall, as scikit-learn's `average_precision_score`."""
        return self._figures(curves.average_precision, "averagePrecision")

    @property
    def ks(self) -> Any:
        """Kolmogorov-Smirnov statistic: greatest distance of true from false positive rate, whichever is greater."""
        return self._figures(lambda tally: curves.kolmogorov_smirnov(tally)[0], "ks")

    @property
    def roc_error_bound(self) -> Any:
        """Most that `areaUnderROC` can be off; 0 while distinct scores are told apart.

        With n quantiles it is at most 1 / (n - 1) + 0.0002 where all rows weigh the same.
        """
        return self._figures(lambda tally: float(tally.roc_errors.sum()), "roc_error_bound")

    @property
    def pr_error_bound(self) -> Any:
        """Most that `averagePrecision` and `areaUnderPR` can be off; 0 while distinct scores are told apart."""
        return self._figures(lambda tally: float(tally.pr_errors.sum()), "pr_error_bound")

    @property
    def left_out(self) -> pd.Series[int]:
        """Rows that were left out, by what they miss first: label, score or weight."""
        return pd.Series(self._survey.left_out, name="left_out", dtype="int64")

    @property
    def classes(self) -> tuple[Any, Any]:
        """The negative and the positive class."""
        negative = self._survey.negative
        return ("other" if negative is None else negative), self._survey.positive

    def confusionMatrix(self, threshold: float = 0.5) -> Any:
        """Weights of ``[[true negatives, false positives], [false negatives, true positives]]``.

        Exact at any threshold: one that lies within a bin takes a pass of its own.

        Returns
        -------
        numpy.ndarray or dict
            Shape (2, 2); with strata one for each, by clause.
        """
        threshold = number(threshold, "threshold", "`confusionMatrix`")
        with measured(self._source.cost):
            found = counted_at(self._predictions, self._survey, self._tallies, threshold)
        if self._source.strata is None:
            return found[0]
        return dict(zip(self._clauses, found, strict=True))

    def print_confusion_matrix(self, threshold: float = 0.5) -> pd.DataFrame:
        """The confusion matrix as a labelled table; with strata, their clauses are a level of the index."""
        found = self.confusionMatrix(threshold)
        if not isinstance(found, dict):
            return labelled(found, self.classes)
        tables = {clause: labelled(matrix, self.classes) for clause, matrix in found.items()}
        return pd.concat(tables, names=["Stratum"])

    def threshold_for(
        self,
        *,
        recall: float | None = None,
        precision: float | None = None,
        fpr: float | None = None,
        cost: dict[str, float] | None = None,
    ) -> Any:
        """Find the threshold for one thing that is wanted.

        Parameters
        ----------
        recall
            Find at least this share of the positives: the highest threshold that does.
        precision
            Be right at least this often where positive is said: the lowest threshold that is, for the most recall.
        fpr
            Call at most this share of the negatives positive: the lowest threshold that does.
        cost
            What one false positive and one false negative cost, ``{"fp": 1, "fn": 5}``: the highest threshold that
            costs least.

        Returns
        -------
        float or pandas.Series
            By stratum with strata. Infinite where only calling nothing positive will do; NaN where there is no rate:
            recall without positives, false positive rate without negatives.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            None or several are given, or one is not allowed.
        """
        find = chooser({"recall": recall, "precision": precision, "fpr": fpr, "cost": cost})
        return self._figures(find, "threshold")

    def best(self, criterion: str = "f1") -> Any:
        """Find the threshold where a figure of merit is greatest, the highest one of several.

        Parameters
        ----------
        criterion
            ``"f1"``, ``"youden"`` (true minus false positive rate), ``"accuracy"``, ``"balanced_accuracy"`` or
            ``"mcc"`` (Matthews' correlation).
        """
        return self._figures(best_threshold(criterion), "threshold")

    def explain_passes(self) -> Cost:
        """Tell what the last figure that was not remembered cost."""
        return self._source.cost

    @property
    def _source(self) -> Source:
        return self._predictions.source

    @property
    def _clauses(self) -> list[str]:
        strata = self._source.strata
        return [""] if strata is None else [strata.clause(key) for key in self._survey.keys]

    def _each(self) -> list[tuple[str, Tally]]:
        return list(zip(self._clauses, self._tallies, strict=True))

    def _figures(self, figure: Callable[[Tally], float], name: str) -> Any:
        found = [figure(tally) for tally in self._tallies]
        strata = self._source.strata
        if strata is None:
            return found[0]
        return pd.Series(found, index=strata.index(self._survey.keys), name=name, dtype="float64")
