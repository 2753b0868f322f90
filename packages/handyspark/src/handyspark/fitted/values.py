"""Fitted values as users see them."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handyspark.errors import ColumnNotFoundError, near

if TYPE_CHECKING:
    from handyspark.fitted.rules import Step

__all__ = ["FittedValues", "values_of"]


class FittedValues(dict[str, Any]):
    """Fitted values by column and, for those that were fitted in strata, by the stratum's clause and column.

    A dictionary in every respect; besides, subscribing it by a column that was fitted in strata gives a dictionary
    of its values by clause. That column is no key: ``in``, `get` and iteration know nothing of it.
    """

    def __init__(self, values: dict[str, Any], by_column: dict[str, dict[str, Any]]) -> None:
        super().__init__(values)
        self._by_column = by_column

    def __missing__(self, key: str) -> Any:
        if key in self._by_column:
            return dict(self._by_column[key])
        raise ColumnNotFoundError(f"Nothing was fitted for {key!r}.{near(str(key), [*self._by_column, *self])}")

    def to_dict(self) -> dict[str, Any]:
        """Give a plain dictionary that can be written as JSON: dates in ISO 8601, decimals as text."""
        return {key: _plain(value) for key, value in self.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def values_of(steps: Sequence[Step]) -> FittedValues:
    """Gather what steps hold; of two values of one column in one stratum, the later."""
    values: dict[str, Any] = {}
    by_column: dict[str, dict[str, Any]] = {}
    for step in steps:
        if step.strata is None:
            values.update({rule.column.name: rule.shown(0) for rule in step.rules})
            continue
        for ordinal, clause in enumerate(step.clauses):
            own = {rule.column.name: rule.shown(ordinal) for rule in step.rules}
            values[clause] = {**values.get(clause, {}), **own}
            for name, value in own.items():
                by_column.setdefault(name, {})[clause] = value
    return FittedValues(values, by_column)
