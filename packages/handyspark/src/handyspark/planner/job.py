"""A job: the stages of one record for one column, or one set of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handyspark.calling import calling

if TYPE_CHECKING:
    from handyhooks.requests import Stage, Stages
    from handyspark.schema import ColumnRef

__all__ = ["Job", "resolve_stages"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to ask of one column or one set of columns.

    Attributes
    ----------
    owner
        How users call what asks (``"`hist`"``), for errors.
    columns
        The columns; ``{x}`` and ``{x0}`` are the first.
    stages
        The passes, each a mapping of names to requests.
    options
        Values of all of the record's options.
    """

    owner: str
    columns: tuple[ColumnRef, ...]
    stages: tuple[Mapping[str, Any], ...]
    options: Mapping[str, Any] = field(default_factory=dict)


def resolve_stages(
    stages: Stages, columns: tuple[ColumnRef, ...], options: Mapping[str, Any], *, owner: str
) -> tuple[Stage, ...]:
    """Stages as a tuple, where the record gives a function of the columns."""
    if callable(stages):
        with calling(owner):
            return tuple(stages(tuple(column.described for column in columns), **options))
    return stages
