"""Histograms: numbers and dates by bins, categories by their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import ANY, Column, Counts, Histogram, Option, PlotKind, Shared
from handyspark.labels import plain
from handyspark.plots.ranges import finite, greatest, least, padded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["HIST", "BinnedCounts", "CategoryCounts"]

_CATEGORIES: Final = ("string", "boolean")


@dataclass(frozen=True, kw_only=True)
class BinnedCounts:
    """Counts between edges; edges of dates in days since 1970 (`dates`)."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    dates: bool


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
    """

    categories: tuple[str, ...]
    counts: tuple[int, ...]
    other: int
    others: bool


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    column = columns[0]
    if column.kind in _CATEGORIES:
        return (
            {
                "tally": Counts(top="bins", common=True),
                "categories": Shared(_categories),
                "others": Shared(lambda every, **given: any(answers["tally"].other for answers in every)),
            },
        )
    value = finite(column, "x")
    return (
        {
            "own_low": f"min({value})",
            "own_high": f"max({value})",
            "low": Shared(least("own_low")),
            "high": Shared(greatest("own_high")),
        },
        {"histogram": Histogram(low="low", high="high", bins="bins")},
    )


def _categories(every: Sequence[Mapping[str, Any]], **options: Any) -> list[Any]:
    totals: Counter[Any] = Counter()
    for answers in every:
        totals.update(dict(zip(answers["tally"].values, answers["tally"].counts, strict=True)))
    return sorted(totals, key=lambda value: (-totals[value], value))


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> BinnedCounts | CategoryCounts:
    if "tally" in answers:
        tally = answers["tally"]
        counts = dict(zip(tally.values, tally.counts, strict=True))
        return CategoryCounts(
            categories=tuple(map(str, answers["categories"])),
            counts=tuple(counts.get(value, 0) for value in answers["categories"]),
            other=tally.other,
            others=answers["others"],
        )
    histogram = answers["histogram"]
    return BinnedCounts(
        edges=tuple(histogram.edges),
        counts=tuple(histogram.counts),
        dates=columns[0].kind in ("date", "timestamp"),
    )


def _draw(ax: Axes, series: Sequence[tuple[str, Any]], **style: Any) -> Any:
    ((_, data),) = series
    return _draw_categories(ax, data, style) if isinstance(data, CategoryCounts) else _draw_bins(ax, data, style)


def _draw_bins(ax: Axes, data: BinnedCounts, style: Mapping[str, Any]) -> Any:
    if data.dates:
        ax.xaxis_date()
    if not data.edges:
        return []
    # The left edge of a bin is in it: matplotlib bins nothing anew, it draws the counts.
    return ax.hist(data.edges[:-1], bins=list(data.edges), weights=list(data.counts), **style)[2]


def _draw_categories(ax: Axes, data: CategoryCounts, style: Mapping[str, Any]) -> Any:
    names, counts = list(map(plain, data.categories)), list(data.counts)
    if data.others:
        names, counts = [*names, "(other)"], [*counts, data.other]
    bars = ax.bar(range(len(names)), counts, **style)
    ax.set_xticks(range(len(names)), names, rotation=45 if max(map(len, names), default=0) > 6 else 0)
    return bars


def _limits(data: BinnedCounts | CategoryCounts) -> Any:
    most = max(data.counts, default=0)
    if isinstance(data, CategoryCounts):
        most = max(most, data.other)
    highest = (0.0, 1.05 * most) if most else None
    if isinstance(data, CategoryCounts):
        return (-0.6, len(data.categories) + bool(data.others) - 0.4), highest
    return (padded(data.edges[0], data.edges[-1]) if data.edges else None), highest


HIST: Final = PlotKind(
    name="hist",
    summary="Counts by bins of numbers and dates, or by category.",
    stages=_stages,
    data=_data,
    draw=_draw,
    limits=_limits,
    accepts=ANY,
    options=(
        Option(
            name="bins",
            default=10,
            kind="integer",
            bounds=(1, 10_000),
            doc="Number of bins; for categories, how many of the most frequent ones get a bar.",
        ),
    ),
)
