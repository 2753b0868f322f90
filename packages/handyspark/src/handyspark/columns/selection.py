"""A choice of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handyspark.errors import InvalidValueError

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef
    from handyspark.state import State

__all__ = ["Selection"]


class Selection:
    """Some columns of a frame, by themselves or in strata."""

    def __init__(self, source: Source, state: State, columns: Sequence[ColumnRef], *, single: bool) -> None:
        self._source = source
        self._state = state
        self._columns = tuple(columns)
        self._single = single

    def __repr__(self) -> str:
        return f"{type(self).__name__}[{', '.join(f'{c.name}: {c.data_type.simpleString()}' for c in self._columns)}]"

    def _only_one(self, operation: str) -> ColumnRef:
        if len(self._columns) != 1:
            raise InvalidValueError(f"`{operation}` takes one column; got {len(self._columns)}. Choose `cols[name]`.")
        return self._columns[0]
