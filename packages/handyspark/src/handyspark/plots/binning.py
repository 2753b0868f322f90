"""Bins of a histogram: what users may ask for."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.arguments import whole_number
from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.planner.shapes.edges import as_number
from handyspark.plots.bin_rules import MOST_BINS, RULES

if TYPE_CHECKING:
    from handyhooks import Column

__all__ = ["as_double", "checked_bins", "checked_range"]


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
    if not hasattr(bins, "__index__"):
        raise InvalidTypeError(
            f"The `bins` of {owner} must be an integer, edges, or the name of a rule ({', '.join(map(repr, RULES))}); "
            f"got {bins!r}."
        )
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
