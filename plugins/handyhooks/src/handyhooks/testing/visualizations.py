"""Check of visualizations."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from handyhooks.replay_records import ReplayView, Visualization
from handyhooks.testing._drawing import (
    can_draw,
    flat,
    is_artist,
    new_figure,
    picture,
    without_matplotlib,
    without_pyplot,
)
from handyhooks.testing.conformance import called, expect, expect_type

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["check_visualization"]

_ACCEPTS: Final = "`accepts(view)` gives None, or the reason why not as text"
_PREPARE: Final = "`prepare(view, epochs, *, options...)` gives the state"
_COMPUTE: Final = "`compute(view, state, epoch)` gives a mapping of names to arrays, without matplotlib"
_PURE: Final = "`compute` gives the same for the same epoch, whatever was computed before"
_DRAW: Final = "`draw(state, *axes)` draws without pyplot, and gives a mapping of names to the artists that move"
_UPDATE: Final = "`update(artists, state, data, epoch)` moves artists, with nothing added or removed"
_SAME: Final = "the picture of an epoch does not depend on those shown before"
_MOVES: Final = "epochs with different data have different pictures"


def check_visualization(
    record: Visualization, *, options: Mapping[str, Any] | None = None, views: Sequence[ReplayView] | None = None
) -> None:
    """Check that a `Visualization` keeps its promises.

    It is prepared for all epochs of a replay and for one alone, computed in and out of order, and, where matplotlib is
    installed, drawn and moved there and back.

    Parameters
    ----------
    record
        The record.
    options
        Passed to ``prepare``.
    views
        Replays to show; those that it does not accept are passed over. By default one `SyntheticReplay` for
        each task: a binary and a multi-class classification, and a regression.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened; also where none of the replays is accepted.
    """
    expect_type(record, Visualization)
    _check_signature(record, options or {})
    reasons = []
    for view in _synthetic() if views is None else views:
        reason = _reason_against(record, view)
        if reason is None:
            for epochs in (list(view.epochs), [view.epochs[-1]]):
                _check_showing(record, view, epochs, options or {})
        else:
            reasons.append(reason)
    all_refused = len(reasons) == (len(views) if views is not None else 3)
    expect(not all_refused, record, "it accepts one of the check's `views`", f"It refused all: {'; '.join(reasons)}.")


def _synthetic() -> list[ReplayView]:
    from handyhooks.testing.replay import SyntheticReplay

    return [SyntheticReplay("binary"), SyntheticReplay("multiclass"), SyntheticReplay("regression")]


def _check_signature(record: Visualization, options: Mapping[str, Any]) -> None:
    parameters = inspect.signature(record.prepare).parameters.values()
    keyword_only = [parameter for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    others = [p.name for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    expect(
        len(others) == 2,
        record,
        f"{_PREPARE}, and all options are keyword-only",
        f"Besides keyword-only ones, it has the parameters {', '.join(others)}.",
    )
    missing = [p.name for p in keyword_only if p.default is inspect.Parameter.empty and p.name not in options]
    expect(not missing, record, "options have defaults, or stand in the check's `options`", f"Missing: {missing}.")


def _reason_against(record: Visualization, view: ReplayView) -> str | None:
    if record.accepts is None:
        return None
    with called(record, _ACCEPTS):
        reason = record.accepts(view)
    is_text = isinstance(reason, str) and bool(reason.strip())
    expect(reason is None or is_text, record, _ACCEPTS, f"It gave {reason!r}.")
    return reason


def _check_showing(record: Visualization, view: ReplayView, epochs: Sequence[int], options: Mapping[str, Any]) -> None:
    with called(record, _PREPARE, f"For epochs {list(epochs)}, it raised"):
        state = record.prepare(view, epochs, **options)
    data = {epoch: _computed(record, view, state, epoch) for epoch in epochs}
    for epoch in reversed(epochs):
        again = _computed(record, view, state, epoch)
        expect(_same(again, data[epoch]), record, _PURE, f"The second time it differs for epoch {epoch}.")
    if can_draw():
        _check_pictures(record, state, data)


def _computed(record: Visualization, view: ReplayView, state: Any, epoch: int) -> Mapping[str, Any]:
    with called(record, _COMPUTE, f"For epoch {epoch}, it raised"), without_matplotlib():
        data = record.compute(view, state, epoch)
    fits = isinstance(data, Mapping) and all(isinstance(name, str) for name in data)
    expect(fits, record, _COMPUTE, f"For epoch {epoch}, it gave {data!r}.")
    return data


def _same(one: Any, other: Any) -> bool:
    import numpy as np

    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    one, other = np.asarray(one), np.asarray(other)
    if one.dtype == object and one.ndim:  # arrays of different lengths
        return one.shape == other.shape and all(map(_same, one.flat, other.flat))
    numeric = one.dtype.kind in "fc" and other.dtype.kind in "fc"
    return bool(np.array_equal(one, other, equal_nan=numeric))


def _check_pictures(record: Visualization, state: Any, data: Mapping[int, Mapping[str, Any]]) -> None:
    figure = new_figure()
    with called(record, _DRAW):
        width = len(record.axes)
        axes = [figure.add_subplot(1, width, place + 1, projection=record.projection) for place in range(width)]
        with without_pyplot():
            artists = record.draw(state, *axes)
        picture(figure)
    expect(isinstance(artists, Mapping), record, _DRAW, f"It gave {artists!r}.")
    strangers = [artist for artist in flat(artists) if not is_artist(artist) or artist.figure is not figure]
    expect(not strangers, record, _DRAW, f"These are no artists on its Axes: {strangers!r}.")

    seen = {epoch: _moved(record, figure, artists, state, data[epoch], epoch) for epoch in data}
    for epoch in reversed(list(data)):
        again = _moved(record, figure, artists, state, data[epoch], epoch)
        expect(again == seen[epoch], record, _SAME, f"Epoch {epoch} looks different after later ones were shown.")
    epochs = list(data)
    differ = any(not _same(data[one], data[other]) for one, other in itertools.pairwise(epochs))
    moves = len(set(seen.values())) > 1
    expect(moves or not differ, record, _MOVES, f"Epochs {epochs} all look the same.")


def _moved(
    record: Visualization, figure: Figure, artists: Mapping[str, Any], state: Any, data: Mapping[str, Any], epoch: int
) -> bytes:
    before = _children(figure)
    with called(record, _UPDATE, f"For epoch {epoch}, it raised"):
        with without_pyplot():
            record.update(artists, state, data, epoch)
        after = _children(figure)
        pixels = picture(figure)
    expect(before == after, record, _UPDATE, f"For epoch {epoch}, the Axes' children are others than before.")
    return pixels


def _children(figure: Figure) -> list[int]:
    return [id(child) for axes in figure.axes for child in axes.get_children()]
