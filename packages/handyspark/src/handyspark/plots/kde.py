"""Kernel density estimates: a fine histogram that Spark counts, smoothed on the driver."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Column, Moments, Option, PlotKind
from handyspark.plots.cells import cell_stages
from handyspark.plots.density import BANDWIDTH, smoothed, width_of
from handyspark.plots.lines import finish, look
from handyspark.plots.ranges import all_dates, is_timed, number, refuse_undrawable, show_dates
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["KDE", "Density"]


@dataclass(frozen=True, kw_only=True)
class Density:
    """The density of a column.

    Attributes
    ----------
    column
        Its name.
    dates
        Whether `x` is in days since 1970.
    x, density
        Where, in the column's unit, and how dense; empty where all values are equal, and where there are none.
    single
        What all values are, where they are equal; None else.
    """

    column: str
    dates: bool
    x: tuple[float, ...] = ()
    density: tuple[float, ...] = ()
    single: float | None = None


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    first, second = cell_stages(columns[0])
    return {**first, "moments": Moments(where=f"{number(columns[0], 'x')} IS NOT NULL")}, second


def _data(
    columns: Sequence[Column], answers: Mapping[str, Any], *, bw_method: str | float, points: int, **options: Any
) -> Density:
    refuse_undrawable(columns[0], "x", answers)
    name, dates = columns[0].name, is_timed(columns[0])
    low, high, moments = answers["low"], answers["high"], answers["moments"]
    if low is None:
        return Density(column=name, dates=dates)
    deviation = math.sqrt(moments.comoments[0][0] / (moments.count - 1)) if moments.count > 1 else 0.0
    if low == high or not deviation:
        return Density(column=name, dates=dates, single=low)
    histogram = answers["histogram"]
    width = width_of(deviation, moments.count, bw_method)
    x, density = smoothed(histogram.edges, histogram.counts, low, high, width, points)
    return Density(column=name, dates=dates, x=tuple(x.tolist()), density=tuple(density.tolist()))


def _example(columns: Sequence[Column], **options: Any) -> Density:
    return Density(column=columns[0].name, dates=is_timed(columns[0]), x=(0.0, 1.0), density=(1.0, 1.0))


def _draw(ax: Axes, series: Sequence[tuple[str, Density]], **style: Any) -> list[Any]:
    dates = all_dates(data.dates for _, data in series)
    artists: list[Any] = []
    for place, (label, data) in enumerate(series):
        own = look(place, label, style)
        if data.single is None:
            artists += ax.plot(data.x, data.density, **own)
        else:
            # All of the mass is at one place: a line up, of the colour that a curve would have.
            (line,) = ax.plot([], [], **own)
            artists += [line, ax.axvline(data.single, color=line.get_color(), linestyle=line.get_linestyle())]
    finish(
        ax,
        [label for label, _ in series],
        [data.column for _, data in series],
        y="density per day" if dates else "density",
    )
    if any(data.x for _, data in series):
        ax.set_ylim(bottom=0)
    if dates:
        show_dates(ax, "x")
    return artists


KDE: Final = PlotKind(
    name="kde",
    summary="Kernel density estimate, a curve a column and stratum.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    arrangement="together",
    accepts=ORDERED,
    options=(
        BANDWIDTH,
        Option(
            name="points",
            default=500,
            kind="integer",
            bounds=(2, 10_000),
            doc="At how many places to estimate the density, evenly spaced.",
        ),
    ),
)
