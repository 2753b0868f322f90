"""Missingness: the share of rows without a value, by column and stratum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import ANY, Column, PlotKind
from handyspark.labels import plain
from handyspark.plots.heat import heat_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handyhooks.requests import Stage

__all__ = ["MISSING", "Missingness"]


@dataclass(frozen=True, kw_only=True)
class Missingness:
    """Share of rows that miss each column, from 0 to 1; NaN of no rows."""

    columns: tuple[str, ...]
    shares: tuple[float, ...]


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    return ({"rows": "count(1)", **{f"known{i}": f"count({{x{i}}})" for i in range(len(columns))}},)


def _data(columns: Sequence[Column], answers: Mapping[str, Any], **options: Any) -> Missingness:
    rows = answers["rows"]
    return Missingness(
        columns=tuple(column.name for column in columns),
        shares=tuple((rows - answers[f"known{i}"]) / rows if rows else float("nan") for i in range(len(columns))),
    )


def _draw(ax: Axes, series: Sequence[tuple[str, Missingness]], **style: Any) -> list[Any]:
    names = [plain(name) for name in series[0][1].columns]
    if len(series) == 1:
        shares = series[0][1].shares
        bars = ax.barh(range(len(names)), shares, **style)
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="share missing")
        words = [f" {share:.1%}" if share == share else " no rows" for share in shares]
        for place, (share, text) in enumerate(zip(shares, words, strict=True)):
            inside = share > 0.85
            ax.text(share if share == share else 0.0, place, text + " ", va="center", ha="right" if inside else "left")
        return list(bars)
    rows = [label for label, _ in series]
    values = [data.shares for _, data in series]
    return heat_map(ax, values, rows, names, texts=lambda share: f"{share:.0%}", **{"vmin": 0.0, "vmax": 1.0, **style})


MISSING: Final = PlotKind(
    name="missing",
    summary="Share of rows without a value: bars by column, or a heat map of strata by columns.",
    stages=_stages,
    data=_data,
    draw=_draw,
    arrangement="together",
    columns=(1, None),
    accepts=(*ANY, "other"),
)
