"""The hash of a row: the same wherever the row lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handyspark.schema import ColumnRef

__all__ = ["row_hash_sql"]


def row_hash_sql(columns: Iterable[ColumnRef]) -> str:
    """SQL of the hash of some columns; maps and variants have none and are left out."""
    names = [column.sql for column in columns if not _has_no_hash(column)]
    # Hashing passes over nulls: with a flag beside each value, (1, null) and (null, 1) differ.
    return f"xxhash64({', '.join(f'{name}, {name} IS NULL' for name in names)})"


def _has_no_hash(column: ColumnRef) -> bool:
    data_type = column.data_type.simpleString()
    return "map<" in data_type or "variant" in data_type
