"""The check of plot kinds: what it lets pass, and what it finds."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from handyhooks import ANY, Histogram, PlotKind
from handyhooks.testing import ConformanceError, check_plot_kind, plots


@dataclass(frozen=True)
class Bars:
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass
class Loose:
    edges: tuple[float, ...] = ()


def data(columns: Any, answers: Any, **options: Any) -> Bars:
    return Bars(tuple(answers["bins"].edges), tuple(answers["bins"].counts))


def limits(bars: Bars) -> Any:
    return ((bars.edges[0], bars.edges[-1]), (0, max(bars.counts))) if bars.edges else (None, None)


def draw(ax: Any, series: Any, **style: Any) -> list[Any]:
    return [ax.stairs(bars.counts, bars.edges, label=label, **style) for label, bars in series if bars.edges]


def kind(**fields: Any) -> PlotKind:
    whole: dict[str, Any] = {
        "name": "tried",
        "summary": "Tried.",
        "stages": ({"low": "min({x})", "high": "max({x})"}, {"bins": Histogram(low="low", high="high")}),
        "data": data,
        "limits": limits,
        "draw": draw,
    }
    return PlotKind(**{**whole, **fields})


@pytest.mark.parametrize("arrangement", ["panels", "together"])
def test_kinds_that_keep_all_promises_pass(arrangement: str) -> None:
    check_plot_kind(kind(arrangement=arrangement, accepts=("integer", "decimal", "boolean", "date", "timestamp")))


def test_panels_are_drawn_one_by_one_and_together_means_all_at_once() -> None:
    lengths: dict[str, set[int]] = {"panels": set(), "together": set()}
    for arrangement, seen in lengths.items():

        def counting(ax: Any, series: Any, seen: set[int] = seen, **style: Any) -> list[Any]:
            seen.add(len(series))
            return draw(ax, series)

        check_plot_kind(kind(arrangement=arrangement, draw=counting))
    assert lengths == {"panels": {1}, "together": {1, 4}}


def imports_matplotlib(columns: Any, answers: Any, **options: Any) -> Bars:
    from matplotlib.colors import to_rgba  # noqa: F401

    return data(columns, answers)


def draws_through_pyplot(ax: Any, series: Any, **style: Any) -> Any:
    return plt.plot([0, 1])


def draws_elsewhere(ax: Any, series: Any, **style: Any) -> Any:
    return Figure().add_subplot().plot([0, 1])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"data": lambda columns, answers, **options: {"edges": []}}, "a frozen dataclass.*it gave {'edges'"),
        ({"data": lambda columns, answers, **options: Loose()}, "a frozen dataclass.*it gave Loose"),
        ({"data": lambda columns, answers, **options: Bars}, "a frozen dataclass.*it gave <class"),
        ({"data": imports_matplotlib}, "without matplotlib. .*it raised ModuleNotFoundError"),
        (
            {"data": lambda columns, answers, **options: answers["bins"].edges[0] and data(columns, answers)},
            "no values.*it raised IndexError",
        ),
        ({"limits": lambda bars: (bars.edges[0], bars.edges[-1])}, "`limits.data.` gives .* it gave"),
        ({"limits": lambda bars: ((1, 0), None)}, r"in order. .*it gave \(\(1, 0\), None\)"),
        ({"limits": lambda bars: ((0, math.inf), None)}, r"finite numbers .*it gave \(\(0, inf\)"),
        ({"limits": lambda bars: None}, "it gave None"),
        ({"draw": lambda ax, series, **style: None}, "it returned .None."),
        ({"draw": lambda ax, series, **style: []}, "it returned no artists"),
        ({"draw": lambda ax, series, **style: ["artist"]}, r"it returned \['artist'\]"),
        ({"draw": lambda ax, series, **style: [ax.stairs(series[0][1].counts, series[0][1].edges)]}, "it raised"),
        ({"draw": draws_through_pyplot}, "it used a figure of pyplot's"),
        ({"draw": draws_elsewhere}, "it drew on another figure"),
        ({"columns": (2, 2)}, r"passes over \[1\]"),
        ({"accepts": ANY}, "It raised ValueError: could not convert string"),
    ],
)
def test_kinds_that_break_a_promise_are_found(fields: dict[str, Any], problem: str) -> None:
    try:
        with pytest.raises(ConformanceError, match=f"PlotKind 'tried' breaks a promise: .*{problem}"):
            check_plot_kind(kind(**fields))
    finally:
        plt.close("all")


def test_without_matplotlib_the_data_are_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "can_draw", lambda: False)
    check_plot_kind(kind(draw=lambda ax, series, **style: pytest.fail("drawn")))
    with pytest.raises(ConformanceError, match="`data"):
        check_plot_kind(kind(data=lambda columns, answers, **options: None))


def test_a_check_leaves_matplotlib_as_it_was() -> None:
    before: dict[str, Any] = {name: module for name, module in sys.modules.items() if name.startswith("matplotlib")}
    check_plot_kind(kind())
    assert all(sys.modules[name] is module for name, module in before.items())
    assert plt.get_fignums() == []
