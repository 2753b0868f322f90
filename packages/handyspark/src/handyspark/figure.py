"""Panels: which Axes a plot is drawn on, what they share, and how they are titled."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.labels import plain
from handyspark.strata import IntervalKey

if TYPE_CHECKING:
    from handyhooks import PlotKind
    from handyspark.strata import Key, Strata

__all__ = [
    "arrange",
    "arrange_strata",
    "check_axes",
    "check_panels",
    "figures_closed_on_failure",
    "least_panels",
    "write_dates",
]

MOST_PANELS: Final = 30
_ACROSS: Final = 4
"""Panels beside each other where nothing else says how many."""


def check_axes(ax: Any) -> None:
    """Refuse what can't be drawn on.

    Raises
    ------
    InvalidTypeError
        `ax` is neither None nor Axes nor an array or sequence of these.
    InvalidValueError
        It is an empty one.
    """
    if ax is None:
        return
    if np.size(ax) == 0:
        raise InvalidValueError("`ax` must hold one Axes at least; got none.")
    from matplotlib.axes import Axes

    wrong = [item for item in np.atleast_1d(np.asarray(ax, dtype=object)).ravel() if not isinstance(item, Axes)]
    if wrong:
        raise InvalidTypeError(f"`ax` must be matplotlib Axes, or an array of them; got {wrong[0]!r}.")


def least_panels(strata: Strata | None) -> int:
    """How many panels a column takes at least, as far as this is known before Spark is asked."""
    return math.prod(max(len(_intervals(part)), 1) for part in strata.keys) if strata else 1


def check_panels(number: int, ax: Any) -> None:
    """Refuse more panels than a figure, or what was given as `ax`, has room for.

    Raises
    ------
    InvalidValueError
        There are too many panels, or too few Axes.
    """
    _check_room(number, ax)
    if number > MOST_PANELS:
        raise InvalidValueError(
            f"That would be {number} panels; at most {MOST_PANELS} fit in one figure. Take fewer strata or columns."
        )


@contextmanager
def figures_closed_on_failure() -> Iterator[None]:
    """Leave no figure behind that was made within, when drawing fails."""
    import matplotlib.pyplot as plt

    before, current = plt.get_fignums(), plt.gcf().number if plt.get_fignums() else None
    try:
        yield
    except BaseException:
        for made in set(plt.get_fignums()).difference(before):
            plt.close(made)
        if current is not None:
            plt.figure(current)
        raise


def write_dates(axes: Any, zone: dt.tzinfo | None) -> None:
    """Write dates so short that they don't run into each other, and in a time zone, on the axes that show dates."""
    from matplotlib.dates import AutoDateFormatter, ConciseDateFormatter, DateLocator

    for target in np.atleast_1d(np.asarray(axes, dtype=object)).ravel():
        for axis in (target.xaxis, target.yaxis):
            if not isinstance(axis.get_major_locator(), DateLocator):
                continue
            if zone is not None:
                axis.axis_date(zone)
            if isinstance(axis.get_major_formatter(), AutoDateFormatter):
                short: Any = ConciseDateFormatter  # which is untyped
                axis.set_major_formatter(short(axis.get_major_locator(), tz=zone))


def _check_room(number: int, ax: Any) -> None:
    if ax is not None and np.size(ax) < number:
        raise InvalidValueError(f"`ax` must hold {number} Axes, one a panel; got {np.size(ax)}.")


def arrange(plot_kind: PlotKind, series: Sequence[tuple[str, Any]], ax: Any, style: Mapping[str, Any]) -> Any:
    """Draw without strata: one Axes, or one a column."""
    series = [(plain(label), data) for label, data in series]
    if plot_kind.arrangement == "together":
        target = _axes(ax, 1, 1)[0, 0]
        plot_kind.draw(target, series, **style)
        return target
    if len(series) == 1:
        target = _axes(ax, 1, 1)[0, 0]
        _panel(plot_kind, target, *series[0], style)
        return target
    across = min(len(series), _ACROSS)
    axes = _axes(ax, math.ceil(len(series) / across), across, panels=len(series)).ravel()
    for target, (label, data) in zip(axes, series, strict=False):
        _panel(plot_kind, target, label, data, style)
    return axes[: len(series)]


