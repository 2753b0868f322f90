"""What every record checks of itself when it is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from handyhooks.errors import RecordError
from handyhooks.options import Option
from handyhooks.requests import (
    Counts,
    Derived,
    Extremes,
    Grid,
    Histogram,
    Moments,
    Sample,
    Shared,
)
from handyhooks.templates import COLUMN, ROW, placeholders

__all__ = ["check_callables", "check_head", "check_options_of", "check_stages", "check_template"]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_REQUESTS = (str, Histogram, Counts, Grid, Extremes, Moments, Sample, Derived, Shared)


def check_head(record: Any) -> None:
    """Name and summary."""
    kind = type(record).__name__
    if not isinstance(record.name, str) or not _NAME.fullmatch(record.name):
        raise RecordError(f"The name of a {kind} must be in lower_snake_case; got {record.name!r}.")
    summary = record.summary
    if not isinstance(summary, str) or not summary.strip() or "\n" in summary:
        raise RecordError(f"The summary of {kind} {record.name!r} must be one line of text; got {summary!r}.")


def check_callables(record: Any, fields: Iterable[str], *, optional: Iterable[str] = ()) -> None:
    """Fields that hold functions."""
    optional = set(optional)
    for field in [*fields, *optional]:
        value = getattr(record, field)
        if not callable(value) and not (field in optional and value is None):
            raise RecordError(f"{type(record).__name__} {record.name!r}: `{field}` must be a function; got {value!r}.")


def check_options_of(record: Any) -> set[str]:
    """Options: of their type, and no name twice or kept for columns. Returns the names."""
    names: set[str] = set()
    for option in record.options:
        if not isinstance(option, Option):
            raise RecordError(f"{type(record).__name__} {record.name!r}: {option!r} is no Option.")
        if option.name in names or _reserved(option.name):
            raise RecordError(
                f"{type(record).__name__} {record.name!r}: the option name {option.name!r} stands twice or is "
                "kept for columns and the row."
            )
        names.add(option.name)
    return names


def check_stages(record: Any, known: set[str]) -> set[str]:
    """Stages that are given as a tuple: types, names, and what templates read. Returns all names."""
    if callable(record.stages):
        return known
    if not isinstance(record.stages, tuple):
        raise RecordError(
            f"{type(record).__name__} {record.name!r}: `stages` must be a tuple of mappings or a function; "
            f"got {record.stages!r}."
        )
    known = set(known)
    for stage in record.stages:
        if not isinstance(stage, Mapping):
            raise RecordError(f"{type(record).__name__} {record.name!r}: a stage must be a mapping; got {stage!r}.")
        for name, request in stage.items():
            _check_request(record, name, request, known)
        known |= set(stage)
    return known


def _check_request(record: Any, name: str, request: Any, known: set[str]) -> None:
    owner = f"{type(record).__name__} {record.name!r}"
    if not isinstance(name, str) or not name.isidentifier() or name in known or _reserved(name):
        raise RecordError(
            f"{owner}: an answer can't be called {name!r}: it must be an identifier, not used before, "
            "and not kept for columns and the row."
        )
    if not isinstance(request, _REQUESTS):
        raise RecordError(f"{owner}: {name!r} asks for {request!r}, which is neither a SQL template nor a request.")
    template = request.where if isinstance(request, Moments) else request
    if isinstance(template, str):
        check_template(record, template, known)


def check_template(record: Any, template: Any, known: set[str]) -> None:
    """A template whose names can all be told now."""
    if callable(template):
        return
    if not isinstance(template, str):
        raise RecordError(f"{type(record).__name__} {record.name!r}: {template!r} is no SQL template.")
    unknown = [name for name in placeholders(template) if name not in known and not _reserved(name)]
    if unknown:
        raise RecordError(
            f"{type(record).__name__} {record.name!r}: the template {template!r} reads {', '.join(unknown)}, "
            f"which no earlier stage answers. Known are: {', '.join(sorted(known)) or 'none'}."
        )


def _reserved(name: str) -> bool:
    return bool(COLUMN.fullmatch(name)) or name == ROW
