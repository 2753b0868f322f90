"""Rules: which cells change, and into what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks.templates import ROW, placeholders
from handyspark.fitted.bounds import caps
from handyspark.planner.render import render
from handyspark.schema import ColumnRef

if TYPE_CHECKING:
    from pyspark.sql import types as T

    from handyspark.fitted.lookup import Lookup
    from handyspark.fitted.origins import Origin
    from handyspark.strata import Strata

__all__ = ["LOWER", "UPPER", "VALUE", "Fence", "Fill", "Rule", "Step"]

VALUE: Final = "value"
LOWER: Final = "lower"
UPPER: Final = "upper"


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What becomes of one column.

    Attributes
    ----------
    column
        The column, of the type that it has before.
    values
        By name, fitted values, one a stratum; None where there is none.
    data_type
        The column's type afterwards.
    origin
        What made it.
    """

    column: ColumnRef
    values: Mapping[str, Sequence[Any]]
    data_type: T.DataType
    origin: Origin

    @property
    def reads(self) -> tuple[ColumnRef, ...]:
        """Columns that it needs."""
        return (self.column,)

    @property
    def reads_row(self) -> bool:
        """Whether it needs the whole row."""
        return False

    @property
    def adds(self) -> tuple[str, ...]:
        """Names of the columns that it adds."""
        return ()

    @abstractmethod
    def sql(self, lookup: Lookup, row: str) -> str:
        """SQL of the column afterwards; `row` is that of the row's hash."""

    @abstractmethod
    def shown(self, ordinal: int) -> Any:
        """What users see of it in one stratum."""


@dataclass(frozen=True, kw_only=True)
class Fill(Rule):
    """A value where the column is missing.

    Attributes
    ----------
    template
        SQL template of the value, over the column, `others`, `values` and the row's hash.
    others
        Columns that are read besides.
    indicator
        Name of the column that keeps which cells were missing; None for none.
    """

    template: str = f"{{{VALUE}}}"
    others: tuple[ColumnRef, ...] = ()
    indicator: str | None = None

    @property
    def reads(self) -> tuple[ColumnRef, ...]:
        """Columns that it needs."""
        return (self.column, *self.others)

    @property
    def reads_row(self) -> bool:
        """Whether it needs the whole row."""
        return ROW in placeholders(self.template)

    @property
    def adds(self) -> tuple[str, ...]:
        """Names of the columns that it adds."""
        return (self.indicator,) if self.indicator else ()

    def sql(self, lookup: Lookup, row: str) -> str:
        """SQL of the column, filled; as it was where there is nothing to fill it with."""
        if all(value is None for of_name in self.values.values() for value in of_name):
            return self.column.sql
        columns = [column.clean_sql for column in self.reads]
        data_type = self.data_type.simpleString()
        if self.template == f"{{{VALUE}}}":
            value = f"cast({lookup.of(self.values[VALUE])} as {data_type})"
        else:
            text = render(
                self.template, columns=columns, value=lambda name: lookup.agreed(self.values[name]), row=lambda: row
            )
            value = lookup.where_known(f"try_cast(({text}) as {data_type})")
        return f"coalesce({', '.join(dict.fromkeys([self.column.clean_sql, value, self.column.sql]))})"

    def shown(self, ordinal: int) -> Any:
        """The value; or everything that is needed to work it out from the row, by name."""
        if self.template == f"{{{VALUE}}}":
            return self.values[VALUE][ordinal]
        return {name: values[ordinal] for name, values in self.values.items()}


@dataclass(frozen=True, kw_only=True)
class Fence(Rule):
    """A lower and an upper fence: values outside are set to them. Values that are missing stay so."""

    def sql(self, lookup: Lookup, row: str) -> str:
        """SQL of the column, fenced."""
        lower, upper = (lookup.of(side) for side in caps(self.values[LOWER], self.values[UPPER], self.data_type))
        value, data_type = self.column.clean_sql, self.data_type.simpleString()
        # Of nulls `greatest` and `least` take no notice: not of fences that are none, nor of a value that is missing.
        capped = value
        for function, cap in (("greatest", lower), ("least", upper)):
            capped = f"{function}(cast({capped} as {data_type}), cast({cap} as {data_type}))"
        return f"if({value} IS NULL, cast({self.column.sql} as {data_type}), {capped})"

    def shown(self, ordinal: int) -> list[Any]:
        """Lower and upper fence; None for no fence on a side."""
        return [self.values[LOWER][ordinal], self.values[UPPER][ordinal]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Rules that were fitted together.

    Attributes
    ----------
    frame
        Columns of the frame that they were fitted on.
    rules
        At most one a column.
    strata
        What rows are grouped by; None for all rows together.
    keys
        The strata; one empty key without strata.
    clauses
        What each is shown as; empty without strata.
    """

    frame: T.StructType
    rules: tuple[Rule, ...]
    strata: Strata | None
    keys: tuple[tuple[Any, ...], ...]
    clauses: tuple[str, ...]

    @property
    def reads(self) -> tuple[ColumnRef, ...]:
        """Columns that the rules and the strata need."""
        keys = [key.column for key in self.strata.keys] if self.strata else []
        return tuple(dict.fromkeys([*keys, *(column for rule in self.rules for column in rule.reads)]))

    @property
    def reads_row(self) -> bool:
        """Whether a rule needs the whole row."""
        return any(rule.reads_row for rule in self.rules)

    @property
    def adds(self) -> tuple[str, ...]:
        """Names of the columns that the rules add."""
        return tuple(name for rule in self.rules for name in rule.adds)
