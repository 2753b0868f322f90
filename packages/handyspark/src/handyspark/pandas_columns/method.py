"""The record of one pandas method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pyspark.sql import Column

    from handyspark.pandas_columns.operands import Operand

__all__ = ["ALL", "AS_PANDAS", "NUMBERS", "SAME", "Method", "Native"]

Native = Callable[["Operand", dict[str, Any]], "Column | None"]
"""The Spark expression of a call, given its arguments by name; None where pandas has to be asked."""

AS_PANDAS: Final = "as pandas"
"""The result has the Spark type for the dtype that pandas gives."""

SAME: Final = "as the column"
"""The result has the type of the column: DATE, TIMESTAMP or TIMESTAMP_NTZ."""

NUMBERS: Final = ("integer", "floating", "boolean")
ALL: Final = (*NUMBERS, "string", "datetime")


@dataclass(frozen=True, kw_only=True)
class Method:
    """One row of the table of methods.

    Attributes
    ----------
    name
        As pandas calls it.
    returns
        Spark's type of the result, `SAME` or `AS_PANDAS`.
    native
        The Spark expression, where there is one.
    when
        For which arguments there is one; empty for all.
    kinds
        Kinds of column that it takes.
    lists
        Parameters that take lists.
    columns
        Parameters that take a Spark column.
    attribute
        It is read, not called.
    through
        Where pandas does it: the accessor ``"dt"``, or ``"index"`` for what chooses rows by their index; nothing where
        the table is.
    zoned
        A TIMESTAMP is a moment to it, and not what a clock shows.
    tried
        A call on a made-up value shows what is wrong with the arguments.
    """

    name: str
    returns: str
    native: Native | None = None
    when: str = ""
    kinds: tuple[str, ...] = ALL
    lists: frozenset[str] = field(default_factory=frozenset)
    columns: frozenset[str] = field(default_factory=frozenset)
    attribute: bool = False
    through: str = ""
    zoned: bool = False
    tried: bool = True

    @property
    def way(self) -> str:
        """How it is computed, for people."""
        if self.native is None:
            return "pandas UDF"
        return f"native {self.when}; else pandas UDF" if self.when else "native"
