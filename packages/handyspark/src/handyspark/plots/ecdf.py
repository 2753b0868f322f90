"""Empirical cumulative distribution functions, from counts in fine cells.

Exact where the column holds whole numbers or days that span no more than 2,046; else a step is drawn in the middle of
its cell, and so off by half a cell along x at most: 1 / 4,092 of what the values span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Option, PlotKind
from handyspark.plots.cells import cell_stages
from handyspark.plots.lines import finish, look
from handyspark.plots.ranges import all_dates, is_timed, refuse_undrawable, show_dates
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["ECDF", "Distribution"]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """The distribution of a column.

    Attributes
    ----------
    column
        Its name.
    dates
        Whether `x` is in days since 1970.
    x, shares
        Where it steps, and to which share of the values; empty without values.
    """

    column: str
    dates: bool
    x: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    return cell_stages(columns[0])


def _data(
    columns: Sequence[Column], answers: Mapping[str, Any], *, complementary: bool, **options: Any
) -> Distribution:
    refuse_undrawable(columns[0], "x", answers)
    name, dates, low, high = columns[0].name, is_timed(columns[0]), answers["low"], answers["high"]
    if low is None:
        return Distribution(column=name, dates=dates)
    edges, counts = np.asarray(answers["histogram"].edges), np.asarray(answers["histogram"].counts)
    held = counts > 0
    x = np.clip((edges[:-1] + edges[1:]) / 2, low, high)[held]
    shares = np.cumsum(counts[held]) / counts.sum()
    # The curve begins where the first value is, at a share of none.
    x, shares = np.concatenate([[low], x]), np.concatenate([[0.0], shares])
    return Distribution(
        column=name, dates=dates, x=tuple(x.tolist()), shares=tuple((1 - shares if complementary else shares).tolist())
    )


def _example(columns: Sequence[Column], **options: Any) -> Distribution:
    return Distribution(column=columns[0].name, dates=is_timed(columns[0]), x=(0.0, 1.0), shares=(0.0, 1.0))


def _draw(ax: Axes, series: Sequence[tuple[str, Distribution]], **style: Any) -> list[Any]:
    dates = all_dates(data.dates for _, data in series)
    artists: list[Any] = []
    for place, (label, data) in enumerate(series):
        artists += ax.step(data.x, data.shares, **{"where": "post", **look(place, label, style)})
    finish(ax, [label for label, _ in series], [data.column for _, data in series], y="share of values")
    ax.set_ylim(-0.02, 1.02)
    if dates:
        show_dates(ax, "x")
    return artists


ECDF: Final = PlotKind(
    name="ecdf",
    summary="Share of the values up to each value, a stairway a column and stratum; right to 1/4,092 of the range.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    arrangement="together",
    accepts=ORDERED,
    options=(
        Option(
            name="complementary",
            default=False,
            kind="boolean",
            doc="Draw the share of the values beyond instead.",
        ),
    ),
)
