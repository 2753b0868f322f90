"""Fine bins over all finite values of a column: what a density or a distribution is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from handyhooks import Column
from handyspark.planner.shapes.edges import as_number

__all__ = ["MOST_CELLS", "Cells", "cells"]

MOST_CELLS: Final = 2047


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Bins whose centers are evenly spaced from the least to the greatest value; None without values."""

    low: float | None
    high: float | None
    bins: int


def cells(columns: Sequence[Column], low: str, high: str) -> Callable[..., Cells]:
    """Give a function for `Shared`: the cells that all strata have in common.

    Whole numbers and days that span no more than `MOST_CELLS` lie in the middle of cells.

    Parameters
    ----------
    columns
        The one column.
    low, high
        Names of the answers that hold the least and the greatest value of a stratum.
    """
    whole = columns[0].kind in ("integer", "date", "boolean")
    return lambda every, **options: _between(
        [as_number(answers[low]) for answers in every], [as_number(answers[high]) for answers in every], whole
    )


def _between(lows: Sequence[float | None], highs: Sequence[float | None], whole: bool) -> Cells:
    low = min((value for value in lows if value is not None), default=None)
    high = max((value for value in highs if value is not None), default=None)
    if low is None or high is None or low == high:
        return Cells(low=low, high=high, bins=1)
    span, parts = high - low, MOST_CELLS - 1
    if whole and span <= parts:
        parts = int(span) * (parts // int(span))
    half = span / parts / 2
    return Cells(low=low - half, high=high + half, bins=parts + 1)
