"""Counts of positives and negatives by score: all that the curves of a classifier are made of.

Scores are cut into cells of equal width, and each cell reports its least and greatest score. A cell where these agree holds
one distinct score; cells that hold several are cut again, each within its own range, until all distinct scores are apart or
there are more of them than were asked for. So the distinct scores need not be counted first, skewed scores cost a pass more
and no precision, and what is exchanged is one row per cell, stratum and partition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.planner.collecting import collect
from handyspark.quoting import array, literal

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from handyspark.evaluation.labels import Survey
    from handyspark.evaluation.predictions import Predictions

__all__ = ["Tally", "tallies"]

_MOST_CELLS: Final = 500_000
"""So many cells in all strata together."""

_MOST_ROUNDS: Final = 8
_ROC_BOUND: Final = 1e-4
_PR_BOUND: Final = 1e-3


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Weights by score, highest scores first; shape (bins,) each.

    Attributes
    ----------
    low, high
        Least and greatest score of each bin; equal where it holds one distinct score.
    positives, negatives
        Weight of either class in each bin.
    sums
        Sum of weight times score in each bin.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    positives: NDArray[np.float64]
    negatives: NDArray[np.float64]
    sums: NDArray[np.float64]

    @property
    def exact(self) -> bool:
        """Each bin holds one distinct score."""
        return bool((self.low == self.high).all())

    @property
    def roc_errors(self) -> NDArray[np.float64]:
        """Most that each bin can add to the error of the area under the ROC curve.

        Within a bin the true curve lies somewhere in a rectangle whose diagonal is drawn: half of the rectangle.
        """
        total = self.positives.sum() * self.negatives.sum()
        found = np.where(self.low == self.high, 0.0, self.positives * self.negatives)
        return found / (2 * total) if total > 0 else found * 0.0

    @property
    def pr_errors(self) -> NDArray[np.float64]:
        """Most that each bin can add to the error of either area under precision and recall.

        The bin's share of the positives, times the distance of the greatest from the least precision that any order
        within the bin can give.
        """
        true, false = np.cumsum(self.positives), np.cumsum(self.negatives)
        before_true, before_false = true - self.positives, false - self.negatives
        total = true[-1] if len(true) else 0.0
        if not total > 0:
            return np.zeros(len(true))
        most = true / np.maximum(true + before_false, np.finfo(float).tiny)
        least = before_true / np.maximum(before_true + false, np.finfo(float).tiny)
        return np.where(self.low == self.high, 0.0, self.positives / total * (most - least))


def tallies(predictions: Predictions, survey: Survey, bins: int) -> list[Tally]:
    """Count by score in each stratum of a survey: exactly while there are at most `bins` distinct scores."""
    usable = predictions.usable(survey.positive)
    budget = max(min(bins, _MOST_CELLS // len(survey.keys)), 2)
    frame = usable.selectExpr("*", f"{_first_cell(survey.low, survey.high, budget)} AS cell")
    kept: list[Any] = []
    for _ in range(_MOST_ROUNDS):
        cells = _counted(frame, predictions.keys)
        again = _to_cut_again(cells, kept, survey.keys, bins)
        if not again:
            kept += cells
            break
        kept += [row for row in cells if row[-6] not in again]
        frame = _cut_again(frame, cells, again, budget)
    else:
        kept += _counted(frame, predictions.keys)
    width = len(predictions.keys)
    return [_tally([row[width + 1 :] for row in kept if row[:width] == key]) for key in survey.keys]


def _first_cell(low: float, high: float, cells: int) -> str:
    """SQL of the number of an equally wide cell; infinite scores have cells of their own at either end."""
    inside = "0"
    if low < high:
        half = "" if np.isfinite(high - low) else " * 0.5D"
        low_sql, range_sql = (literal(v) for v in ((low, high - low) if not half else (low / 2, high / 2 - low / 2)))
        inside = f"least(cast((score{half} - {low_sql}) / {range_sql} * {cells} as int), {cells - 1})"
    infinite = "double('Infinity')"
    return f"CASE WHEN score = {infinite} THEN {cells} WHEN score = -{infinite} THEN -1 ELSE {inside} END"


def _counted(frame: DataFrame, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    from pyspark.sql import functions as F

    requests = ("min(score)", "max(score)", "sum(pos)", "sum(neg)", "sum((pos + neg) * score)")
    aggregates = [F.expr(sql).alias(f"a{i}") for i, sql in enumerate(requests)]
    return collect(frame.groupBy(*keys, "cell").agg(*aggregates))


def _to_cut_again(
    cells: Sequence[tuple[Any, ...]], kept: Sequence[tuple[Any, ...]], keys: Sequence[tuple[Any, ...]], bins: int
) -> set[int]:
    """Cells to cut: all that hold several scores while there may be few enough, else those that spoil the areas."""
    again: set[int] = set()
    width = len(cells[0]) - 6 if cells else 0
    for key in keys:
        mine = [row for row in cells if row[:width] == key]
        several = [row for row in mine if row[-5] < row[-4]]
        if not several:
            continue
        rows = [*mine, *(row for row in kept if row[:width] == key)]
        distinct = sum(1 if row[-5] == row[-4] else 2 for row in rows)
        if distinct <= bins:
            again |= {row[-6] for row in several}
            continue
        tally = _tally([row[width + 1 :] for row in rows])
        if tally.roc_errors.sum() > _ROC_BOUND or tally.pr_errors.sum() > _PR_BOUND:
            worst = np.maximum(tally.roc_errors / _ROC_BOUND, tally.pr_errors / _PR_BOUND)
            lows = set(tally.low[worst > 1 / (2 * len(worst))].tolist())
            again |= {row[-6] for row in several if row[-5] in lows}
    return again


def _cut_again(frame: DataFrame, cells: Sequence[tuple[Any, ...]], again: set[int], budget: int) -> DataFrame:
    """Rows of some cells, each cut into equal parts of the range of its own scores."""
    ordered = sorted(again)
    parts = max(budget // len(ordered), 8)
    ranges: dict[int, tuple[float, float]] = {}
    for row in cells:
        if row[-6] in again:
            low, high = ranges.get(row[-6], (row[-5], row[-4]))
            ranges[row[-6]] = (min(low, row[-5]), max(high, row[-4]))
    numbers: list[int | None] = [None] * (ordered[-1] + 1)
    for number, cell in enumerate(ordered):
        numbers[cell] = number
    lows = array([ranges[cell][0] for cell in ordered])
    widths = array([ranges[cell][1] - ranges[cell][0] for cell in ordered])
    names = [name for name in frame.columns if name != "cell"]
    return (
        frame.selectExpr(*names, f"get({array(numbers)}, cell) AS number")
        .where("number IS NOT NULL")
        .selectExpr(
            *names,
            f"cast(number * {parts} as int) + least(cast((score - get({lows}, cast(number as int))) "
            f"/ get({widths}, cast(number as int)) * {parts} as int), {parts - 1}) AS cell",
        )
    )


def _tally(rows: Sequence[tuple[Any, ...]]) -> Tally:
    table = np.array(sorted(rows, reverse=True), dtype=float).reshape(-1, 5)
    low, high, positives, negatives, sums = table.T
    return Tally(low=low, high=high, positives=positives, negatives=negatives, sums=sums)
