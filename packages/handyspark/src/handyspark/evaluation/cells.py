"""Counting by score in few passes: scores are cut into cells, and crowded cells are cut again.

Scores are cut into cells of equal width, and each cell reports its least and greatest score. A cell where these agree
holds one distinct score; cells that hold several are cut again, each within the range of its own scores, until all
distinct scores are apart or there are more of them than were asked for. So the distinct scores need not be counted
first, skewed scores cost a pass more and little precision, and what is exchanged is one row per cell, stratum and
partition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyspark.sql import functions as F

from handyspark.evaluation.tally import Tally
from handyspark.planner.cost import count_query
from handyspark.quoting import array, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from handyspark.evaluation.labels import Survey
    from handyspark.evaluation.predictions import Predictions

__all__ = ["tallies"]

_MOST_CELLS: Final = 500_000
"""So many cells in all strata together."""

_MOST_ROUNDS: Final = 8
_ROC_BOUND: Final = 1e-4
_PR_BOUND: Final = 1e-3
"""Errors of the areas that are left as they are, where there are more distinct scores than bins."""


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """Cells of all strata: numbers of stratum and cell, shape (cells,), and figures, shape (cells, 5)."""

    stratum: NDArray[np.int64]
    cell: NDArray[np.int64]
    figures: NDArray[np.float64]

    @property
    def several(self) -> NDArray[np.bool_]:
        """Cells of more than one distinct score."""
        return self.figures[:, 0] < self.figures[:, 1]

    def take(self, kept: NDArray[np.bool_]) -> _Cells:
        """Some of the cells."""
        return _Cells(stratum=self.stratum[kept], cell=self.cell[kept], figures=self.figures[kept])

    def tally(self, stratum: int) -> Tally:
        """Those of one stratum, highest scores first."""
        mine = self.figures[self.stratum == stratum]
        low, high, positives, negatives, sums = mine[np.argsort(-mine[:, 0], kind="stable")].T
        return Tally(low=low, high=high, positives=positives, negatives=negatives, sums=sums)


def tallies(predictions: Predictions, survey: Survey, bins: int) -> list[Tally]:
    """Count by score in each stratum of a survey: exactly while there are at most `bins` distinct scores."""
    usable = predictions.usable(survey.positive)
    budget = max(min(bins, _MOST_CELLS // len(survey.keys)), 2)
    frame = usable.selectExpr("*", f"{_first_cell(survey.low, survey.high, budget)} AS cell")
    kept: list[_Cells] = []
    for _ in range(_MOST_ROUNDS):
        cells = _counted(frame, predictions.keys, survey.keys)
        again = _to_cut_again(cells, kept, len(survey.keys), bins)
        kept.append(cells.take(~np.isin(cells.cell, again)))
        if not len(again):
            break
        frame = _cut_again(frame, cells, again, budget)
    else:
        kept.append(_counted(frame, predictions.keys, survey.keys))
    every = _joined(kept)
    return [every.tally(stratum) for stratum in range(len(survey.keys))]


def _first_cell(low: float, high: float, cells: int) -> str:
    """SQL of the number of an equally wide cell; infinite scores have cells of their own at either end."""
    inside = "0"
    if low < high:
        # Half of each where the range itself is beyond what a DOUBLE holds.
        half = 1.0 if np.isfinite(high - low) else 0.5
        place = f"(score * {literal(half)} - {literal(low * half)}) / {literal(high * half - low * half)}"
        inside = f"least(cast({place} * {cells} as int), {cells - 1})"
    infinite = "double('Infinity')"
    return f"CASE WHEN score = {infinite} THEN {cells} WHEN score = -{infinite} THEN -1 ELSE {inside} END"


def _counted(frame: DataFrame, keys: Sequence[str], strata: Sequence[tuple[Any, ...]]) -> _Cells:
    requests = ("min(score)", "max(score)", "sum(pos)", "sum(neg)", "sum((pos + neg) * score)")
    aggregates = [F.expr(sql).alias(f"a{i}") for i, sql in enumerate(requests)]
    columns = _fetched(frame.groupBy(*keys, "cell").agg(*aggregates))
    place = {key: number for number, key in enumerate(strata)}
    found = zip(*columns[: len(keys)], strict=True) if keys else [()] * len(columns[0])
    return _Cells(
        stratum=np.array([place[key] for key in found], dtype=np.int64),
        cell=np.array(columns[len(keys)], dtype=np.int64),
        figures=np.array(columns[len(keys) + 1 :], dtype=float).T.reshape(-1, len(requests)),
    )


def _fetched(frame: DataFrame) -> list[Any]:
    """Columns of a query's result. Arrow brings many rows eight times faster; PySpark 3.5 does not offer it."""
    count_query()
    if hasattr(type(frame), "toArrow"):
        table = frame.toArrow()
        kinds = [str(kind) for kind in table.schema.types]
        return [
            column.to_numpy() if kind in {"double", "int32"} else column.to_pylist()
            for column, kind in zip(table.columns, kinds, strict=True)
        ]
    rows = frame.collect()
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in frame.columns]


def _to_cut_again(cells: _Cells, kept: Sequence[_Cells], strata: int, bins: int) -> NDArray[np.int64]:
    """Cells to cut: all that hold several scores while there may be few enough, else those that spoil the areas."""
    every = _joined([*kept, cells])
    again = np.zeros(len(cells.cell), dtype=bool)
    for stratum in range(strata):
        several = (cells.stratum == stratum) & cells.several
        mine = every.stratum == stratum
        if not several.any():
            continue
        if mine.sum() + (every.several & mine).sum() <= bins:
            again |= several
            continue
        tally = every.tally(stratum)
        roc, pr = tally.roc_errors, tally.pr_errors
        if roc.sum() > _ROC_BOUND or pr.sum() > _PR_BOUND:
            worst = np.maximum(roc / _ROC_BOUND, pr / _PR_BOUND) > 1 / (2 * len(roc))
            again |= several & np.isin(cells.figures[:, 0], tally.low[worst])
    return np.unique(cells.cell[again])


def _cut_again(frame: DataFrame, cells: _Cells, again: NDArray[np.int64], budget: int) -> DataFrame:
    """Rows of some cells, each cut into equal parts of the range of its own scores."""
    parts = max(budget // len(again), 8)
    chosen = cells.take(np.isin(cells.cell, again))
    place = np.searchsorted(again, chosen.cell)
    lows, highs = np.full(len(again), np.inf), np.full(len(again), -np.inf)
    np.minimum.at(lows, place, chosen.figures[:, 0])
    np.maximum.at(highs, place, chosen.figures[:, 1])
    numbers: list[int | None] = [None] * (int(again[-1]) + 1)
    for number, cell in enumerate(again):
        numbers[cell] = number
    names = [name for name in frame.columns if name != "cell"]
    low, width = (f"get({array(values.tolist())}, number)" for values in (lows, highs - lows))
    return (
        frame.selectExpr(*names, f"cast(get({array(numbers)}, cell) as int) AS number")
        .where("number IS NOT NULL")
        .selectExpr(
            *names,
            f"number * {parts} + least(cast((score - {low}) / {width} * {parts} as int), {parts - 1}) AS cell",
        )
    )


def _joined(parts: Sequence[_Cells]) -> _Cells:
    return _Cells(
        stratum=np.concatenate([part.stratum for part in parts]),
        cell=np.concatenate([part.cell for part in parts]),
        figures=np.concatenate([part.figures for part in parts]),
    )
