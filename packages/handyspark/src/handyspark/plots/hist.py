"""Histograms: numbers and dates by bins, categories by their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from handyhooks import ANY, Column, Option, PlotKind
from handyspark.plots.binned import BinnedCounts, bin_limits, bin_stages, binned_counts, draw_bins
from handyspark.plots.binning import checked_bins
from handyspark.plots.categories import (
    CategoryCounts,
    category_counts,
    category_limits,
    category_stages,
    draw_categories,
)
from handyspark.plots.ranges import is_timed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["HIST"]

_OWNER: Final = "the plot kind 'hist'"
_CATEGORIES: Final = ("string", "boolean")

_Data: TypeAlias = BinnedCounts | CategoryCounts


def _stages(columns: Sequence[Column], *, bins: Any, range: Any, **options: Any) -> tuple[Stage, ...]:
    column = columns[0]
    bins = checked_bins(bins, column, _OWNER)
    stages = category_stages if column.kind in _CATEGORIES else bin_stages
    return stages(column, bins, range, _OWNER)


def _data(
    columns: Sequence[Column],
    answers: Mapping[str, Any],
    *,
    density: bool,
    cumulative: int,
    log: bool,
    orientation: str,
    **options: Any,
) -> _Data:
    look: dict[str, Any] = {
        "density": density,
        "cumulative": cumulative,
        "log": bool(log),
        "orientation": orientation,
    }
    if columns[0].kind in _CATEGORIES:
        return category_counts(answers, **look)
    return binned_counts(columns[0], answers, **look)


def _draw(ax: Axes, series: Sequence[tuple[str, _Data]], **style: Any) -> Any:
    ((_, data),) = series
    return draw_categories(ax, data, style) if isinstance(data, CategoryCounts) else draw_bins(ax, data, style)


def _limits(data: _Data) -> Any:
    return category_limits(data) if isinstance(data, CategoryCounts) else bin_limits(data)


def _example(columns: Sequence[Column], **options: Any) -> _Data:
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
