"""Fine bins over all finite values of a column: what a density or a distribution is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Column, Histogram, Shared
from handyspark.plots.ranges import greatest, least, number, require_span, undrawable

if TYPE_CHECKING:
    from handyhooks.requests import Stage

__all__ = ["MOST_CELLS", "Cells", "cell_stages"]

MOST_CELLS: Final = 2047


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Bins whose centers are evenly spaced from the least to the greatest value; None without values."""

    low: float | None
    high: float | None
    bins: int


def cell_stages(column: Column, ends: Mapping[str, Any] | None = None) -> tuple[Stage, Stage]:
    """Ask for ``low`` and ``high`` of each stratum, then for a ``histogram`` in cells that all strata have in common.

    Whole numbers and days that span no more than `MOST_CELLS` lie in the middle of cells.

    Parameters
    ----------
    column
        The column.
    ends
        Other requests for ``low`` and ``high``.
    """
    value, whole = number(column, "x"), column.kind in ("integer", "date")
    least_of, greatest_of = least("low"), greatest("high")
    cells = Shared(lambda every, **options: _between(least_of(every), greatest_of(every), whole))
    own = {"low": f"min({value})", "high": f"max({value})"} if ends is None else ends
    return (
        {**undrawable(column, "x"), **own, "cells": cells},
        {"histogram": Histogram(low="cells.low", high="cells.high", bins="cells.bins")},
    )


def _between(low: float | None, high: float | None, whole: bool) -> Cells:
    if low is None or high is None or low == high:
        return Cells(low=low, high=high, bins=1)
    span, parts = require_span(low, high), MOST_CELLS - 1
    if whole and span <= parts:
        parts = int(span) * (parts // int(span))
    half = span / parts / 2
    return Cells(low=low - half, high=high + half, bins=parts + 1)
