"""Spark columns as the pandas Series they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyspark.sql import functions as F

from handyspark.schema import kind_of

if TYPE_CHECKING:
    from pyspark.sql import Column
    from pyspark.sql import types as T

__all__ = ["DTYPES", "Operand", "micros", "micros_of_day", "moment", "operand"]

DTYPES: Final = {
    "integer": "Int64",
    "floating": "Float64",
    "boolean": "boolean",
    "string": "string[python]",
    "datetime": "datetime64[us]",
    "moment": "datetime64[us, UTC]",
}
"""The pandas dtype that each kind of column stands for. Those of one kind share it, whatever their width."""

_OF_KIND: Final = {"decimal": "floating", "date": "datetime", "timestamp": "datetime"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Operand:
    """A column and the pandas dtype it stands for.

    Attributes
    ----------
    label
        What users call it.
    column
        Integers as BIGINT, other numbers as DOUBLE whose NaN is null; anything else as it is.
    data_type
        Spark's type.
    kind
        A key of `DTYPES`, or ``"other"``.
    """

    label: str
    column: Column
    data_type: T.DataType
    kind: str

    @property
    def compared(self) -> Column:
        """The column in a type that compares as pandas compares: of moments what a clock shows."""
        return self.column.cast("timestamp_ntz") if self.kind == "datetime" else self.column

    def parts(self) -> list[Column]:
        """What is sent to a pandas UDF: values and, where pandas would make floats of them, which are missing."""
        if self.kind in ("datetime", "moment"):
            clock = micros(self.column) if self.kind == "datetime" else F.unix_micros(self.column)
            return [F.coalesce(clock, F.lit(0).cast("bigint")), F.isnull(self.column)]
        if self.kind in ("integer", "boolean"):
            zero = F.lit(0).cast("bigint") if self.kind == "integer" else F.lit(False)
            return [F.coalesce(self.column, zero), F.isnull(self.column)]
        return [self.column]


def operand(label: str, column: Column, data_type: T.DataType) -> Operand:
    """Make an operand of a column of a Spark type."""
    kind = _OF_KIND.get(kind_of(data_type), kind_of(data_type))
    if kind == "integer":
        column = column.cast("bigint")
    elif kind == "floating":
        double = column.cast("double")
        column = F.nanvl(double, F.lit(None).cast("double"))
    return Operand(label=label, column=column, data_type=data_type, kind=kind if kind in DTYPES else "other")


def micros(column: Column) -> Column:
    """Microseconds since 1970 that a wall clock shows: of a TIMESTAMP, one in the session's time zone."""
    days = F.unix_date(column.cast("date"))
    return days.cast("bigint") * 86_400_000_000 + micros_of_day(column)


def micros_of_day(column: Column) -> Column:
    """Microseconds since midnight that a wall clock shows."""
    seconds = (F.hour(column) * 60 + F.minute(column)) * 60
    fraction = (F.date_part(F.lit("SECOND"), column) * 1_000_000).cast("bigint")
    return seconds.cast("bigint") * 1_000_000 + fraction


def moment(micros: Column, data_type: T.DataType) -> Column:
    """The moment of a type at which a wall clock shows so many microseconds since 1970."""
    zero = F.lit(0)
    seconds = micros.cast("decimal(20, 0)") / F.lit(1_000_000).cast("decimal(7, 0)")
    interval = F.make_dt_interval(zero, zero, zero, seconds.cast("decimal(18, 6)"))
    return (F.lit("1970-01-01 00:00:00").cast("timestamp_ntz") + interval).cast(data_type)
