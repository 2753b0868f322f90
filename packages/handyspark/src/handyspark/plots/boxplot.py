"""Box plots: quartiles, whiskers that are data points, and the most extreme fliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Column, Extremes, Option, PlotKind
from handyspark.labels import plain
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
    column
        Name of the column.
    quartiles
        First quartile, median, third quartile.
    whiskers
        Least and greatest value within the fences.
    fliers
        Values outside of the fences, the most extreme ones on either side.
    hidden
        How many more fliers there are.
    mean
        The mean, where it is to be drawn.
    orientation
        Which way the box stands.
    """

    column: str
    quartiles: tuple[float, ...]
    whiskers: tuple[float, ...]
    fliers: tuple[float, ...]
    hidden: int
    mean: float | None
    orientation: str


def _stages(columns: Sequence[Column], *, showfliers: bool, showmeans: bool, **options: Any) -> tuple[Stage, ...]:
    outside = "{x} < {fences.lower} OR {x} > {fences.upper}"
    inside = f"coalesce(NOT ({outside}), true)"
    second: dict[str, Any] = {
        "low": f"min({{x}}) FILTER (WHERE {inside})",
        "high": f"max({{x}}) FILTER (WHERE {inside})",
    }
    if showmeans:
        second["mean"] = "avg(double({x}))"
    if showfliers:
        second["outside"] = f"count_if({outside})"
        second["extremes"] = Extremes(n=_MOST_FLIERS, below="fences.lower", above="fences.upper")
    return {**QUARTILES, "fences": fences(TUKEY)}, second


def _data(
    columns: Sequence[Column],
    answers: Mapping[str, Any],
    *,
    showfliers: bool,
    showmeans: bool,
    orientation: str,
    **options: Any,
) -> Box:
    name = columns[0].name
    if not answers["quartiles"]:
        return Box(column=name, quartiles=(), whiskers=(), fliers=(), hidden=0, mean=None, orientation=orientation)
    fliers: tuple[float, ...] = ()
    if showfliers:
        extremes = answers["extremes"]
        fliers = tuple(float(value) for value in (*extremes.lowest, *reversed(extremes.highest)))
    quartiles = tuple(float(quartile) for quartile in answers["quartiles"])
    low, high = float(answers["low"]), float(answers["high"])
    return Box(
        column=name,
        quartiles=quartiles,
        whiskers=(min(low, quartiles[0]), max(high, quartiles[2])),
        fliers=fliers,
        hidden=answers["outside"] - len(fliers) if showfliers else 0,
        mean=float(answers["mean"]) if showmeans else None,
        orientation=orientation,
    )


def _example(columns: Sequence[Column], *, showmeans: bool, orientation: str, **options: Any) -> Box:
    return Box(
        column=columns[0].name,
        quartiles=(1.0, 2.0, 3.0),
        whiskers=(0.0, 4.0),
        fliers=(9.0,),
        hidden=0,
        mean=2.0 if showmeans else None,
        orientation=orientation,
    )


def _draw(ax: Axes, series: Sequence[tuple[str, Box]], **style: Any) -> Any:
    boxes = [_statistics(label, box) for label, box in series]
    hidden = sum(box.hidden for _, box in series)
    if hidden:
        ax.annotate(
            f"{hidden:,} more fliers", (0.99, 0.99), xycoords="axes fraction", ha="right", va="top", fontsize="small"
        )
    drawn = {
        "showfliers": any(box.fliers for _, box in series),
        "showmeans": any(box.mean is not None for _, box in series),
        **_turned(series[0][1].orientation, style),
        **style,
    }
    artists = ax.bxp(boxes, **drawn)
    names = {box.column for _, box in series}
    if len(names) == 1 and len(series) > 1:
        # The boxes are strata: their labels don't say of which column.
        name = plain(names.pop())
        ax.set_ylabel(name) if series[0][1].orientation == "vertical" else ax.set_xlabel(name)
    return artists


def _turned(orientation: str, style: Mapping[str, Any]) -> dict[str, Any]:
    """Write an orientation as the installed matplotlib takes it: `vert` went out of use in 3.10."""
    if "vert" in style or orientation == "vertical":
        return {}
    import inspect

    from matplotlib.axes import Axes

    known = "orientation" in inspect.signature(Axes.bxp).parameters
    return {"orientation": orientation} if known else {"vert": False}


def _statistics(label: str, box: Box) -> dict[str, Any]:
    nothing = float("nan")
    q1, median, q3 = box.quartiles or (nothing, nothing, nothing)
    low, high = box.whiskers or (nothing, nothing)
    return {
        "label": label,
        "q1": q1,
        "med": median,
        "q3": q3,
        "whislo": low,
        "whishi": high,
        "fliers": box.fliers,
        "mean": nothing if box.mean is None else box.mean,
    }


BOXPLOT: Final = PlotKind(
    name="boxplot",
    summary="Quartiles, whiskers and fliers.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    arrangement="together",
    options=(
        *TUKEY.options,
        Option(
            name="showfliers",
            default=True,
            kind="boolean",
            doc=f"Draw values outside of the fences, the {_MOST_FLIERS} most extreme ones a side.",
        ),
        Option(name="showmeans", default=False, kind="boolean", doc="Mark the mean of each box."),
        Option(
            name="orientation",
            default="vertical",
            kind="string",
            choices=("vertical", "horizontal"),
            doc="Which way the boxes go.",
        ),
    ),
)
