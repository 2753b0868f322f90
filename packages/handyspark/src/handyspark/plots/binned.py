"""Numbers and dates of a column by bins, as bars without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from handyhooks import Column, Histogram, Shared
from handyspark.plots.bin_rules import number_of_bins, summaries
from handyspark.plots.binning import checked_range
from handyspark.plots.heights import heights_of, limits_of
from handyspark.plots.ranges import (
    greatest,
    is_timed,
    least,
    number,
    padded,
    padded_dates,
    refuse_undrawable,
    undrawable,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["BinnedCounts", "bin_limits", "bin_stages", "binned_counts", "draw_bins"]


@dataclass(frozen=True, kw_only=True)
class BinnedCounts:
    """Counts between edges.

    Attributes
    ----------
    edges
        One more than there are bins; of dates in days since 1970 (`dates`).
    counts
        Values in each bin.
    heights
        What is drawn: the counts, or what `density` and `cumulative` make of them.
    dates
        The edges are dates.
    log, orientation
        As they were asked for.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    heights: tuple[float, ...]
    dates: bool
    log: bool
    orientation: str


def bin_stages(column: Column, bins: Any, given_range: Any, owner: str) -> tuple[Stage, ...]:
    """Ask for the ends of all strata together and what a rule reads, then for counts between edges they share.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        The range is none.
    """
    bounds = checked_range(given_range, column, owner)
    first: dict[str, Any] = {}
    ends = (bins[0], bins[-1]) if isinstance(bins, tuple) else bounds
    if ends is None:
        first |= undrawable(column, "x")
    if isinstance(bins, str):
        first |= summaries(column, bins, bounds)
    elif ends is None:
        first |= {"low_in": f"min({number(column, 'x')})", "high_in": f"max({number(column, 'x')})"}
    first["low"] = Shared(least("low_in") if ends is None else lambda every, **given: ends[0])
    first["high"] = Shared(greatest("high_in") if ends is None else lambda every, **given: ends[1])
    cuts = number_of_bins(bins, column, bounds, owner) if isinstance(bins, str) else lambda every: bins
    first["cuts"] = Shared(lambda every, **given: cuts(every))
    return first, {"histogram": Histogram(low="low", high="high", bins="cuts")}


def binned_counts(
    column: Column, answers: Mapping[str, Any], *, density: bool, cumulative: int, log: bool, orientation: str
) -> BinnedCounts:
    """Arrange the answers to `bin_stages`.

    Raises
    ------
    InvalidValueError
        There are dates that no axis can show.
    """
    refuse_undrawable(column, "x", answers)
    histogram = answers["histogram"]
    return BinnedCounts(
        edges=tuple(histogram.edges),
        counts=tuple(histogram.counts),
        heights=heights_of(histogram.counts, np.diff(histogram.edges), density, cumulative),
        dates=is_timed(column),
        log=log,
        orientation=orientation,
    )


def draw_bins(ax: Axes, data: BinnedCounts, style: Mapping[str, Any]) -> Any:
    """Draw a bar a bin."""
    if data.dates:
        ax.xaxis_date() if data.orientation == "vertical" else ax.yaxis_date()
    if not data.edges:
        return []
    # The left edge of a bin is in it: matplotlib bins nothing anew, it draws the heights.
    return ax.hist(
        data.edges[:-1],
        bins=list(data.edges),
        weights=list(data.heights),
        log=data.log,
        orientation=data.orientation,  # type: ignore[arg-type]
        **style,
    )[2]


def bin_limits(data: BinnedCounts) -> Any:
    """Limits around all bins; none along their edges where there are none."""
    pad = padded_dates if data.dates else padded
    across = pad(data.edges[0], data.edges[-1]) if data.edges else None
    return limits_of(data.heights, across, log=data.log, orientation=data.orientation)
