"""SQL of fitted values: a literal, or one of several by the stratum that a row falls into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handyspark.ordinals import ordinal_sql
from handyspark.quoting import array, identifier, literal

if TYPE_CHECKING:
    from handyspark.schema import Schema
    from handyspark.strata import Strata

__all__ = ["Lookup", "helper_name", "stratum_sql"]


def stratum_sql(strata: Strata, keys: Sequence[tuple[Any, ...]]) -> str:
    """SQL of the number of the stratum that a row falls into; null for none of them."""
    parts = strata.key_sql
    return ordinal_sql(strata.key_types, keys, lambda position: f"({parts[position]})")


def helper_name(schema: Schema) -> str:
    """Name for a column that holds this number for a while: one that no other column bears."""
    taken = {name.casefold() for name in schema.names}
    name = "handyspark stratum"
    while name in taken:
        name += "_"
    return name


class Lookup:
    """Finds fitted values by the row's stratum.

    Parameters
    ----------
    helper
        Name of the column that holds the stratum's number; None for all rows together.
    """

    def __init__(self, helper: str | None) -> None:
        self._ordinal = None if helper is None else identifier(helper)

    def of(self, values: Sequence[Any]) -> str:
        """SQL of the row's value among those of the strata; null where it belongs to none of them."""
        if self._ordinal is None:
            return literal(values[0])
        return f"get({array(values)}, {self._ordinal})" if values else "NULL"

    def agreed(self, values: Sequence[Any]) -> str:
        """SQL of the row's value within `where_known`: of what all strata agree on, once."""
        literals = {literal(value) for value in values}
        return literals.pop() if len(literals) == 1 else self.of(values)

    def where_known(self, sql: str) -> str:
        """SQL that is null where the row belongs to none of the strata."""
        return sql if self._ordinal is None else f"CASE WHEN {self._ordinal} IS NOT NULL THEN {sql} END"
