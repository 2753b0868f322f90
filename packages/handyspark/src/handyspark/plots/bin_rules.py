"""NumPy's rules for the number of bins, from summaries alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import Derived
from handyspark.errors import InvalidValueError
from handyspark.plots.ranges import number, require_span
from handyspark.quoting import literal

if TYPE_CHECKING:
    from handyhooks import Column

__all__ = ["MOST_BINS", "RULES", "number_of_bins", "summaries"]

MOST_BINS: Final = 10_000

RULES: Final = ("auto", "fd", "scott", "sturges", "sqrt", "rice", "doane")
"""Those of `numpy.histogram_bin_edges` that summaries tell; its ``'stone'`` needs all values."""

_SHARES: Final = 1_000
"""Quantiles of each stratum, from which those of all strata together are put together."""

_WHOLE: Final = ("integer", "date")


def summaries(column: Column, rule: str, bounds: tuple[float, float] | None) -> dict[str, Any]:
    """Ask for what a rule reads, among it ``low_in`` and ``high_in``, the ends of the values within the bounds."""
    value = number(column, "x")
    if bounds is not None:
        value = f"CASE WHEN {value} BETWEEN {literal(bounds[0])} AND {literal(bounds[1])} THEN {value} END"
    asked: dict[str, Any] = {"n": f"count({value})"}
    if rule in ("auto", "fd"):
        # Written out: Spark wants shares foldable, and a lambda is not. The ends are in the sketch, in the same pass.
        shares = f"array({', '.join(f'{i / _SHARES}D' for i in range(_SHARES + 1))})"
        return asked | {
            "quantiles": f"percentile_approx({value}, {shares}, 10000)",
            "low_in": Derived(lambda answers, **given: (answers["quantiles"] or [None])[0]),
            "high_in": Derived(lambda answers, **given: (answers["quantiles"] or [None])[-1]),
        }
    asked |= {"low_in": f"min({value})", "high_in": f"max({value})"}
    if rule in ("scott", "doane"):
        asked |= {"mean": f"avg({value})", "deviation": f"stddev_pop({value})"}
    if rule == "doane":
        asked["skewness"] = f"skewness({value})"
    return asked


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
        width = _WIDTHS[rule](known, require_span(low, high))
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
    total = _size(known) * _SHARES
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
