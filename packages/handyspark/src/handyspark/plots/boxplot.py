"""Box plots: quartiles, whiskers that are data points, and the most extreme fliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Column, Extremes, Option, PlotKind
from handyspark.outliers.judging import fences
from handyspark.outliers.tukey import QUARTILES, TUKEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["BOXPLOT", "Box"]

_MOST_FLIERS: Final = 500


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box; `quartiles` are empty where there is no value.

    Attributes
    ----------
    quartiles
        First quartile, median, third quartile.
    whiskers
        Least and greatest value within the fences.
    fliers
        Values outside of the fences, the most extreme ones on either side.
    hidden
        How many more fliers there are.
    """

    quartiles: tuple[float, ...]
    whiskers: tuple[float, ...]
    fliers: tuple[float, ...]
    hidden: int


def _stages(columns: Sequence[Column], *, showfliers: bool, **options: Any) -> tuple[Stage, ...]:
    outside = "{x} < {fences.lower} OR {x} > {fences.upper}"
    inside = f"coalesce(NOT ({outside}), true)"
    second: dict[str, Any] = {
        "low": f"min({{x}}) FILTER (WHERE {inside})",
        "high": f"max({{x}}) FILTER (WHERE {inside})",
    }
    if showfliers:
        second["outside"] = f"count_if({outside})"
        second["extremes"] = Extremes(n=_MOST_FLIERS, below="fences.lower", above="fences.upper")
    return {**QUARTILES, "fences": fences(TUKEY)}, second


def _data(columns: Sequence[Column], answers: Mapping[str, Any], *, showfliers: bool, **options: Any) -> Box:
    if not answers["quartiles"]:
        return Box(quartiles=(), whiskers=(), fliers=(), hidden=0)
    fliers: tuple[float, ...] = ()
    if showfliers:
        extremes = answers["extremes"]
        fliers = tuple(float(value) for value in (*extremes.lowest, *reversed(extremes.highest)))
    quartiles = tuple(float(quartile) for quartile in answers["quartiles"])
    low, high = float(answers["low"]), float(answers["high"])
    return Box(
        quartiles=quartiles,
        whiskers=(min(low, quartiles[0]), max(high, quartiles[2])),
        fliers=fliers,
        hidden=answers["outside"] - len(fliers) if showfliers else 0,
    )


def _draw(ax: Axes, series: Sequence[tuple[str, Box]], **style: Any) -> Any:
    boxes = [_statistics(label, box) for label, box in series]
    hidden = sum(box.hidden for _, box in series)
    if hidden:
        ax.annotate(
            f"{hidden:,} more fliers", (0.99, 0.99), xycoords="axes fraction", ha="right", va="top", fontsize="small"
        )
    return ax.bxp(boxes, **{"showfliers": any(box.fliers for _, box in series), **style})


def _statistics(label: str, box: Box) -> dict[str, Any]:
    nothing = float("nan")
    q1, median, q3 = box.quartiles or (nothing, nothing, nothing)
    low, high = box.whiskers or (nothing, nothing)
    return {"label": label, "q1": q1, "med": median, "q3": q3, "whislo": low, "whishi": high, "fliers": box.fliers}


BOXPLOT: Final = PlotKind(
    name="boxplot",
    summary="Quartiles, whiskers and fliers.",
    stages=_stages,
    data=_data,
    draw=_draw,
    arrangement="together",
    options=(
        *TUKEY.options,
        Option(
            name="showfliers",
            default=True,
            kind="boolean",
            doc=f"Draw values outside of the fences, the {_MOST_FLIERS} most extreme ones a side.",
        ),
    ),
)
