"""What is drawn of a binary classifier."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.arguments import whole_number
from handyspark.evaluation import curves
from handyspark.evaluation.calibration import calibration
from handyspark.evaluation.displays import Curve, CurveDisplay, draw
from handyspark.evaluation.matrices import ConfusionDisplay
from handyspark.failures import readable

if TYPE_CHECKING:
    from handyspark.evaluation.tally import Tally

__all__ = ["BinaryPlots"]

_DIAGONAL = ((0.0, 1.0), (0.0, 1.0))


@readable
class BinaryPlots:
    """Displays of a binary classifier's curves (the numbers), and plots of them; one curve a stratum.

    Each ``plot_*`` takes ``ax`` (a new figure's for None), ``label`` (the model's name, for several models in one
    Axes) and matplotlib's line styles, and returns the Axes.
    """

    @abstractmethod
    def _each(self) -> list[tuple[str, Tally]]:
        """Clause and tally of each stratum; one empty clause without strata."""

    @abstractmethod
    def confusionMatrix(self, threshold: float = 0.5) -> Any:
        """Confusion matrix at a threshold."""

    @property
    @abstractmethod
    def classes(self) -> tuple[Any, Any]:
        """The negative and the positive class."""

    def roc_display(self) -> CurveDisplay:
        """True against false positive rate."""
        labelled = self._curves(curves.roc, lambda tally: f"area {curves.area_under_roc(tally):.3f}")
        return CurveDisplay(
            curves=labelled, xlabel="False positive rate", ylabel="True positive rate", references=(_DIAGONAL,)
        )

    def pr_display(self) -> CurveDisplay:
        """Precision against recall, as steps; dotted is the share of positives, what guessing gives."""

        def points(tally: Tally) -> tuple[Any, Any]:
            precision = curves.precision(tally)
            return np.r_[0.0, curves.recall(tally)], np.r_[precision[:1], precision]

        labelled = self._curves(points, lambda tally: f"average precision {curves.average_precision(tally):.3f}")
        shares = {float(t.positives.sum() / (t.positives.sum() + t.negatives.sum())) for _, t in self._each()}
        references = tuple(((0.0, 1.0), (share, share)) for share in sorted(shares))
        return CurveDisplay(curves=labelled, xlabel="Recall", ylabel="Precision", references=references, steps=True)

    def gain_display(self) -> CurveDisplay:
        """Share of the positives that the highest scores hold, against how many of the rows these are."""
        labelled = self._curves(curves.gain, lambda tally: "")
        return CurveDisplay(
            curves=labelled, xlabel="Share of all rows", ylabel="Share of the positives", references=(_DIAGONAL,)
        )

    def lift_display(self) -> CurveDisplay:
        """How many times more positives the highest scores hold than rows taken at random."""
        labelled = self._curves(curves.lift, lambda tally: "")
        reference = ((0.0, 1.0), (1.0, 1.0))
        return CurveDisplay(
            curves=labelled, xlabel="Share of all rows", ylabel="Lift", references=(reference,), unit=False
        )

    def ks_display(self) -> CurveDisplay:
        """Share of each class that reaches a threshold, against the threshold: two curves a stratum."""
        found = []
        for clause, tally in self._each():
            false, true = curves.rates(tally)
            distance, place = curves.kolmogorov_smirnov(tally)
            before = f"{clause}: " if clause else ""
            best = f"KS {distance:.3f} at {place:.3f}"
            found.append(Curve(label=f"{before}positives ({best})", x=tally.low, y=true))
            found.append(Curve(label=f"{before}negatives", x=tally.low, y=false, dashed=True))
        return CurveDisplay(
            curves=tuple(found),
            xlabel="Threshold",
            ylabel="Share at or above",
            dashed="negatives",
            unit=False,
            room_above=True,
        )

    def calibration_display(self, bins: int = 10) -> CurveDisplay:
        """Share of positives against mean score, in `bins` equally wide bins of the score.

        Raises
        ------
        InvalidValueError
            The scores are no probabilities, or `bins` is not from 1 to 1,000.
        """
        number = whole_number(bins, "bins", "`calibration_display`", least=1, most=1000)
        labelled = self._curves(lambda tally: calibration(tally, number), lambda tally: "")
        return CurveDisplay(
            curves=labelled,
            xlabel="Mean predicted probability",
            ylabel="Share of positives",
            references=(_DIAGONAL,),
            marker="o",
        )

    def confusion_display(self, threshold: float = 0.5) -> ConfusionDisplay:
        """Confusion matrix at a threshold; of all strata together."""
        matrix = self.confusionMatrix(threshold)
        if isinstance(matrix, dict):
            matrix = np.sum(list(matrix.values()), axis=0)
        return ConfusionDisplay(matrix=matrix, classes=self.classes)

    def plot_roc_curve(self, ax: Any = None, **style: Any) -> Any:
        """Draw `roc_display`, and return the Axes."""
        return draw(self.roc_display, CurveDisplay, ax, style)

    def plot_pr_curve(self, ax: Any = None, **style: Any) -> Any:
        """Draw `pr_display`, and return the Axes."""
        return draw(self.pr_display, CurveDisplay, ax, style)

    def plot_gain_curve(self, ax: Any = None, **style: Any) -> Any:
        """Draw `gain_display`, and return the Axes."""
        return draw(self.gain_display, CurveDisplay, ax, style)

    def plot_lift_curve(self, ax: Any = None, **style: Any) -> Any:
        """Draw `lift_display`, and return the Axes."""
        return draw(self.lift_display, CurveDisplay, ax, style)

    def plot_ks(self, ax: Any = None, **style: Any) -> Any:
        """Draw `ks_display`, and return the Axes."""
        return draw(self.ks_display, CurveDisplay, ax, style)

    def plot_calibration(self, ax: Any = None, *, bins: int = 10, **style: Any) -> Any:
        """Draw `calibration_display`, and return the Axes."""
        return draw(partial(self.calibration_display, bins), CurveDisplay, ax, style)

    def plot_confusion_matrix(self, threshold: float = 0.5, ax: Any = None, **style: Any) -> Any:
        """Draw `confusion_display`, and return the Axes."""
        return draw(partial(self.confusion_display, threshold), ConfusionDisplay, ax, style)

    def _curves(self, points: Callable[[Tally], Any], said: Callable[[Tally], str]) -> tuple[Curve, ...]:
        found = []
        for clause, tally in self._each():
            x, y = points(tally)
            words = said(tally)
            label = f"{clause} ({words})" if clause and words else clause or words
            found.append(Curve(label=label, x=x, y=y))
        return tuple(found)
