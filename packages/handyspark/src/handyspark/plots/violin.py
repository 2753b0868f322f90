"""Violins: mirrored densities side by side, with quartiles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Derived, PlotKind
from handyspark.labels import plain
from handyspark.plots.cells import cell_stages
from handyspark.plots.density import BANDWIDTH, smoothed, width_of
from handyspark.plots.ranges import all_dates, is_timed, number, refuse_undrawable, show_dates
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks import Bins
    from handyhooks.requests import Stage

__all__ = ["VIOLIN", "Violin"]

_POINTS: Final = 200
_WIDTH: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Violin:
    """One violin.

    Attributes
    ----------
    column
        Name of the column.
    dates
        Whether values are in days since 1970.
    summary
        Least value, first quartile, median, third quartile, greatest value; empty without values.
    y, density
        From the least to the greatest value, and how dense it is there; empty where all values are equal.
    """

    column: str
    dates: bool
    summary: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    density: tuple[float, ...] = ()


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    # Ends come from the same sketch as quartiles: a query of plain aggregates for them would be one more pass.
    shares = "array(0.0D, 0.25D, 0.5D, 0.75D, 1.0D)"
    return cell_stages(
        columns[0],
        {
            "summary": f"percentile_approx({number(columns[0], 'x')}, {shares}, 10000)",
            "low": Derived(lambda answers, **given: (answers["summary"] or [None])[0]),
            "high": Derived(lambda answers, **given: (answers["summary"] or [None])[-1]),
        },
    )


def _data(columns: Sequence[Column], answers: Mapping[str, Any], *, bw_method: str | float, **options: Any) -> Violin:
    refuse_undrawable(columns[0], "x", answers)
    name, dates = columns[0].name, is_timed(columns[0])
    if not answers["summary"]:
        return Violin(column=name, dates=dates)
    summary = tuple(map(float, answers["summary"]))
    low, high = summary[0], summary[-1]
    if low == high:
        return Violin(column=name, dates=dates, summary=summary)
    histogram: Bins = answers["histogram"]
    width = width_of(_deviation(histogram), sum(histogram.counts), bw_method)
    y, density = smoothed(histogram.edges, histogram.counts, low, high, width, _POINTS, reach=0.0)
    return Violin(column=name, dates=dates, summary=summary, y=tuple(y.tolist()), density=tuple(density.tolist()))


def _deviation(histogram: Bins) -> float:
    edges, counts = np.asarray(histogram.edges), np.asarray(histogram.counts, dtype=float)
    centers = (edges[:-1] + edges[1:]) / 2
    mean = np.average(centers, weights=counts)
    with np.errstate(over="ignore", invalid="ignore"):
        return math.sqrt(counts @ (centers - mean) ** 2 / max(counts.sum() - 1, 1))


def _example(columns: Sequence[Column], **options: Any) -> Violin:
    name, dates, summary = columns[0].name, is_timed(columns[0]), (0.0, 1.0, 2.0, 3.0, 4.0)
    return Violin(column=name, dates=dates, summary=summary, y=(0.0, 4.0), density=(1.0, 1.0))


def _draw(ax: Axes, series: Sequence[tuple[str, Violin]], **style: Any) -> list[Any]:
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.collections import PolyCollection

    dates = all_dates(violin.dates for _, violin in series)
    look = {"alpha": 0.5, **normalize_kwargs(style, PolyCollection)}
    artists: list[Any] = []
    for place, (_, violin) in enumerate(series, start=1):
        if not violin.summary:
            continue
        if violin.y:
            half = _WIDTH / 2 * np.asarray(violin.density) / max(violin.density)
            artists.append(ax.fill_betweenx(violin.y, place - half, place + half, **{"color": "C0", **look}))
        low, q1, median, q3, high = violin.summary
        artists += ax.plot([place, place], [low, high], color="0.2", linewidth=0.8)
        artists += ax.plot([place, place], [q1, q3], color="0.2", linewidth=4, solid_capstyle="butt")
        artists += ax.plot([place], [median], color="white", marker="o", markeredgecolor="0.2", markersize=5)
    ax.set_xticks(range(1, len(series) + 1), [label for label, _ in series])
    names = {violin.column for _, violin in series}
    if len(names) == 1 and len(series) > 1:
        ax.set_ylabel(plain(names.pop()))
    ax.set_xlim(0.5, max(len(series), 1) + 0.5)
    if dates:
        show_dates(ax, "y")
    return artists


VIOLIN: Final = PlotKind(
    name="violin",
    summary="Mirrored densities with medians and quartiles, side by side.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    arrangement="together",
    accepts=ORDERED,
    options=(BANDWIDTH,),
)
