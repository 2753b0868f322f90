"""Choosing columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pyspark.sql import types as T

from handyspark.columns.columns import Columns
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.failures import readable
from handyspark.schema import CATEGORICAL, CONTINUOUS, NUMERIC

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef
    from handyspark.state import State

__all__ = ["ColumnsAccessor"]

_BY_KIND: Final = {
    "numerical": NUMERIC,
    "continuous": CONTINUOUS,
    "categorical": CATEGORICAL,
    "string": (T.StringType,),
    "array": (T.ArrayType,),
}


@readable
class ColumnsAccessor:
    """What ``hdf.cols`` is: ``cols["Age"]``, ``cols[["Age", "Fare"]]``, ``cols[0]``, ``cols[:]``, ``cols["array"]``."""

    def __init__(self, source: Source, state: State) -> None:
        self._source = source
        self._state = state

    @property
    def numerical(self) -> list[str]:
        """Names of the columns of integers, floating numbers and decimals."""
        return self._source.schema.of_types(NUMERIC)

    @property
    def continuous(self) -> list[str]:
        """Names of the columns of floating numbers and decimals."""
        return self._source.schema.of_types(CONTINUOUS)

    @property
    def categorical(self) -> list[str]:
        """Names of the columns of integers, booleans and strings."""
        return self._source.schema.of_types(CATEGORICAL)

    @property
    def string(self) -> list[str]:
        """Names of the columns of strings."""
        return self._source.schema.of_types(_BY_KIND["string"])

    @property
    def array(self) -> list[str]:
        """Names of the columns of arrays."""
        return self._source.schema.of_types(_BY_KIND["array"])

    def __getitem__(self, key: str | int | slice | Sequence[str | int]) -> Columns:
        """Choose columns.

        Raises
        ------
        ColumnNotFoundError
            There is no such column, and no such kind.
        InvalidTypeError, InvalidValueError
            The key is no name, position, slice or list of these.
        """
        schema = self._source.schema
        if isinstance(key, slice):
            if not all(part is None or hasattr(part, "__index__") for part in (key.start, key.stop, key.step)):
                raise InvalidTypeError(f"Columns are sliced by position; got {key!r}. Choose by name with a list.")
            return self._columns(schema.columns[key], single=False)
        if isinstance(key, str) and key in _BY_KIND and key not in schema.names:
            return self._columns([schema.find(name) for name in schema.of_types(_BY_KIND[key])], single=False)
        if isinstance(key, (str, int)):
            return self._columns([self._one(key)], single=True)
        if not isinstance(key, Sequence):
            raise InvalidTypeError(f"Columns are chosen by name, position, slice, or a list of these; got {key!r}.")
        return self._columns([self._one(item) for item in key], single=False)

    def __iter__(self) -> Iterator[str]:
        """Iterate over names, as over a DataFrame of pandas."""
        return iter(self._source.schema.names)

    def __len__(self) -> int:
        return len(self._source.schema.columns)

    def __repr__(self) -> str:
        return f"cols[{', '.join(self._source.schema.names)}]"

    def _one(self, key: str | int) -> ColumnRef:
        schema = self._source.schema
        if isinstance(key, bool) or not isinstance(key, (str, int)):
            raise InvalidTypeError(f"A column is chosen by name or position; got {key!r}.")
        if isinstance(key, str):
            return schema.find(key)
        if not -len(schema.columns) <= key < len(schema.columns):
            raise InvalidValueError(f"There is no column {key}: the frame has {len(schema.columns)}.")
        return schema.columns[key]

    def _columns(self, columns: Sequence[ColumnRef], *, single: bool) -> Columns:
        return Columns(self._source, self._state, columns, single=single)
