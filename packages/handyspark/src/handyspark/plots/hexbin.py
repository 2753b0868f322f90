"""Hexagonal bins of two columns, counted in Spark and drawn by matplotlib."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Column, Derived, Option, PlotKind, Shared
from handyspark.errors import InvalidValueError
from handyspark.planner.requests import Hexagons
from handyspark.planner.shapes.hexagons import Lattice
from handyspark.plots.pairs_of_ranges import draw_axes, drawn_columns, ends, limits_between
from handyspark.plots.ranges import require_span
from handyspark.schema import ORDERED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["HEXBIN", "HexagonCounts"]


@dataclass(frozen=True, kw_only=True)
class HexagonCounts:
    """Counts by hexagon.

    Attributes
    ----------
    columns
        The columns along x and y.
    lattice
        Where the hexagons are; None without rows.
    centers, counts
        Of the hexagons that are shown, shapes (hexagons, 2) and (hexagons,).
    least, most
        Counts of the emptiest and the fullest hexagon that is shown in any stratum: panels have one scale of colors.
    """

    columns: tuple[Column, Column]
    lattice: Lattice | None
    centers: np.ndarray
    counts: np.ndarray
    least: int
    most: int


def _stages(columns: Sequence[Column], *, gridsize: Any, mincnt: int | None, **options: Any) -> tuple[Stage, ...]:
    across, down = _steps(gridsize)

    def lattice(answers: Mapping[str, Any], **given: Any) -> Lattice | None:
        if answers["x_low"] is None or answers["y_low"] is None:
            return None
        x_low, x_high = _apart(answers["x_low"], answers["x_high"])
        y_low, y_high = _apart(answers["y_low"], answers["y_high"])
        return Lattice(x_low=x_low, x_high=x_high, y_low=y_low, y_high=y_high, across=across, down=down)

    def bounds(every: Sequence[Mapping[str, Any]], **given: Any) -> tuple[int, int]:
        shown = np.concatenate([_shown(answers["counts"], mincnt) for answers in every])
        return (int(shown.min()), int(shown.max())) if len(shown) else (0, 0)

    first = {**ends(columns), "lattice": Derived(lattice)}
    # A request that no plugin has: the hook spec's types don't know it.
    second: dict[str, Any] = {"counts": Hexagons(lattice="lattice"), "bounds": Shared(bounds)}
    return first, second


def _steps(gridsize: Any) -> tuple[int, int]:
    try:
        if hasattr(gridsize, "__len__"):
            across, down = map(operator.index, gridsize)
        else:
            across = operator.index(gridsize)
            down = int(across / math.sqrt(3))
    except (TypeError, ValueError):
        across = down = 0
    if isinstance(gridsize, bool) or not (1 <= across <= 1000 and 1 <= down <= 1000):
        raise InvalidValueError(
            "The `gridsize` of the plot kind 'hexbin' must be an integer from 2 to 1,000, or a pair of them; "
            f"got {gridsize!r}."
        )
    return across, down


def _apart(low: float, high: float) -> tuple[float, float]:
    """Ends that are not one point, as matplotlib spreads them."""
    if require_span(low, high) > max(abs(low), abs(high)) * 1e-15:
        return low, high
    if low == high == 0:
        return -0.1, 0.1
    return low - 0.1 * abs(low), high + 0.1 * abs(high)


def _shown(counts: np.ndarray, mincnt: int | None) -> np.ndarray:
    return counts if mincnt is None else counts[counts >= mincnt]


def _data(
    columns: Sequence[Column], answers: Mapping[str, Any], *, mincnt: int | None, **options: Any
) -> HexagonCounts:
    lattice, counts = answers["lattice"], answers["counts"]
    centers = np.zeros((0, 2)) if lattice is None else lattice.centers
    least, most = answers["bounds"]
    return HexagonCounts(
        columns=drawn_columns(columns, answers),
        lattice=lattice,
        centers=centers if mincnt is None else centers[counts >= mincnt],
        counts=_shown(counts, mincnt),
        least=least,
        most=most,
    )


def _example(columns: Sequence[Column], **options: Any) -> HexagonCounts:
    lattice = Lattice(x_low=0.0, x_high=1.0, y_low=0.0, y_high=1.0, across=1, down=1)
    return HexagonCounts(
        columns=(columns[0], columns[1]),
        lattice=lattice,
        centers=lattice.centers,
        counts=np.arange(1, 6),
        least=1,
        most=5,
    )


def _draw(ax: Axes, series: Sequence[tuple[str, HexagonCounts]], **style: Any) -> Any:
    ((_, data),) = series
    draw_axes(ax, data.columns)
    lattice = data.lattice
    if lattice is None or not len(data.counts):
        return []
    # With vmin and vmax a norm of the user's own would be refused.
    scale = {} if "norm" in style else {"vmin": max(data.least, 1) if style.get("bins") == "log" else data.least}
    if scale:
        scale["vmax"] = data.most
    given: dict[str, Any] = {
        "C": data.counts,
        "reduce_C_function": np.sum,
        "gridsize": (lattice.across, lattice.down),
        "extent": (lattice.x_low, lattice.x_high, lattice.y_low, lattice.y_high),
        # Matplotlib 3.8 would draw empty hexagons too.
        "mincnt": 1,
    }
    twice = given.keys() & style.keys()
    if twice:
        raise TypeError(f"{', '.join(sorted(twice))} can't be given: that is what was counted")
    return ax.hexbin(*data.centers.T, **{**given, **scale, **style})


def _limits(data: HexagonCounts) -> Any:
    if data.lattice is None:
        return None, None
    lattice = data.lattice
    return limits_between(data.columns, (lattice.x_low, lattice.x_high), (lattice.y_low, lattice.y_high))


HEXBIN: Final = PlotKind(
    name="hexbin",
    summary="Two columns in a lattice of hexagons, colored by count.",
    stages=_stages,
    data=_data,
    draw=_draw,
    limits=_limits,
    example=_example,
    columns=(2, 2),
    accepts=ORDERED,
    options=(
        Option(name="gridsize", default=100, doc="Hexagons along x, or a pair, along x and along y."),
        Option(
            name="mincnt",
            default=None,
            kind="integer",
            bounds=(0, None),
            doc="Show only hexagons with so many rows; None for all, the empty ones too.",
        ),
    ),
)
