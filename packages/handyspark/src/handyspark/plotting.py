"""Plotting: from columns and a plot kind to data, and from data to Axes."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import types as T

from handyspark.calling import calling
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.figure import (
    arrange,
    arrange_strata,
    check_axes,
    check_panels,
    figures_closed_on_failure,
    least_panels,
    write_dates,
)
from handyspark.planner import Job, ask
from handyspark.planner.collecting import session_zone
from handyspark.planner.job import resolve_stages
from handyspark.records import checked_options, owner_of, record
from handyspark.schema import require_kinds
from handyspark.styling import check_style, style_named

if TYPE_CHECKING:
    from handyhooks import PlotKind
    from handyspark.planner import Report, Source
    from handyspark.schema import ColumnRef

__all__ = ["plot"]

_HOOK: Final = "handyspark_plot_kinds"


def plot(source: Source, columns: Sequence[ColumnRef], kind: str, ax: Any, given: Mapping[str, Any]) -> Any:
    """Ask Spark for a plot's data, and draw it.

    Returns
    -------
    matplotlib.axes.Axes, or an array of them, or (figure, axes)
        Without strata the Axes, an array of them where several columns have a panel each; with strata the
        figure and its Axes.
    """
    plot_kind = record(_HOOK, kind)
    if not columns:
        raise InvalidValueError(f"There is no column to draw as {kind!r}: none was chosen.")
    owner = owner_of(_HOOK, kind)
    options, style = _split(plot_kind, given, owner)
    require_kinds(columns, plot_kind.accepts, owner=owner)
    groups = _groups(plot_kind, columns, owner)
    check_axes(ax)
    if plot_kind.arrangement == "panels":
        check_panels(len(groups) * least_panels(source.strata), ax)
    zone = _zone(source, columns)
    jobs = [
        Job(
            owner=owner,
            columns=group,
            stages=resolve_stages(plot_kind.stages, group, options, owner=owner),
            options=options,
        )
        for group in groups
    ]
    check_style(plot_kind, [job.columns for job in jobs], options, style, owner=owner)
    report = ask(source, jobs)
    with calling(owner):
        drawings = [
            [
                plot_kind.data(tuple(column.described for column in job.columns), answers, **options)
                for answers in of_job
            ]
            for job, of_job in zip(jobs, report.answers, strict=True)
        ]
    with figures_closed_on_failure(), style_named(style, owner=owner):
        drawn = _draw(source, plot_kind, jobs, report, drawings, ax, style)
        write_dates(drawn if source.strata is None else drawn[1], zone)
    return drawn


def _zone(source: Source, columns: Sequence[ColumnRef]) -> dt.tzinfo | None:
    """Time zone of the axes of dates: the session's, as `fetch` shows timestamps; None without timestamps."""
    timed = [column for column in columns if column.kind == "timestamp"]
    if not timed or not all(isinstance(column.data_type, T.TimestampType) for column in timed):
        return None
    return session_zone(source.df)


def _split(plot_kind: PlotKind, given: Mapping[str, Any], owner: str) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [option.name for option in plot_kind.options]
    style = {name: value for name, value in given.items() if name not in names}
    for name in style:
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
        if close:
            raise InvalidTypeError(
                f"{owner[:1].upper()}{owner[1:]} has no parameter `{name}`. Did you mean `{close[0]}`?"
            )
    options = {name: value for name, value in given.items() if name in names}
    return checked_options(plot_kind.options, options, owner=owner), style


def _groups(plot_kind: PlotKind, columns: Sequence[ColumnRef], owner: str) -> list[tuple[ColumnRef, ...]]:
    least, most = plot_kind.columns
    if most == 1:
        return [(column,) for column in columns]
    if len(columns) < least or (most is not None and len(columns) > most):
        wanted = f"{least}" if least == most else f"at least {least}" if most is None else f"{least} to {most}"
        raise InvalidValueError(f"{owner} takes {wanted} columns; got {len(columns)}.")
    return [tuple(columns)]


def _draw(
    source: Source,
    plot_kind: PlotKind,
    jobs: Sequence[Job],
    report: Report,
    drawings: Sequence[Sequence[Any]],
    ax: Any,
    style: Mapping[str, Any],
) -> Any:
    names = [", ".join(column.name for column in job.columns) for job in jobs]
    if source.strata is None:
        series = [(name, of_job[0]) for name, of_job in zip(names, drawings, strict=True)]
        return arrange(plot_kind, series, ax, style)
    return arrange_strata(plot_kind, source.strata, report.keys, names, drawings, ax, style)
