"""Categories of a column by their counts, as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handyhooks import Column, Counts, Shared
from handyspark.errors import InvalidValueError
from handyspark.labels import SLANTED, plain
from handyspark.plots.heights import heights_of, limits_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["CategoryCounts", "category_counts", "category_limits", "category_stages", "draw_categories"]


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


def category_stages(column: Column, bins: Any, given_range: Any, owner: str) -> tuple[Stage, ...]:
    """Ask for the counts of the most frequent categories of all strata.

    Raises
    ------
    InvalidValueError
        `bins` is no number, or there is a range.
    """
    if not isinstance(bins, int):
        raise InvalidValueError(
            f"The `bins` of {owner} must be an integer for a column of categories, how many of them get a bar of "
            f"their own: {column.name!r} is one ({column.type})."
        )
    if given_range is not None:
        raise InvalidValueError(f"{owner} takes no `range` for a column of categories: {column.name!r} is one.")
    return (
        {
            "tally": Counts(top="bins", common=True),
            "categories": Shared(_categories),
            "others": Shared(lambda every, **given: any(answers["tally"].other for answers in every)),
        },
    )


def _categories(every: Sequence[Mapping[str, Any]], **options: Any) -> list[Any]:
    totals: Counter[Any] = Counter()
    for answers in every:
        totals.update(dict(zip(answers["tally"].values, answers["tally"].counts, strict=True)))
    return sorted(totals, key=lambda value: (-totals[value], value))


def category_counts(
    answers: Mapping[str, Any], *, density: bool, cumulative: int, log: bool, orientation: str
) -> CategoryCounts:
    """Arrange the answers to `category_stages` in the order that all strata share."""
    tally = answers["tally"]
    by_value = dict(zip(tally.values, tally.counts, strict=True))
    counts = [by_value.get(value, 0) for value in answers["categories"]]
    shown = [*counts, tally.other] if answers["others"] else counts
    return CategoryCounts(
        categories=tuple(map(str, answers["categories"])),
        counts=tuple(counts),
        other=tally.other,
        others=answers["others"],
        heights=heights_of(shown, [1.0] * len(shown), density, cumulative),
        log=log,
        orientation=orientation,
    )


def draw_categories(ax: Axes, data: CategoryCounts, style: Mapping[str, Any]) -> Any:
    """Draw a bar a category."""
    names = [*map(plain, data.categories), *(["(other)"] if data.others else [])]
    places = range(len(names))
    if data.orientation == "horizontal":
        bars = ax.barh(places, data.heights, log=data.log, **style)
        ax.set_yticks(places, names)
        return bars
    bars = ax.bar(places, data.heights, log=data.log, **style)
    ax.set_xticks(places, names, **(SLANTED if max(map(len, names), default=0) > 6 else {}))
    return bars


def category_limits(data: CategoryCounts) -> Any:
    """Limits that leave half a bar free at either end."""
    across = (-0.6, len(data.heights) - 0.4)
    return limits_of(data.heights, across, log=data.log, orientation=data.orientation)
