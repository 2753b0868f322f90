"""Bars of any statistic, by column and stratum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import NUMERICAL, Column, Option, PlotKind
from handyspark.labels import plain
from handyspark.statistics.table import BY_NAME

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["BAR", "Bar"]

_QUANTILES: Final = {"q1": 0.25, "median": 0.5, "q3": 0.75}
_ERRORS: Final = {"count": "count({x})", "deviation": "stddev_samp(double({x}))"}
_WIDTH: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar.

    Attributes
    ----------
    column, stat
        What of which column.
    value
        Height; NaN where there is none.
    error
        Standard error of a mean, where it was asked for and can be told; None else.
    """

    column: str
    stat: str
    value: float
    error: float | None = None


def _stages(columns: Sequence[Column], *, stat: str, errors: bool, **options: Any) -> tuple[Stage, ...]:
    stage: dict[str, Any] = dict(BY_NAME[stat].stage)
    if stat in _QUANTILES:
        # The frame's own quantiles, of booleans too.
        stage = {"value": f"percentile_approx(double({{x}}), {_QUANTILES[stat]}D, 10000)"}
    elif stat in ("min", "max"):
        stage = {"value": f"{stat}(double({{x}}))"}
    return ({**stage, **(_ERRORS if errors and stat == "mean" else {})},)


def _data(columns: Sequence[Column], answers: Mapping[str, Any], *, stat: str, **options: Any) -> Bar:
    value = answers["rows"] - answers["known"] if stat == "isnull" else answers["value"]
    error = None
    if answers.get("deviation") is not None and math.isfinite(answers["deviation"]):
        error = answers["deviation"] / math.sqrt(answers["count"])
    return Bar(column=columns[0].name, stat=stat, value=math.nan if value is None else float(value), error=error)


def _example(columns: Sequence[Column], *, stat: str, **options: Any) -> Bar:
    return Bar(column=columns[0].name, stat=stat, value=1.0)


def _draw(ax: Axes, series: Sequence[tuple[str, Bar]], **style: Any) -> list[Any]:
    by_place, columns = _places(series)
    width = _WIDTH / len(columns)
    artists: list[Any] = []
    for number, column in enumerate(columns):
        own = [(place, bars[column]) for place, bars in enumerate(by_place.values()) if column in bars]
        x = np.array([place for place, _ in own]) + (number - (len(columns) - 1) / 2) * width
        errors = [math.nan if bar.error is None else bar.error for _, bar in own]
        bars = ax.bar(
            x,
            # Infinite heights and those of no values can't be drawn: no bar.
            [bar.value if math.isfinite(bar.value) else math.nan for _, bar in own],
            **{
                "width": width,
                "yerr": None if all(map(math.isnan, errors)) else errors,
                "capsize": 3,
                "label": plain(column),
                **({"hatch": ("", "//", "..", "xx")[number % 4], "edgecolor": "white"} if len(columns) > 1 else {}),
                **style,
            },
        )
        artists += list(bars)
    ax.set_xticks(range(len(by_place)), list(by_place))
    stat = series[0][1].stat
    if len(columns) > 1:
        ax.legend(fontsize="small")
    ax.set_ylabel(f"{stat} of {plain(columns[0])}" if len(columns) == 1 else stat)
    return artists


def _places(series: Sequence[tuple[str, Bar]]) -> tuple[dict[str, dict[str, Bar]], list[str]]:
    """Bars by place on the x axis (a stratum; a column where there are none), and the columns side by side there."""
    columns = list(dict.fromkeys(bar.column for _, bar in series))
    if all(label == plain(bar.column) for label, bar in series):
        return {label: {"": bar} for label, bar in series}, [""]
    by_place: dict[str, dict[str, Bar]] = {}
    for label, bar in series:
        clause = label.removeprefix(f"{plain(bar.column)}, ") if len(columns) > 1 else label
        by_place.setdefault(clause, {})[bar.column] = bar
    return by_place, columns


BAR: Final = PlotKind(
    name="bar",
    summary="A statistic of each column and stratum, as a bar.",
    stages=_stages,
    data=_data,
    draw=_draw,
    example=_example,
    arrangement="together",
    accepts=(*NUMERICAL, "boolean"),
    options=(
        Option(
            name="stat",
            default="mean",
            kind="string",
            choices=("mean", "median", "count", "isnull", "stddev", "var", "min", "max", "q1", "q3", "nunique"),
            doc="What a bar's height is: a statistic of the same name of `cols`.",
        ),
        Option(
            name="errors",
            default=False,
            kind="boolean",
            doc="Draw one standard error of the mean on either side; of no other statistic.",
        ),
    ),
)
