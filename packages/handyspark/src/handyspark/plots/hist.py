"""Histograms: numbers and dates by bins, categories by their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import ANY, Column, Counts, Histogram, Option, PlotKind, Shared
from handyspark.errors import InvalidValueError
from handyspark.labels import plain
from handyspark.plots.binning import (
    QUANTILE_RULES,
    SHARES,
    checked_bins,
    checked_range,
    number_of_bins,
)
from handyspark.plots.ranges import (
    drawable,
    greatest,
    is_timed,
    least,
    number,
    padded,
    padded_dates,
    padded_logarithm,
    refuse_undrawable,
    undrawable,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["HIST", "BinnedCounts", "CategoryCounts"]

_OWNER: Final = "the plot kind 'hist'"
_CATEGORIES: Final = ("string", "boolean")


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


@dataclass(frozen=True, kw_only=True)
class CategoryCounts:
    """Counts by category.

    Attributes
    ----------
    categories
        The same in all strata, most frequent over all of them first.
    counts
        Rows of each, in this stratum.
    other
        Rows of this stratum with categories that are not shown.
    others
        There are such rows in some stratum.
    heights
        What is drawn, the others last: counts, or what `density` (the share of the rows) and `cumulative` make of them.
    log, orientation
        As they were asked for.
    """

    categories: tuple[str, ...]
    counts: tuple[int, ...]
    other: int
    others: bool
    heights: tuple[float, ...]
    log: bool
    orientation: str


def _stages(columns: Sequence[Column], *, bins: Any, range: Any, **options: Any) -> tuple[Stage, ...]:
    column = columns[0]
    bins = checked_bins(bins, column, _OWNER)
    if column.kind in _CATEGORIES:
        _check_categories(column, bins, range)
        return (
            {
                "tally": Counts(top="bins", common=True),
                "categories": Shared(_categories),
                "others": Shared(lambda every, **given: any(answers["tally"].other for answers in every)),
            },
        )
    bounds = checked_range(range, column, _OWNER)
    first = _ends(column, bins, bounds)
    if isinstance(bins, str):
        rule = number_of_bins(bins, column, bounds, _OWNER)
        first |= _summaries(column, bins, bounds)
        first["cuts"] = Shared(lambda every, **given: rule(every))
    else:
        first["cuts"] = Shared(lambda every, **given: bins)
    return first, {"histogram": Histogram(low="low", high="high", bins="cuts")}


def _check_categories(column: Column, bins: Any, given: Any) -> None:
    if not isinstance(bins, int):
        raise InvalidValueError(
            f"The `bins` of {_OWNER} must be an integer for a column of categories, how many of them get a bar of "
            f"their own: {column.name!r} is one ({column.type})."
        )
    if given is not None:
        raise InvalidValueError(f"{_OWNER} takes no `range` for a column of categories: {column.name!r} is one.")


def _ends(column: Column, bins: Any, bounds: tuple[float, float] | None) -> dict[str, Any]:
    if isinstance(bins, tuple):
        bounds = bins[0], bins[-1]
    if bounds is not None:
        low, high = bounds
        return {"low": Shared(lambda every, **given: low), "high": Shared(lambda every, **given: high)}
    value = drawable(column, "x")
    return {
        **undrawable(column, "x"),
        "own_low": f"min({value})",
        "own_high": f"max({value})",
        "low": Shared(least("own_low")),
        "high": Shared(greatest("own_high")),
    }


def _summaries(column: Column, rule: str, bounds: tuple[float, float] | None) -> dict[str, Any]:
    """What a rule reads."""
    value = number(column, "x")
    if bounds is not None:
        value = f"CASE WHEN {value} BETWEEN {bounds[0]!r}D AND {bounds[1]!r}D THEN {value} END"
    asked: dict[str, Any] = {"n": f"count({value})", "low_in": f"min({value})", "high_in": f"max({value})"}
    if rule in ("scott", "doane"):
        asked |= {"mean": f"avg({value})", "deviation": f"stddev_pop({value})"}
    if rule == "doane":
        asked["skewness"] = f"skewness({value})"
    if rule in QUANTILE_RULES:
        # Written out: Spark wants them foldable, and a lambda is not.
        shares = f"array({', '.join(f'{i / SHARES}D' for i in range(SHARES + 1))})"
        asked["quantiles"] = f"percentile_approx({value}, {shares}, 10000)"
    return asked


def _categories(every: Sequence[Mapping[str, Any]], **options: Any) -> list[Any]:
    totals: Counter[Any] = Counter()
    for answers in every:
        totals.update(dict(zip(answers["tally"].values, answers["tally"].counts, strict=True)))
    return sorted(totals, key=lambda value: (-totals[value], value))


def _data(
    columns: Sequence[Column],
    answers: Mapping[str, Any],
    *,
    density: bool,
    cumulative: int,
    log: bool,
    orientation: str,
    **options: Any,
) -> BinnedCounts | CategoryCounts:
    if "tally" in answers:
        tally = answers["tally"]
        by_value = dict(zip(tally.values, tally.counts, strict=True))
        counts = [by_value.get(value, 0) for value in answers["categories"]]
        shown = [*counts, tally.other] if answers["others"] else counts
        return CategoryCounts(
            categories=tuple(map(str, answers["categories"])),
            counts=tuple(counts),
            other=tally.other,
            others=answers["others"],
            heights=_heights(shown, np.ones(len(shown)), density, cumulative),
            log=bool(log),
            orientation=orientation,
        )
    refuse_undrawable(columns[0], "x", answers)
    histogram = answers["histogram"]
    return BinnedCounts(
        edges=tuple(histogram.edges),
        counts=tuple(histogram.counts),
        heights=_heights(histogram.counts, np.diff(histogram.edges), density, cumulative),
        dates=is_timed(columns[0]),
        log=bool(log),
        orientation=orientation,
    )


def _heights(counts: Sequence[int], widths: np.ndarray, density: bool, cumulative: int) -> tuple[float, ...]:
    """Bars as `matplotlib.axes.Axes.hist` makes them: the area is 1, or the last of those that accumulate is."""
    heights = np.asarray(counts, dtype=float)
    total = heights.sum()
    if density and total:
        heights = heights / total
        if not cumulative:
            heights = heights / np.where(widths > 0, widths, np.inf)
    if cumulative:
        heights = np.cumsum(heights) if cumulative > 0 else np.cumsum(heights[::-1])[::-1]
    return tuple(heights.tolist())


def _draw(ax: Axes, series: Sequence[tuple[str, Any]], **style: Any) -> Any:
    ((_, data),) = series
    return _draw_categories(ax, data, style) if isinstance(data, CategoryCounts) else _draw_bins(ax, data, style)


def _draw_bins(ax: Axes, data: BinnedCounts, style: Mapping[str, Any]) -> Any:
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


def _draw_categories(ax: Axes, data: CategoryCounts, style: Mapping[str, Any]) -> Any:
    names = [*map(plain, data.categories), *(["(other)"] if data.others else [])]
    places = range(len(names))
    if data.orientation == "horizontal":
        bars = ax.barh(places, data.heights, log=data.log, **style)
        ax.set_yticks(places, names)
        return bars
    bars = ax.bar(places, data.heights, log=data.log, **style)
    turned: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(places, names, **(turned if max(map(len, names), default=0) > 6 else {}))
    return bars


def _limits(data: BinnedCounts | CategoryCounts) -> Any:
    across: Any
    if isinstance(data, CategoryCounts):
        across = (-0.6, len(data.heights) - 0.4)
    else:
        pad = padded_dates if data.dates else padded
        across = pad(data.edges[0], data.edges[-1]) if data.edges else None
    positive = [height for height in data.heights if height > 0]
    along: Any = None
    if positive and data.log:
        along = padded_logarithm(min(positive), max(positive))
    elif positive:
        along = (0.0, 1.05 * max(positive))
    return (across, along) if data.orientation == "vertical" else (along, across)


def _example(columns: Sequence[Column], **options: Any) -> BinnedCounts | CategoryCounts:
    log, orientation = bool(options["log"]), options["orientation"]
    if columns[0].kind in _CATEGORIES:
        return CategoryCounts(
            categories=("a",), counts=(1,), other=0, others=False, heights=(1.0,), log=log, orientation=orientation
        )
    return BinnedCounts(
        edges=(0.0, 1.0), counts=(1,), heights=(1.0,), dates=is_timed(columns[0]), log=log, orientation=orientation
    )


HIST: Final = PlotKind(
    name="hist",
    summary="Counts by bins of numbers and dates, or by category.",
    stages=_stages,
    data=_data,
    draw=_draw,
    limits=_limits,
    example=_example,
    accepts=ANY,
    options=(
        Option(
            name="bins",
            default=10,
            doc="Number of bins, edges, or a rule; for categories, how many of the most frequent get a bar.",
        ),
        Option(
            name="range", default=None, doc="Lowest and highest value that are counted; None for those of the data."
        ),
        Option(name="density", default=False, kind="boolean", doc="Make the area 1; of categories, draw shares."),
        Option(
            name="cumulative",
            default=False,
            kind=("boolean", "integer"),
            bounds=(-1, 1),
            doc="Add up from the left, or with -1 from the right.",
        ),
        Option(name="log", default=False, kind="boolean", doc="Draw heights on an axis of logarithms."),
        Option(
            name="orientation",
            default="vertical",
            kind="string",
            choices=("vertical", "horizontal"),
            doc="Which way the bars go.",
        ),
    ),
)
