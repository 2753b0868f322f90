"""Bins of a histogram: what users may ask for, and NumPy's rules for their number, from summaries alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.arguments import whole_number
from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.planner.shapes.edges import as_number

if TYPE_CHECKING:
    from handyhooks import Column

__all__ = [
    "MOST_BINS",
    "QUANTILE_RULES",
    "RULES",
    "SHARES",
    "as_double",
    "checked_bins",
    "checked_range",
    "number_of_bins",
]

MOST_BINS: Final = 10_000

RULES: Final = ("auto", "fd", "scott", "sturges", "sqrt", "rice", "doane")
"""Those of `numpy.histogram_bin_edges` that summaries tell; its ``'stone'`` needs all values."""

QUANTILE_RULES: Final = ("auto", "fd")

SHARES: Final = 1_000
"""Quantiles of each stratum, from which those of all strata together are put together."""

_WHOLE: Final = ("integer", "date")


def checked_bins(bins: Any, column: Column, owner: str) -> Any:
    """Give a number of bins, the name of a rule, or a tuple of edges.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        It is none of these, or out of bounds.
    """
    if isinstance(bins, str):
        if bins not in RULES:
            raise InvalidValueError(
                f"The `bins` of {owner} must be an integer, edges, or one of {', '.join(map(repr, RULES))}; "
                f"got {bins!r}.{near(bins, RULES)}"
            )
        return bins
    if isinstance(bins, (Sequence, np.ndarray)) or hasattr(bins, "to_numpy"):
        edges = tuple(as_double(edge, column, f"An edge of {owner}") for edge in bins)
        if not 2 <= len(edges) <= MOST_BINS + 1 or any(a > b for a, b in pairwise(edges)):
            raise InvalidValueError(
                f"The edges given as `bins` of {owner} must ascend, and be 2 to {MOST_BINS + 1:,}; got {bins!r}."
            )
        return edges
    return whole_number(bins, "bins", owner, least=1, most=MOST_BINS)


def checked_range(given: Any, column: Column, owner: str) -> tuple[float, float] | None:
    """Give the two ends of a range as the numbers that a column is binned by.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        There are not two, or they don't ascend.
    """
    if given is None:
        return None
    if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != 2:
        raise InvalidTypeError(f"The `range` of {owner} must be a pair, lowest and highest; got {given!r}.")
    low, high = (as_double(end, column, f"The `range` of {owner}") for end in given)
    if low > high:
        raise InvalidValueError(f"The `range` of {owner} must ascend; got {given!r}.")
    return low, high


def as_double(value: Any, column: Column, what: str) -> float:
    """Give a bound as a number: of dates and timestamps in days since 1970.

    Raises
    ------
    InvalidTypeError
        It is no date where the column holds dates, or no number where it holds numbers.
    InvalidValueError
        It is not finite.
    """
    timed = column.kind in ("date", "timestamp")
    right = isinstance(value, dt.date) if timed else _is_number(value)
    if not right:
        wanted = "a date or datetime" if timed else "a number"
        raise InvalidTypeError(f"{what} must be {wanted} for the column {column.name!r}; got {value!r}.")
    number = as_number(value) if timed else float(value)
    if number is None or not math.isfinite(number):
        raise InvalidValueError(f"{what} must be finite; got {value!r}.")
    return number


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, (bool, np.bool_, str, np.ndarray))


def number_of_bins(
    rule: str, column: Column, bounds: tuple[float, float] | None, owner: str
) -> Callable[[Sequence[Mapping[str, Any]]], int]:
    """Give the function that works out how many bins a rule wants for all strata together.

    The formulas are those of `numpy.histogram_bin_edges`; quartiles are `numpy.quantile`'s by ``'inverted_cdf'``.

    Parameters
    ----------
    rule
        One of `RULES`.
    column
        The column.
    bounds
        The range that was asked for; None for that of the data.
    owner
        For the error.
    """

    def function(every: Sequence[Mapping[str, Any]]) -> int:
        known = [answers for answers in every if answers["n"]]
        if not known:
            return 1
        low, high = min(answers["low_in"] for answers in known), max(answers["high_in"] for answers in known)
        width = _WIDTHS[rule](known, high - low)
        if not width > 0:
            return 1
        if column.kind in _WHOLE:
            width = max(width, 1.0)
        first, last = bounds or (low, high)
        bins = math.ceil((last - first or 1.0) / width)
        if bins > MOST_BINS:
            raise InvalidValueError(
                f"The rule {rule!r} asks {owner} for {bins:,} bins of the column {column.name!r}; at most "
                f"{MOST_BINS:,} are drawn. Give their number, or a `range`."
            )
        return max(bins, 1)

    return function


def _size(known: Sequence[Mapping[str, Any]]) -> int:
    return int(sum(answers["n"] for answers in known))


def _central(known: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Standard deviation and skewness of all strata together, from those of each."""
    n = _size(known)
    mean = sum(answers["n"] * answers["mean"] for answers in known) / n
    second = third = 0.0
    for answers in known:
        size, away, deviation = answers["n"], answers["mean"] - mean, answers["deviation"]
        second += size * (deviation**2 + away**2)
        skewness = answers.get("skewness") or 0.0
        skewness = 0.0 if math.isnan(skewness) else skewness
        third += size * (skewness * deviation**3 + 3 * away * deviation**2 + away**3)
    deviation = math.sqrt(second / n)
    return deviation, third / n / deviation**3 if deviation > 0 else 0.0


def _quartile_range(known: Sequence[Mapping[str, Any]]) -> float:
    """Third less first quartile of all strata, each value at a quantile standing for its share of the stratum."""
    pairs = sorted(
        (float(value), answers["n"]) for answers in known for value in answers["quantiles"][1:]
    )  # the quantile at 0 stands for no share of its own
    reached = np.cumsum([weight for _, weight in pairs])
    total = _size(known) * SHARES
    first, third = (pairs[int(np.searchsorted(reached, total * part // 4))][0] for part in (1, 3))
    return third - first


def _sturges(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return spread / (math.log2(_size(known)) + 1)


def _sqrt(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return spread / math.sqrt(_size(known))


def _rice(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return float(spread / (2 * _size(known) ** (1 / 3)))


def _scott(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return float((24 * math.sqrt(math.pi) / _size(known)) ** (1 / 3) * _central(known)[0])


def _doane(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    n = _size(known)
    deviation, skewness = _central(known)
    if n <= 2 or not deviation > 0:
        return 0.0
    expected = math.sqrt(6 * (n - 2) / ((n + 1) * (n + 3)))
    return spread / (1 + math.log2(n) + math.log2(1 + abs(skewness) / expected))


def _fd(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return float(2 * _quartile_range(known) * _size(known) ** (-1 / 3))


def _auto(known: Sequence[Mapping[str, Any]], spread: float) -> float:
    return min(max(_fd(known, spread), _sqrt(known, spread) / 2), _sturges(known, spread))


_WIDTHS: Final[Mapping[str, Callable[[Sequence[Mapping[str, Any]], float], float]]] = {
    "auto": _auto,
    "fd": _fd,
    "scott": _scott,
    "sturges": _sturges,
    "sqrt": _sqrt,
    "rice": _rice,
    "doane": _doane,
}
