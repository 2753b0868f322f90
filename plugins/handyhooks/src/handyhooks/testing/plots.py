"""Check of plot kinds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

from handyhooks.spark_records import PlotKind
from handyhooks.testing._cases import Case, cases, expect_columns_read
from handyhooks.testing._drawing import (
    can_draw,
    flat,
    is_artist,
    new_figure,
    picture,
    without_matplotlib,
    without_pyplot,
)
from handyhooks.testing._situations import Situation
from handyhooks.testing.conformance import called, expect, expect_type

__all__ = ["check_plot_kind"]

_DATA = "`data(columns, answers, **options)` gives a frozen dataclass, without matplotlib"
_LIMITS = "`limits(data)` gives (x, y), each None or a pair of finite numbers in order"
_DRAW = "`draw(ax, [(label, data), ...])` draws on the Axes without pyplot, and returns the artists"


def check_plot_kind(
    record: PlotKind, *, options: Mapping[str, Any] | None = None, answers: Mapping[str, Any] | None = None
) -> None:
    """Check that a `PlotKind` keeps its promises.

    The parameters and what is tried are those of `check_fence_method`; besides, the least and the greatest
    number of columns. Where matplotlib is installed, the data are drawn too.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened.
    """
    expect_type(record, PlotKind)
    for case in cases(record, options or {}, answers or {}):
        expect_columns_read(record, case.interview.read, range(len(case.columns)))
        series = _series(record, case)
        if case.plain and can_draw():
            _check_drawing(record, case, series)


def _series(record: PlotKind, case: Case) -> list[tuple[str, Any]]:
    series = []
    for situation, found, where in case.strata():
        with called(record, _DATA, f"{where}, it raised"), without_matplotlib():
            data = record.data(case.columns, found, **case.options)
        frozen = dataclasses.is_dataclass(data) and not isinstance(data, type) and _is_frozen(type(data))
        expect(frozen, record, _DATA, f"{where}, it gave {data!r}.")
        if record.limits is not None:
            with called(record, _LIMITS, f"{where}, it raised"):
                limits = record.limits(data)
            expect(_are_limits(limits), record, _LIMITS, f"{where}, it gave {limits!r}.")
        series.append((f"Stratum == '{situation.value}'", data))
    return series


def _is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)


def _are_limits(limits: Any) -> bool:
    if not isinstance(limits, Sequence) or len(limits) != 2:
        return False
    for pair in limits:
        if pair is None:
            continue
        if not isinstance(pair, Sequence) or len(pair) != 2 or not all(math.isfinite(end) for end in pair):
            return False
        if pair[0] > pair[1]:
            return False
    return True


def _check_drawing(record: PlotKind, case: Case, series: list[tuple[str, Any]]) -> None:
    situations = case.interview.situations
    if record.arrangement == "together":
        _draw(record, case, series, needs_artists=Situation.VALUES in situations)
        return
    for pair, situation in zip(series, situations, strict=True):
        _draw(record, case, [pair], needs_artists=situation is Situation.VALUES)


def _draw(record: PlotKind, case: Case, series: list[tuple[str, Any]], *, needs_artists: bool) -> None:
    where = f"For {', '.join(label for label, _ in series)}, of {case.columns[0].kind} columns"
    figure = new_figure()
    with called(record, _DRAW, f"{where}, it raised"):
        axes = figure.add_subplot()
        with without_pyplot():
            artists = list(flat(record.draw(axes, series)))
        picture(figure)
    expect(all(is_artist(artist) for artist in artists), record, _DRAW, f"{where}, it returned {artists!r}.")
    expect(bool(artists) or not needs_artists, record, _DRAW, f"{where}, it returned no artists.")
    elsewhere = [artist for artist in artists if artist.figure is not None and artist.figure is not figure]
    expect(not elsewhere, record, _DRAW, f"{where}, it drew on another figure: {elsewhere!r}.")
