"""Records of the hooks that serve handyspark.

A record never touches a DataFrame. It says in SQL templates and request shapes what it wants to
know (`handyhooks.requests`), and gets answers back as plain Python values, for each column (or
set of columns) and each stratum by itself. The host does columns, strata, passes, names, types and
saving; a fitted result is a template and a table of values.

Functions of a record are called with keyword arguments for all of its options, whatever
they use: end a signature with ``**options`` to take those that you don't name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from handyhooks._checks import (
    check_callables,
    check_head,
    check_options_of,
    check_stages,
    check_template,
)
from handyhooks.errors import RecordError
from handyhooks.options import Option
from handyhooks.requests import Stages

__all__ = [
    "ANY",
    "NUMERICAL",
    "Column",
    "ColumnKind",
    "FenceMethod",
    "ImputationStrategy",
    "PlotKind",
    "ScoreMethod",
    "Template",
]

ColumnKind: TypeAlias = Literal["integer", "floating", "decimal", "boolean", "string", "date", "timestamp", "other"]
"""Kinds of column: Spark's types, as far as statistics treat them alike."""

NUMERICAL: Final[tuple[ColumnKind, ...]] = ("integer", "floating", "decimal")
ANY: Final[tuple[ColumnKind, ...]] = (*NUMERICAL, "boolean", "string", "date", "timestamp")

