"""Edges of bins, and the SQL that finds a value's bin exactly as NumPy does."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.errors import InvalidValueError
from handyspark.quoting import literal

if TYPE_CHECKING:
    from handyspark.planner.frame import Projection

__all__ = ["as_number", "bin_sql", "edges_between"]

_EPOCH = dt.datetime(1970, 1, 1)
_DAY = dt.timedelta(days=1)


def as_number(value: Any) -> float | None:
    """A value of a column as the DOUBLE that it is binned by: dates in days since 1970 UTC."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, dt.datetime):
        naive = value if value.tzinfo is None else value.astimezone(dt.timezone.utc).replace(tzinfo=None)
        return (naive - _EPOCH) / _DAY
    if isinstance(value, dt.date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, (int, decimal.Decimal, np.number)):
        return float(value)
    raise InvalidValueError(f"{value!r} is no number to bin by.")


def edges_between(low: Any, high: Any, bins: Any, *, owner: str) -> list[float]:
    """Edges as `numpy.histogram_bin_edges` gives them; none where there is no range.

    Raises
    ------
    InvalidValueError
        The edges don't ascend, or the range is not finite.
    """
    if not isinstance(bins, (int, np.integer)):
        edges = [as_number(edge) for edge in bins]
        if len(edges) < 2 or any(b is None or a is None or not a <= b for a, b in pairwise(edges)):
            raise InvalidValueError(f"The edges of {owner} must ascend, and be two at least; got {list(bins)!r}.")
        return [edge for edge in edges if edge is not None]
    first, last = as_number(low), as_number(high)
    if first is None or last is None:
        return []
    if not (math.isfinite(first) and math.isfinite(last)):
        raise InvalidValueError(f"The range of {owner} must be finite; got {first} to {last}.")
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.histogram_bin_edges([], bins=int(bins), range=(first, last))
    except ValueError:
        found = np.array([math.nan])
    # NumPy 1 gives edges that don't ascend; NumPy 2 refuses them itself.
    if not (np.isfinite(found).all() and (found[:-1] < found[1:]).all()):
        raise InvalidValueError(
            f"{owner} can't cut {first!r} to {last!r} into {int(bins):,} bins: floating-point numbers are too coarse "
            "there, or end before. Take fewer bins, or subtract or divide by something first."
        )
    return [float(edge) for edge in found]


def bin_sql(projection: Projection, value: str, edges: Sequence[Sequence[float]]) -> str:
    """SQL of the bin, from 0 on, that a DOUBLE falls in; null outside of all.

    Parameters
    ----------
    projection
        Where intermediate values get names.
    value
        Short name of the DOUBLE.
    edges
        Ascending edges, by stratum.
    """
    at = _by_stratum(projection, [literal(list(of)) if of else "cast(NULL as array<double>)" for of in edges])
    last = _by_stratum(projection, [f"{len(of) - 1}" for of in edges])
    # Not at[0]: under ANSI mode Spark evaluates that for rows without a bin too, and fails.
    first, final = f"get({at}, 0)", f"get({at}, {last})"
    if not all(_even(of) for of in edges):
        return projection.computed(
            f"CASE WHEN {value} >= {first} AND {value} <= {final}"
            f" THEN least(size(filter({at}, edge -> edge <= {value})), {last}) - 1 END"
        )
    # NumPy's way: estimate the bin by division, then mend it by comparing with the edges themselves.
    guess = projection.computed(
        f"CASE WHEN {value} >= {first} AND {value} <= {final} THEN "
        f"least(cast(({value} - {first}) / ({final} - {first}) * {last} as int), {last} - 1) END"
    )
    return projection.finished(
        f"CASE WHEN {value} < get({at}, {guess}) THEN {guess} - 1"
        f" WHEN {guess} < {last} - 1 AND {value} >= get({at}, {guess} + 1) THEN {guess} + 1 ELSE {guess} END"
    )


def _by_stratum(projection: Projection, literals: Sequence[str]) -> str:
    return literals[0] if len(set(literals)) == 1 else projection.by_stratum(literals)


def _even(edges: Sequence[float]) -> bool:
    if len(edges) < 2 or not edges[0] < edges[-1]:
        return not edges
    return bool(np.array_equal(edges, np.linspace(edges[0], edges[-1], len(edges))))
