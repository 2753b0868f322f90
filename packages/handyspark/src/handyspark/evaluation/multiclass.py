"""Judging a classifier of any number of classes by its predictions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handyspark.arguments import positive_number
from handyspark.errors import UndefinedMetricWarning
from handyspark.evaluation.confusion import labelled
from handyspark.evaluation.curves import shares_of_beta
from handyspark.evaluation.displays import draw
from handyspark.evaluation.matrices import ConfusionDisplay
from handyspark.evaluation.one_vs_rest import against_the_rest
from handyspark.evaluation.pairs import Counted, Pairs, counted, pairs
from handyspark.evaluation.predictions import asked_source
from handyspark.failures import readable
from handyspark.failures.places import levels_to_user
from handyspark.planner.cost import measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.binary import BinaryClassificationMetrics
    from handyspark.planner import Cost

__all__ = ["MulticlassMetrics"]


@readable
class MulticlassMetrics:
    """Confusion matrix, precision, recall and F-measure of a classifier, by class and on average.

    One pass over the predictions, taken when the first figure is asked for and remembered. Equal to scikit-learn: what
    would be 0 / 0, such as the precision of a class that is never predicted, is 0, with a warning. Rows that miss a
    label, a prediction or a weight are left out, with a warning; `left_out` counts them.

    Parameters
    ----------
    df
        Predictions: a Spark DataFrame, a HandyFrame or a stratified one.
    predictionCol, labelCol
        Columns of predicted and actual classes: both numbers or booleans, or both strings.
    weightCol
        Column of weights, not below 0; None for 1 each.
    scoreCol
        Column of vectors or arrays with one score a class, for `one_vs_rest`.
    classes
        The classes that the positions of the scores stand for; None for 0, 1, 2, ..., as pyspark.ml has them.
    by
        Strata, as `HandyFrame.stratify` takes them: every figure is given for each.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError, InvalidValueError
        A column is not there or makes no sense, or `classes` are no list of different ones. Errors that only the data
        tell (more than 1,000 classes, weights below 0) come with the first figure.

    Examples
    --------
    >>> guesses = hdf.selectExpr("Pclass", "if(Fare > 50, 1, if(Fare > 12, 2, 3)) AS prediction")
    >>> mcm = MulticlassMetrics(guesses, labelCol="Pclass")
    >>> mcm.by_class().index.tolist()
    [1, 2, 3]
    """

    def __init__(
        self,
        df: Any,
        predictionCol: str = "prediction",
        labelCol: str = "label",
        weightCol: str | None = None,
        *,
        scoreCol: str | None = None,
        classes: Sequence[Any] | None = None,
        by: Any = None,
    ) -> None:
        source = asked_source(df, by)
        self._pairs: Pairs = pairs(
            source, predictionCol, labelCol, weightCol, scoreCol, classes, owner=type(self).__name__
        )

    @cached_property
    def _counted(self) -> Counted:
        with measured(self._pairs.source.cost):
            return counted(self._pairs)

    @property
    def classes(self) -> list[Any]:
        """All classes that occur, as labels or predictions, in ascending order."""
        return list(self._counted.classes)

    @property
    def left_out(self) -> pd.Series[int]:
        """Rows that were left out, by what they miss first: label, prediction or weight."""
        return pd.Series(self._counted.left_out, name="left_out", dtype="int64")

    @property
    def accuracy(self) -> Any:
        """Share of the weight whose prediction is right; a Series by stratum with strata."""
        found = [float(np.trace(matrix) / matrix.sum()) for matrix in self._matrices]
        if self._strata is None:
            return found[0]
        return pd.Series(found, index=self._strata.index(self._counted.keys), name="accuracy", dtype="float64")

    def confusionMatrix(self) -> Any:
        """Weights by actual class (rows) and predicted class (columns).

        Returns
        -------
        numpy.ndarray or dict
            Shape (classes, classes), in the order of `classes`; with strata one for each, by clause.
        """
        if self._strata is None:
            return self._matrices[0].copy()
        clauses = map(self._strata.clause, self._counted.keys)
        return {clause: matrix.copy() for clause, matrix in zip(clauses, self._matrices, strict=True)}

    def print_confusion_matrix(self) -> pd.DataFrame:
        """The confusion matrix as a labelled table; with strata, their clauses are a level of the index."""
        found = self.confusionMatrix()
        if not isinstance(found, dict):
            return labelled(found, self.classes)
        return pd.concat(
            {clause: labelled(matrix, self.classes) for clause, matrix in found.items()}, names=["Stratum"]
        )

    def by_class(self, beta: float = 1.0) -> pd.DataFrame:
        """Figures of each class.

        Parameters
        ----------
        beta
            Weight of recall in the F-measure; 1 for the harmonic mean of precision and recall.

        Returns
        -------
        pandas.DataFrame
            ``precision``, ``recall``, ``f_measure`` and ``support`` (the weight of the class) by class; with strata by
            stratum and class, of the classes that occur in it.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            `beta` is no positive number.
        """
        beta = positive_number(beta, "beta", "`by_class`")
        return self._stacked(lambda matrix: self._figures(matrix, beta))

    def averages(self, beta: float = 1.0) -> pd.DataFrame:
        """Figures on average over the classes, as `by_class` has them.

        Returns
        -------
        pandas.DataFrame
            ``precision``, ``recall`` and ``f_measure``: ``macro``, where all classes count the same, and ``weighted``,
            where they count by their support; with strata by stratum and average.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            `beta` is no positive number.
        """
        beta = positive_number(beta, "beta", "`averages`")

        def averaged(matrix: NDArray[np.float64]) -> pd.DataFrame:
            figures = self._figures(matrix, beta)
            support = figures.pop("support")
            weighted = figures.mul(support, axis=0).sum() / support.sum()
            return pd.DataFrame({"macro": figures.mean(), "weighted": weighted}).T.rename_axis("average")

        return self._stacked(averaged)

    def one_vs_rest(self) -> BinaryClassificationMetrics:
        """Judge the scores of each class against all others together, by `scoreCol`.

        Returns
        -------
        BinaryClassificationMetrics
            Stratified by class, within the strata that there are: ``areaUnderROC`` is a Series by class,
            `plot_roc_curve` draws one curve a class. Its passes read each row once for every class.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            There is no `scoreCol`; scores do not hold one number a class; `classes` are needed, or lack a label.
        """
        return against_the_rest(self._pairs, self._counted)

    def confusion_display(self) -> ConfusionDisplay:
        """Confusion matrix; of all strata together."""
        return ConfusionDisplay(matrix=np.sum(self._matrices, axis=0), classes=self.classes)

    def plot_confusion_matrix(self, ax: Any = None, **style: Any) -> Any:
        """Draw `confusion_display`, and return the Axes."""
        return draw(self.confusion_display, ConfusionDisplay, ax, style)

    def explain_passes(self) -> Cost:
        """Tell what the last figure that was not remembered cost."""
        return self._pairs.source.cost

    @property
    def _strata(self) -> Any:
        return self._pairs.source.strata

    @property
    def _matrices(self) -> list[NDArray[np.float64]]:
        return self._counted.matrices

    def _figures(self, matrix: NDArray[np.float64], beta: float) -> pd.DataFrame:
        """Figures of the classes that occur in one matrix."""
        predicted, actual = matrix.sum(axis=0), matrix.sum(axis=1)
        occurs = predicted + actual > 0
        right, predicted, actual = np.diag(matrix)[occurs], predicted[occurs], actual[occurs]
        classes = [name for name, there in zip(self.classes, occurs, strict=True) if there]
        _warn_of_zeros({"predicted": predicted, "a label": actual}, classes)
        of_recall, of_precision = shares_of_beta(beta)
        figures = {
            "precision": _share(right, predicted),
            "recall": _share(right, actual),
            "f_measure": _share(right, of_recall * actual + of_precision * predicted),
            "support": actual,
        }
        return pd.DataFrame(figures, index=pd.Index(classes, name="class"))

    def _stacked(self, table: Callable[[NDArray[np.float64]], pd.DataFrame]) -> pd.DataFrame:
        tables = [table(matrix) for matrix in self._matrices]
        if self._strata is None:
            return tables[0]
        shown = self._strata.index(self._counted.keys)
        keys = [key if isinstance(key, tuple) else (key,) for key in shown]
        names = [*shown.names, tables[0].index.name]
        rows = [(*key, label) for key, of_stratum in zip(keys, tables, strict=True) for label in of_stratum.index]
        stacked = pd.concat(tables)
        stacked.index = pd.MultiIndex.from_tuples(rows, names=names)
        return stacked


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _warn_of_zeros(weights: dict[str, NDArray[np.float64]], classes: Sequence[Any]) -> None:
    figures = {"predicted": "precision", "a label": "recall"}
    for what, values in weights.items():
        never = [repr(name) for name, value in zip(classes, values, strict=True) if not value > 0]
        if never:
            warnings.warn(
                f"Never {what}: {', '.join(never[:5])}{', ...' if len(never) > 5 else ''}. The {figures[what]} is not "
                "defined there and given as 0.",
                UndefinedMetricWarning,
                stacklevel=levels_to_user(),
            )
