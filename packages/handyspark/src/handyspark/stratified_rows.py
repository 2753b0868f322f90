"""Rows of strata: the first ones of each, a sample, what is left without duplicates. Always one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handyspark.quoting import identifier

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.planner import Source
    from handyspark.strata import Strata

__all__ = ["first_rows", "in_strata", "without_duplicates"]

_KEY = "handyspark key {}"
_PLACE = "handyspark place"


def in_strata(source: Source, strata: Strata) -> DataFrame:
    """Rows that belong to a stratum, in strata order."""
    keyed, keys = _keyed(source, strata)
    return keyed.orderBy(*map(identifier, keys)).drop(*keys)


def first_rows(source: Source, strata: Strata, n: int) -> DataFrame:
    """First `n` rows of each stratum in the frame's own order, strata by strata.

    Within Spark each partition keeps its own first rows of a stratum, and only these are exchanged.
    """
    keyed, keys = _keyed(source, strata)
    by = ", ".join(map(identifier, keys))
    placed = keyed.selectExpr("*", f"monotonically_increasing_id() AS {identifier(_PLACE + ' id')}").selectExpr(
        "*",
        f"row_number() OVER (PARTITION BY {by} ORDER BY {identifier(_PLACE + ' id')}) AS {identifier(_PLACE)}",
    )
    kept = placed.where(f"{identifier(_PLACE)} <= {int(n)}")
    return kept.orderBy(*map(identifier, [*keys, _PLACE])).drop(*keys, _PLACE, _PLACE + " id")


def without_duplicates(source: Source, strata: Strata, subset: Sequence[str] | None) -> DataFrame:
    """One row of each stratum for each combination of values in some columns (all of them for None)."""
    keyed, keys = _keyed(source, strata)
    columns = list(source.df.columns if subset is None else subset)
    return keyed.dropDuplicates([*columns, *keys]).orderBy(*map(identifier, keys)).drop(*keys)


def _keyed(source: Source, strata: Strata) -> tuple[DataFrame, list[str]]:
    keys = [_KEY.format(position) for position in range(len(strata.keys))]
    named: list[Any] = [f"{sql} AS {identifier(key)}" for sql, key in zip(strata.key_sql, keys, strict=True)]
    present = " AND ".join(f"{identifier(key)} IS NOT NULL" for key in keys)
    return source.df.selectExpr("*", *named).where(present), keys
