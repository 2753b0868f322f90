"""The ridgeline for handyspark: the density of a column, one ridge a stratum.

Spark counts values in fine bins; what is smoothed on the driver are these counts, never rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Derived, Histogram, Moments, MomentValues, Option, PlotKind, Shared, hookimpl

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["RIDGELINE", "Ridge", "handyspark_plot_kinds"]

_FEWEST_CELLS: Final = 256
_MOST_CELLS: Final = 2047
_CELLS_A_BANDWIDTH: Final = 16
"""So fine that the counts could as well be the values: less than one in a hundred of the highest density."""
_REACH: Final = 3.0
"""How many bandwidths a ridge goes on beyond the least and the greatest value."""


@dataclass(frozen=True, kw_only=True)
class Ridge:
    """The density of one column in one stratum.

    Attributes
    ----------
    column
        Name of the column.
    x, density
        Where, in the column's unit, and how dense; the area below is 1. Empty where all values are equal, and
        where there are none.
    single
        What all values are, where they are equal and no bandwidth in the column's unit was given; None else.
    overlap
        How far the highest ridge reaches beyond the baseline above it, in distances between baselines.
    """

    column: str
    overlap: float
    x: tuple[float, ...] = ()
    density: tuple[float, ...] = ()
    single: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """Bins whose centers are evenly spaced from the least to the greatest value of all strata."""

    low: float | None
    high: float | None
    bins: int


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    finite = "abs(double({x})) < double('Infinity')"
    value = f"CASE WHEN {finite} THEN double({{x}}) END"
    return (
        {
            "low": f"min({value})",
            "high": f"max({value})",
            "moments": Moments(where=finite),
            "width": Derived(_width),
            "cells": Shared(partial(_cells, whole=columns[0].kind == "integer")),
        },
        {"histogram": Histogram(low="cells.low", high="cells.high", bins="cells.bins")},
    )


def _width(answers: Mapping[str, Any], *, bandwidth: str | float, **options: Any) -> float:
    """Standard deviation of the kernel; 0 where a rule has nothing to go by.

    Rules as in `scipy.stats.gaussian_kde`: Scott (1992), Silverman (1986).
    """
    moments: MomentValues = answers["moments"]
    if not isinstance(bandwidth, str):
        return float(bandwidth)
    if moments.count < 2:
        return 0.0
    deviation = math.sqrt(moments.comoments[0][0] / (moments.count - 1))  # type: ignore[operator]
    effective = moments.count * (0.75 if bandwidth == "silverman" else 1.0)
    return float(deviation * effective**-0.2)


def _cells(every: Sequence[Mapping[str, Any]], *, whole: bool, **options: Any) -> _Cells:
    known = [answers for answers in every if answers["low"] is not None]
    if not known:
        return _Cells(low=None, high=None, bins=1)
    low = min(answers["low"] for answers in known)
    high = max(answers["high"] for answers in known)
    if low == high:
        return _Cells(low=low, high=high, bins=1)
    narrowest = min((answers["width"] for answers in known if answers["width"] > 0), default=0.0)
    wanted = _CELLS_A_BANDWIDTH * (high - low) / narrowest if narrowest else math.inf
    cells = int(min(max(math.ceil(min(wanted, _MOST_CELLS)), _FEWEST_CELLS), _MOST_CELLS))
    if whole and high - low <= _MOST_CELLS:
        # Whole numbers lie in the middle of their bins, not at the edges.
        cells = int(high - low) * max(round(cells / (high - low)), 1)
    half = (high - low) / cells / 2
    return _Cells(low=low - half, high=high + half, bins=cells + 1)


def _data(columns: Sequence[Column], answers: Mapping[str, Any], *, overlap: float, **options: Any) -> Ridge:
    name, low, high = columns[0].name, answers["low"], answers["high"]
    if low is None:
        return Ridge(column=name, overlap=overlap)
    edges = np.asarray(answers["histogram"].edges)
    width = answers["width"]
    if low == high and width == 0:
        return Ridge(column=name, overlap=overlap, single=float(low))
    width = max(width, edges[1] - edges[0])
    x, density = _smoothed(edges, np.asarray(answers["histogram"].counts), low, high, width)
    return Ridge(column=name, overlap=overlap, x=tuple(x.tolist()), density=tuple(density.tolist()))


def _smoothed(
    edges: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], low: float, high: float, width: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Sum of Gaussian kernels on the centers of the bins, at places half a bandwidth apart or less."""
    held = counts > 0
    # The center of a bin may lie beyond all values of a stratum that is narrower than the bin.
    centers = np.clip((edges[:-1] + edges[1:]) / 2, low, high)[held]
    weights = counts[held] / counts.sum()
    start, end = low - _REACH * width, high + _REACH * width
    x = np.linspace(start, end, max(math.ceil(2 * (end - start) / width), _FEWEST_CELLS))
    kernels = np.exp(-0.5 * ((x[:, None] - centers) / width) ** 2)
    return x, kernels @ weights / (width * math.sqrt(2 * math.pi))


def _draw(ax: Axes, series: Sequence[tuple[str, Ridge]], **style: Any) -> list[Any]:
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.collections import PolyCollection

    given = normalize_kwargs(style, PolyCollection)
    highest = max((max(ridge.density, default=0.0) for _, ridge in series), default=0.0)
    artists: list[Any] = []
    for place, (_, ridge) in enumerate(series):
        base = float(len(series) - 1 - place)
        # What stands lower stands in front.
        layer = 2 + place / max(len(series), 1)
        artists.append(ax.axhline(base, color="0.8", linewidth=0.8, zorder=1))
        if ridge.x:
            top = base + (1 + ridge.overlap) / highest * np.asarray(ridge.density)
            look = {"facecolor": f"C{place % 10}", "edgecolor": "white", "linewidth": 1, "alpha": 0.85, "zorder": layer}
            artists.append(ax.fill_between(ridge.x, base, top, **{**look, **given}))
        elif ridge.single is not None:
            artists += ax.plot([ridge.single] * 2, [base, base + 1], color=f"C{place % 10}", zorder=layer)
        else:
            middle = ax.get_yaxis_transform()
            artists.append(ax.text(0.5, base, "no values", transform=middle, ha="center", va="bottom", color="0.5"))
    ax.set_yticks(range(len(series) - 1, -1, -1), [label for label, _ in series])
    names = {ridge.column for _, ridge in series}
    if len(names) == 1:
        ax.set_xlabel(names.pop())
    return artists


RIDGELINE: Final = PlotKind(
    name="ridgeline",
    summary="The density of a column, one ridge a stratum, one above the other.",
    stages=_stages,
    data=_data,
    draw=_draw,
    arrangement="together",
    options=(
        Option(
            name="bandwidth",
            default="scott",
            kind=("string", "number"),
            choices=("scott", "silverman"),
            bounds=(0, 1e300),
            doc="Rule for the kernel's standard deviation, or the standard deviation itself in the column's unit.",
        ),
        Option(
            name="overlap",
            default=0.5,
            kind="number",
            bounds=(0, 10),
            doc="How far the highest ridge reaches beyond the baseline above it, in distances between baselines.",
        ),
    ),
)


@hookimpl
def handyspark_plot_kinds() -> Iterator[PlotKind]:
    """Give the one kind."""
    yield RIDGELINE
