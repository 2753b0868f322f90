"""What a handyspark record may ask of Spark, and the shape of each answer.

A request is either an aggregate written as a SQL template (a plain ``str``) or one of the
shapes below, for what no single aggregate says. A field that takes a number also takes a
``str``: the name of an earlier answer (``"low"``, ``"moments.count"``) or of an option.

Missing values (null, and NaN in floating columns) are no part of any answer: ``{x}`` stands for
the column with NaN turned into null, and shapes leave missing values out.

An aggregate of a decimal column may be a ``decimal.Decimal``, which Python does not mix with floats: write
``avg(double({x}))``, or ``float(answers["mean"])``.

Dates and timestamps come back as ``datetime.date`` and ``datetime.datetime``; where a shape
needs numbers (`Histogram`, `Grid`, `Moments`), they count as days since 1970-01-01 UTC, the unit of
matplotlib's date axes. Booleans count as 0 and 1 there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "Bins",
    "Counts",
    "Derived",
    "ExtremeValues",
    "Extremes",
    "Grid",
    "GridCounts",
    "Histogram",
    "MomentValues",
    "Moments",
    "Number",
    "Request",
    "Sample",
    "Shared",
    "Stage",
    "Stages",
    "Tally",
]

Number: TypeAlias = "float | str"
"""A number, or the name of an answer or option that holds one."""


@dataclass(frozen=True, kw_only=True)
class Bins:
    """Answer to `Histogram`: `edges` (n + 1 ascending numbers) and `counts` (n integers)."""

    edges: Sequence[float]
    counts: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Counts of the column's values between edges, as `numpy.histogram` gives them.

    Bins are closed on the left and open on the right, the last one closed on both sides;
    values outside all bins are not counted.

    Parameters
    ----------
    low, high
        Range of the bins. Ignored, as numpy does, when `bins` is a sequence. Where either is
        None (a column without values) there are no bins: both sequences come back empty.
        Where they are equal, half a unit is added on either side.
    bins
        Number of bins of equal width, or their ascending edges; or the name of either.
    column
        Which of the record's columns, by position.
    """

    low: Number | None = None
    high: Number | None = None
    bins: int | str | Sequence[float] = 10
    column: int = 0


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Answer to `Counts`.

    Attributes
    ----------
    values
        The values of the column's own type, most frequent first, ties in ascending order.
    counts
        How often each occurs.
    other
        How many rows hold values that were left out by `Counts.top`.
    missing
        How many rows hold no value.
    """

    values: Sequence[Any]
    counts: Sequence[int]
    other: int = 0
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How often each value of the column occurs.

    Parameters
    ----------
    top
        Keep this many of the most frequent values; None keeps all.
    common
        Choose them by their counts in all strata together, so that each stratum has the same ones; else
        each stratum has its own.
    column
        Which of the record's columns, by position.
    """

    top: int | str | None = None
    common: bool = False
    column: int = 0


@dataclass(frozen=True, kw_only=True)
class GridCounts:
    """Answer to `Grid`: edges along both columns, and `counts[i][j]` (x bin i, y bin j)."""

    x_edges: Sequence[float]
    y_edges: Sequence[float]
    counts: Sequence[Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Counts of two columns' pairs in a grid of cells, as `numpy.histogram2d` gives them.

    Rows that miss either value are left out. Ranges follow the rules of `Histogram`.

    Parameters
    ----------
    x_low, x_high, y_low, y_high
        Ranges along the two columns.
    bins
        Number of bins along each; or a pair, the first for x and the second for y, of numbers of
        bins or sequences of edges; or the name of either.
    columns
        The two columns, by position.
    """

    x_low: Number
    x_high: Number
    y_low: Number
    y_high: Number
    bins: int | str | tuple[Any, Any] = 30
    columns: tuple[int, int] = (0, 1)


@dataclass(frozen=True, kw_only=True)
class ExtremeValues:
    """Answer to `Extremes`: `lowest` ascending and `highest` descending, duplicates kept."""

    lowest: Sequence[Any]
    highest: Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Extremes:
    """The smallest and the largest values of the column.

    Parameters
    ----------
    n
        How many on either side, at most; or the name of an answer or option.
    below, above
        Only values under `below` are candidates for the lowest, and only those over `above` for
        the highest; None for no such bound. Numbers or names.
    column
        Which of the record's columns, by position.
    """

    n: int | str
    below: Number | None = None
    above: Number | None = None
    column: int = 0


@dataclass(frozen=True, kw_only=True)
class MomentValues:
    """Answer to `Moments`, over the rows where no column is missing.

    Attributes
    ----------
    count
        Number of such rows.
    means
        Mean of each column; None where `count` is 0.
    comoments
        Square matrix of sums of products of deviations from the means: divide by
        ``count - 1`` for the sample covariance. None where `count` is 0.
    """

    count: int
    means: Sequence[float | None]
    comoments: Sequence[Sequence[float | None]]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Means and co-moments of all columns of the record.

    Parameters
    ----------
    where
        A condition as a SQL template over columns, options and earlier answers: only rows
        that meet it count (a trimmed or reweighted second stage, for one).
    """

    where: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Rows drawn without replacement by a hash of the row and the seed.

    The answer is a list of tuples, one value a column of the record, None where missing: at most `n`
    rows per stratum, the same however the data are partitioned.

    Parameters
    ----------
    n, seed
        Numbers, or names of options.
    complete
        Leave out rows that miss any of the record's columns.
    """

    n: int | str
    seed: int | str = 0
    complete: bool = True


@dataclass(frozen=True)
class Derived:
    """An answer worked out on the driver: it costs no pass.

    Parameters
    ----------
    function
        ``function(answers, **options)``, called once per stratum (and column) after the queries of its stage, with
        everything that is known by then. Derived answers of one stage see those above them.
    """

    function: Callable[..., Any]


@dataclass(frozen=True)
class Shared:
    """An answer worked out on the driver from all strata, and the same for each of them.

    Parameters
    ----------
    function
        ``function(every, **options)``, where `every` is the list of the strata's answers so far, in strata
        order: common edges for the histograms of all strata, for one. Without strata there is
        one element.
    """

    function: Callable[..., Any]


Request: TypeAlias = "str | Histogram | Counts | Grid | Extremes | Moments | Sample | Derived | Shared"
"""One question: a SQL template of an aggregate, or a shape."""

Stage: TypeAlias = Mapping[str, Request]
"""Requests by the names of their answers, all answered in one pass over the data."""

Stages: TypeAlias = "tuple[Stage, ...] | Callable[..., tuple[Stage, ...]]"
"""The passes; or ``stages(columns, **options)`` where they depend on either."""
