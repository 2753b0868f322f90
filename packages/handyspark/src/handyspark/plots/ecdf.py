"""Empirical cumulative distribution functions, from counts in fine cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import NUMERICAL, Column, Histogram, Option, PlotKind, Shared
from handyspark.planner.shapes.edges import as_number
from handyspark.plots.cells import cells
from handyspark.plots.lines import finish, look
from handyspark.plots.ranges import finite

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
    value = finite(columns[0], "x")
    return (
        {"low": f"min({value})", "high": f"max({value})", "cells": Shared(cells(columns, "low", "high"))},
        {"histogram": Histogram(low="cells.low", high="cells.high", bins="cells.bins")},
    )


def _data(
    columns: Sequence[Column], answers: Mapping[str, Any], *, complementary: bool, **options: Any
) -> Distribution:
    name, dates = columns[0].name, columns[0].kind in ("date", "timestamp")
    low, high = as_number(answers["low"]), as_number(answers["high"])
    if low is None or high is None:
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


def _draw(ax: Axes, series: Sequence[tuple[str, Distribution]], **style: Any) -> list[Any]:
    if any(data.dates for _, data in series):
        ax.xaxis_date()
    artists: list[Any] = []
    for place, (label, data) in enumerate(series):
        artists += ax.step(data.x, data.shares, **{"where": "post", **look(place, label, style)})
    finish(ax, [label for label, _ in series], [data.column for _, data in series], y="share of values")
    ax.set_ylim(-0.02, 1.02)
    return artists


ECDF: Final = PlotKind(
    name="ecdf",
    summary="Share of the values up to each value, a stairway a column and stratum.",
    stages=_stages,
    data=_data,
    draw=_draw,
    arrangement="together",
    accepts=(*NUMERICAL, "date", "timestamp"),
    options=(
        Option(
            name="complementary",
            default=False,
            kind="boolean",
            doc="Draw the share of the values beyond instead.",
        ),
    ),
)