_KINDS: Final = (*ANY, "other")


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a record is told of a column.

    Attributes
    ----------
    name
        As the user wrote it: for labels, never for SQL.
    kind
        One of `ColumnKind`.
    type
        Spark's name of the type (``"decimal(10,2)"``).
    """

    name: str
    kind: ColumnKind
    type: str


Template: TypeAlias = "str | Callable[..., str]"
"""A SQL template; or ``template(columns, **options)`` where it depends on either."""


def _check_columns(record: Any) -> None:
    owner = f"{type(record).__name__} {record.name!r}"
    unknown = [kind for kind in record.accepts if kind not in _KINDS]
    if isinstance(record.accepts, str) or not record.accepts or unknown:
        raise RecordError(f"{owner}: `accepts` must be some of {', '.join(_KINDS)}; got {record.accepts!r}.")
    least, most = getattr(record, "columns", (1, 1))
    if least < 1 or (most is not None and most < least):
        raise RecordError(f"{owner}: `columns` must be (least, most) with 1 <= least <= most; got {(least, most)!r}.")


@dataclass(frozen=True, kw_only=True)
class FenceMethod:
    """An outlier method that gives each column a lower and an upper fence.

    A value is an outlier when it lies strictly outside of its fences. A method with fences also
    serves ``fence``, which caps.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line.
    stages
        What to ask; templates name the column ``{x}``.
    bounds
        ``bounds(answers, **options) -> (lower, upper)``; None on a side for no fence there, and
        on both where the answers don't say (a column without values).
    options, accepts
        Options, and kinds of column.
    """

    name: str
    summary: str
    stages: Stages
    bounds: Callable[..., tuple[float | None, float | None]]
    options: tuple[Option, ...] = ()
    accepts: tuple[ColumnKind, ...] = NUMERICAL

    def __post_init__(self) -> None:
        check_head(self)
        check_stages(self, check_options_of(self))
        check_callables(self, ["bounds"])
        _check_columns(self)


@dataclass(frozen=True, kw_only=True)
class ScoreMethod:
    """An outlier method that gives each row one score, from one or several columns.

    A row is an outlier when its score is greater than the cutoff. A row that misses any of the
    columns has no score, and is none.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line.
    stages
        What to ask; templates name the columns ``{x0}``, ``{x1}``, ...
    score
        SQL template of a number, over columns, answers and options. An answer that is a list is an
        ARRAY in SQL, from index 0: ``{center}[0]``.
    cutoff
        ``cutoff(answers, **options) -> float``; None where the answers don't say.
    columns
        Least and greatest number of columns; None for no greatest.
    options, accepts
        Options, and kinds of column.
    """

    name: str
    summary: str
    stages: Stages
    score: Template
    cutoff: Callable[..., float | None]
    columns: tuple[int, int | None] = (1, None)
    options: tuple[Option, ...] = ()
    accepts: tuple[ColumnKind, ...] = NUMERICAL

    def __post_init__(self) -> None:
        check_head(self)
        known = check_stages(self, check_options_of(self))
        if not callable(self.stages):
            check_template(self, self.score, known)
        check_callables(self, ["cutoff"])
        _check_columns(self)


@dataclass(frozen=True, kw_only=True)
class ImputationStrategy:
    """What to put where a column is missing.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line.
    stages
        What to ask. ``{x0}`` (or ``{x}``) is the column to fill; where `columns` allows more, the
        others follow it.
    fill
        SQL template of the value, over columns, answers, options and ``{row}``. The host casts it to
        the column's type. Null where the answers don't say.
    columns
        Least and greatest number of columns that are read, the filled one included.
    options, accepts
        Options, and kinds of column that can be filled.
    """

    name: str
    summary: str
    stages: Stages
    fill: Template
    columns: tuple[int, int | None] = (1, 1)
    options: tuple[Option, ...] = ()
    accepts: tuple[ColumnKind, ...] = ANY

    def __post_init__(self) -> None:
        check_head(self)
        known = check_stages(self, check_options_of(self))
        if not callable(self.stages):
            check_template(self, self.fill, known)
        _check_columns(self)


Limits: TypeAlias = "tuple[tuple[float, float] | None, tuple[float, float] | None]"


@dataclass(frozen=True, kw_only=True)
class PlotKind:
    """A plot: what to ask of Spark, and how to draw the answer.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line.
    stages
        What to ask, of each column (or set of columns) and stratum.
    data
        ``data(columns, answers, **options) -> record``: a small frozen dataclass of plain
        numbers, all that drawing needs. `columns` are `Column` objects. Imports no matplotlib.
    draw
        ``draw(ax, series, **style) -> artists``, where `series` is a list of pairs of a label (a stratum's
        clause, or a column's name) and what `data` gave. `style` is what the user passed beyond the options.
        Must not call pyplot or change limits that it does not have to.
    limits
        ``limits(data) -> (x, y)``, each a pair of numbers or None: what a panel needs to show. The panels of
        one figure share the union, so that strata can be compared. None leaves limits to matplotlib.
    example
        ``example(columns, **options) -> record``: what `data` might give, of a number or two. Where there is
        one and the user passes style, it is drawn on a figure that is thrown away before Spark is asked: a
        misspelt keyword is refused at once. None for no such trial.
    arrangement
        ``"panels"``: one Axes a stratum (or a column), each drawn with one pair.
        ``"together"``: all strata and columns in one Axes, drawn with one list.
    columns
        Least and greatest number of columns that one drawing takes.
    options, accepts
        Options, and kinds of column.
    """

    name: str
    summary: str
    stages: Stages
    data: Callable[..., Any]
    draw: Callable[..., Any]
    limits: Callable[[Any], Limits] | None = None
    example: Callable[..., Any] | None = None
    arrangement: Literal["panels", "together"] = "panels"
    columns: tuple[int, int | None] = (1, 1)
    options: tuple[Option, ...] = ()
    accepts: tuple[ColumnKind, ...] = NUMERICAL

    def __post_init__(self) -> None:
        check_head(self)
        check_stages(self, check_options_of(self))
        check_callables(self, ["data", "draw"], optional=["limits", "example"])
        _check_columns(self)
        if self.arrangement not in ("panels", "together"):
            raise RecordError(
                f"PlotKind {self.name!r}: `arrangement` must be 'panels' or 'together'; got {self.arrangement!r}."
            )


Answers: TypeAlias = Mapping[str, Any]
Series: TypeAlias = Sequence[tuple[str, Any]]
