"""Quantiles: one sketch a column, however many quantiles of it are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handyspark.planner.families.aggregates import aggregates
from handyspark.quoting import literal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["quantiles"]


def quantiles(
    frame: DataFrame, group: Sequence[str], items: Sequence[tuple[str, float, int]], most: int | None = None
) -> list[dict[tuple[Any, ...], Any]]:
    """Answer quantiles.

    Parameters
    ----------
    frame
        A projection.
    group
        Columns to group by; none for all rows together.
    items
        Triples: SQL of the column, share from 0 to 1, accuracy of `percentile_approx`.
    most
        Groups to bring at most; None for all.

    Returns
    -------
    list of dict
        For each item, its value by the group.
    """
    shares: dict[tuple[str, int], list[float]] = {}
    for sql, share, accuracy in items:
        wanted = shares.setdefault((sql, accuracy), [])
        if share not in wanted:
            wanted.append(share)
    sketches = [
        f"percentile_approx({sql}, {literal(wanted)}, {accuracy})" for (sql, accuracy), wanted in shares.items()
    ]
    answers = dict(zip(shares, aggregates(frame, group, sketches, most), strict=True))
    return [
        {
            key: values[shares[sql, accuracy].index(share)] if values else None
            for key, values in answers[sql, accuracy].items()
        }
        for sql, share, accuracy in items
    ]
