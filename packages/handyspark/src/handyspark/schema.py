"""Columns of a frame: their kinds, their SQL, and how users name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyspark.sql import types as T

from handyhooks import Column
from handyspark.errors import ColumnNotFoundError, InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.quoting import nested

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyhooks.spark_records import ColumnKind

__all__ = [
    "CATEGORICAL",
    "CONTINUOUS",
    "NUMERIC",
    "ORDERED",
    "ColumnRef",
    "Schema",
    "kind_of",
    "require_kinds",
    "schema_of",
    "unused_name",
]

_KINDS: Final[tuple[tuple[type[T.DataType] | tuple[type[T.DataType], ...], ColumnKind], ...]] = (
    ((T.ByteType, T.ShortType, T.IntegerType, T.LongType), "integer"),
    ((T.FloatType, T.DoubleType), "floating"),
    (T.DecimalType, "decimal"),
    (T.BooleanType, "boolean"),
    ((T.StringType, T.CharType, T.VarcharType), "string"),
    (T.DateType, "date"),
    ((T.TimestampType, T.TimestampNTZType), "timestamp"),
)

ORDERED: Final[tuple[ColumnKind, ...]] = ("integer", "floating", "decimal", "date", "timestamp")
"""Kinds that have quantiles."""

CONTINUOUS: Final = (T.FloatType, T.DoubleType, T.DecimalType)
NUMERIC: Final = (T.ByteType, T.ShortType, T.IntegerType, T.LongType, *CONTINUOUS)
CATEGORICAL: Final = (T.ByteType, T.ShortType, T.IntegerType, T.LongType, T.BooleanType, T.StringType)


def kind_of(data_type: T.DataType) -> ColumnKind:
    """Kind that statistics treat a Spark type as."""
    for types, kind in _KINDS:
        if isinstance(data_type, types):
            return kind
    return "other"


@dataclass(frozen=True, kw_only=True)
class ColumnRef:
    """A column of a frame.

    Attributes
    ----------
    name
        As the user wrote it, or as the schema has it.
    path
        The top-level column, and the fields that lead into it.
    data_type
        Spark's type.
    """

    name: str
    path: tuple[str, ...]
    data_type: T.DataType

    @property
    def sql(self) -> str:
        """The quoted reference."""
        return nested(self.path)

    @property
    def kind(self) -> ColumnKind:
        """Kind of the type."""
        return kind_of(self.data_type)

    @property
    def described(self) -> Column:
        """What plugins are told of it."""
        return Column(name=self.name, kind=self.kind, type=self.data_type.simpleString())

    @property
    def clean_sql(self) -> str:
        """The reference, with NaN turned into null."""
        if isinstance(self.data_type, T.FloatType):
            return f"nanvl({self.sql}, cast(NULL as float))"
        return f"nanvl({self.sql}, cast(NULL as double))" if self.kind == "floating" else self.sql


class Schema:
    """The columns of one frame, looked up as Spark would look them up.

    Parameters
    ----------
    struct
        The frame's schema.
    case_sensitive
        Spark's ``spark.sql.caseSensitive``.
    """

    def __init__(self, struct: T.StructType, *, case_sensitive: bool = False) -> None:
        self.struct = struct
        self._fold = (lambda name: name) if case_sensitive else str.lower
        self.columns = tuple(
            ColumnRef(name=field.name, path=(field.name,), data_type=field.dataType) for field in struct.fields
        )
        self._bearers = Counter(self._fold(name) for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the frame's order."""
        return tuple(self.struct.names)

    @property
    def types(self) -> T.StructType:
        """Names and types of the columns, and nothing else."""
        return T.StructType([T.StructField(column.name, column.data_type) for column in self.columns])

    def of_types(self, types: tuple[type[T.DataType], ...]) -> list[str]:
        """Names of the columns of some types."""
        return [column.name for column in self.columns if isinstance(column.data_type, types)]

    def find(self, name: str) -> ColumnRef:
        """One column by its name, or one field within it by ``"column.field"``.

        Raises
        ------
        InvalidTypeError
            `name` is no string.
        ColumnNotFoundError
            There is no such column.
        InvalidValueError
            More than one column bears the name.
        """
        if not isinstance(name, str):
            raise InvalidTypeError(f"A column is named by a string; got {name!r}.")
        found = [column for column in self.columns if self._fold(column.name) == self._fold(name)]
        if not found:
            return self._field(name)
        self.require_unique(found[:1])
        return found[0]

    def _field(self, name: str) -> ColumnRef:
        for column in self.columns:
            prefix, data_type = column.name, column.data_type
            if self._fold(name).startswith(self._fold(prefix) + ".") and isinstance(data_type, T.StructType):
                inner = Schema(data_type, case_sensitive=self._fold("A") == "A")
                try:
                    field = inner.find(name[len(prefix) + 1 :])
                except ColumnNotFoundError:
                    continue
                return ColumnRef(name=name, path=(prefix, *field.path), data_type=field.data_type)
        raise ColumnNotFoundError.from_missing(name, self.names)

    def require_unique(self, columns: Iterable[ColumnRef]) -> None:
        """Refuse columns that Spark can't tell from others by their names.

        Raises
        ------
        InvalidValueError
            More than one column bears the name of one of `columns`.
        """
        for column in columns:
            name = column.path[0]
            if self._bearers[self._fold(name)] > 1:
                same = self.names.count(name) == self._bearers[self._fold(name)]
                raise InvalidValueError(
                    f"{self._bearers[self._fold(name)]} columns are called {name!r}"
                    + ("" if same else " when case does not count")
                    + "; rename all but one (`toDF`), or drop them before a join."
                )

    def find_all(self, names: str | Iterable[str]) -> tuple[ColumnRef, ...]:
        """Several columns by their names; a single name counts as a list of one."""
        return tuple(self.find(name) for name in ([names] if isinstance(names, str) else names))


def schema_of(df: DataFrame) -> Schema:
    """Columns of a frame, looked up as its session would."""
    return Schema(df.schema, case_sensitive=df.sparkSession.conf.get("spark.sql.caseSensitive") == "true")


def require_kinds(columns: Sequence[ColumnRef], kinds: Sequence[str], *, owner: str) -> None:
    """Refuse columns of kinds that an operation can't take.

    Raises
    ------
    UnsupportedColumnError
        It names each column and its type.
    """
    refused = [column for column in columns if column.kind not in kinds]
    if refused:
        listed = ", ".join(f"{column.name!r} ({column.data_type.simpleString()})" for column in refused)
        raise UnsupportedColumnError(f"{owner} takes columns of kind {', '.join(kinds)}; not {listed}.")


def unused_name(name: str, names: Iterable[str]) -> str:
    """A name that is none of some others, whether case counts or not: with as many underscores as that takes."""
    taken = {other.lower() for other in names}
    while name.lower() in taken:
        name += "_"
    return name