def arrange_strata(
    plot_kind: PlotKind,
    strata: Strata,
    keys: Sequence[tuple[Any, ...]],
    names: Sequence[str],
    drawings: Sequence[Sequence[Any]],
    ax: Any,
    style: Mapping[str, Any],
) -> tuple[Any, Any]:
    """Draw by strata: one Axes with all of them, or a grid of panels with shared limits."""
    names, clauses = list(map(plain, names)), [plain(strata.clause(key)) for key in keys]
    if plot_kind.arrangement == "together":
        several = len(names) > 1
        series = [
            (f"{name}, {clause}" if several else clause, data)
            for name, of_job in zip(names, drawings, strict=True)
            for clause, data in zip(clauses, of_job, strict=True)
        ]
        target = _axes(ax, 1, 1)[0, 0]
        if series:
            plot_kind.draw(target, series, **style)
        _turn_long_labels(target)
        return target.figure, target
    parts = _parts(strata, keys)
    check_panels(math.prod(map(len, parts)) * len(names) if keys else 1, ax)
    cells = _cells(list(product(*parts)) if keys else [], _beside(ax))
    titles = {key: plain(strata.clause(key)) for key in cells}
    rows, across = (1 + max((place[i] for place in cells.values()), default=0) for i in (0, 1))
    rows = rows * len(names)
    _check_room(rows * across, ax)
    axes = _axes(ax, rows, across, panels=rows * across)
    for number, (name, of_job) in enumerate(zip(names, drawings, strict=True)):
        block = axes[number * (rows // len(names)) : (number + 1) * (rows // len(names))]
        _draw_block(plot_kind, block, cells, titles, dict(zip(keys, of_job, strict=True)), style)
        if len(names) > 1:
            for target in block[:, 0]:
                target.set_ylabel(name)
    return axes[0, 0].figure, axes


def _draw_block(
    plot_kind: PlotKind,
    axes: Any,
    cells: Mapping[tuple[Any, ...], tuple[int, int]],
    titles: Mapping[tuple[Any, ...], str],
    drawings: Mapping[tuple[Any, ...], Any],
    style: Mapping[str, Any],
) -> None:
    limits = _union([plot_kind.limits(data) for data in drawings.values()]) if plot_kind.limits else (None, None)
    spare = np.ones(axes.shape, dtype=bool)
    for key, place in cells.items():
        spare[place] = False
        target = axes[place]
        if key in drawings:
            plot_kind.draw(target, [(titles[key], drawings[key])], **style)
        else:
            _draw_empty(target)
        target.set_title(titles[key].replace(" and ", "\nand "), fontsize="small")
        _limit(target, limits)
    for target in axes[spare]:
        target.set_axis_off()


def _draw_empty(target: Any) -> None:
    """Say that there are no rows; an axis that other panels share goes on showing their ticks."""
    target.annotate("no rows", (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", alpha=0.6)
    if len(target.get_shared_x_axes().get_siblings(target)) == 1:
        target.tick_params(axis="x", bottom=False, labelbottom=False)
    if len(target.get_shared_y_axes().get_siblings(target)) == 1:
        target.tick_params(axis="y", left=False, labelleft=False)


def _panel(plot_kind: PlotKind, target: Any, label: str, data: Any, style: Mapping[str, Any]) -> None:
    plot_kind.draw(target, [(label, data)], **style)
    # Axes within these name the columns themselves.
    if not (target.get_title() or target.get_xlabel() or target.child_axes):
        target.set_title(label)
    if plot_kind.limits:
        _limit(target, plot_kind.limits(data))


def _parts(strata: Strata, keys: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """Values of each part of the key that have panels: those that occur, and intervals without rows."""
    return [_intervals(part) or sorted({key[position] for key in keys}) for position, part in enumerate(strata.keys)]


def _intervals(part: Key) -> range:
    """Values of a part of the key that are known before Spark is asked: those of intervals."""
    if isinstance(part, IntervalKey) and all(a < b for a, b in pairwise(part.edges)):
        return range(len(part.edges) - 1)
    return range(0)


def _beside(ax: Any) -> int:
    """How many panels stand beside each other where one kind of strata fills rows."""
    return _ACROSS if ax is None else np.atleast_1d(np.asarray(ax, dtype=object)).shape[-1]


def _cells(keys: Sequence[tuple[Any, ...]], beside: int) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Row and column of each stratum: the first part of the key goes across, all others down."""
    if not keys or len(keys[0]) == 1:
        across = min(max(len(keys), 1), beside)
        return {key: divmod(place, across) for place, key in enumerate(keys)}
    firsts = list(dict.fromkeys(key[0] for key in keys))
    others = list(dict.fromkeys(key[1:] for key in keys))
    return {key: (others.index(key[1:]), firsts.index(key[0])) for key in keys}


def _axes(ax: Any, rows: int, across: int, *, panels: int = 1) -> Any:
    """Axes to draw on: those that were given, or a new figure's."""
    if ax is not None:
        given = np.atleast_1d(np.asarray(ax, dtype=object))
        if given.ndim == 2 and given.shape[0] >= rows and given.shape[1] >= across:
            return given[:rows, :across]
        return given.ravel()[: rows * across].reshape(rows, across) if given.size >= rows * across else given[None]
    import matplotlib.pyplot as plt

    width, height = plt.rcParams["figure.figsize"]
    if rows * across > 1:
        width, height = 3.2 * across, 2.8 * rows
    _, axes = plt.subplots(rows, across, squeeze=False, figsize=(width, height), layout="constrained")
    for spare in axes.ravel()[panels:]:
        spare.set_axis_off()
    return axes


def _union(limits: Sequence[Any]) -> tuple[Any, Any]:
    shared = []
    for axis in (0, 1):
        known = [pair[axis] for pair in limits if pair[axis] is not None]
        shared.append((min(low for low, _ in known), max(high for _, high in known)) if known else None)
    return shared[0], shared[1]


def _limit(target: Any, limits: tuple[Any, Any]) -> None:
    x, y = limits
    if x is not None:
        target.set_xlim(*x)
    if y is not None:
        target.set_ylim(*y)


def _turn_long_labels(target: Any) -> None:
    from matplotlib.ticker import FixedFormatter

    if not isinstance(target.xaxis.get_major_formatter(), FixedFormatter):
        return
    labels = target.get_xticklabels()
    if sum(len(label.get_text()) for label in labels) > 60:
        target.set_xticks(target.get_xticks(), [label.get_text() for label in labels], rotation=30, ha="right")
