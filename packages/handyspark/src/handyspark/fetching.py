"""Fetching the first rows as pandas."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from handyspark.errors import InvalidOperationError, InvalidTypeError
from handyspark.planner.collecting import collect
from handyspark.planner.cost import measured
from handyspark.safety import warn_of_cut
from handyspark.to_pandas import series_of

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["fetch", "rows_wanted"]


def rows_wanted(key: Any) -> int | None:
    """Number of rows that ``[key]`` asks for; None for ``[:]``.

    Raises
    ------
    InvalidOperationError
        Anything but ``[:N]`` and ``[:]``.
    """
    only = "only the first rows of a distributed frame can be fetched, as `[:N]`, or `[:]` up to the safety limit"
    if not isinstance(key, slice):
        instead = f"`[:{key + 1}]`" if isinstance(key, int) and key >= 0 else "`[:5]`"
        raise InvalidOperationError(f"Can't fetch [{key!r}]: {only}; write {instead}.")
    shown = ":".join("" if part is None else repr(part) for part in (key.start, key.stop, key.step))
    shown = shown if key.step is not None else shown.removesuffix(":")
    if key.stop is not None and (isinstance(key.stop, bool) or not hasattr(key.stop, "__index__")):
        raise InvalidTypeError(f"Can't fetch [{shown}]: the number of rows must be an integer; got {key.stop!r}.")
    stop = None if key.stop is None else operator.index(key.stop)
    if key.start not in (None, 0) or key.step not in (None, 1) or (stop is not None and stop < 0):
        number = stop if stop is not None and stop > 0 else 5
        raise InvalidOperationError(f"Can't fetch [{shown}]: {only}; write `[:{number}]`.")
    return stop


def fetch(source: Source, columns: Sequence[ColumnRef], rows: int | None, *, limit: int | None) -> pd.DataFrame:
    """First rows of some columns.

    Parameters
    ----------
    source
        The data.
    columns
        What to fetch.
    rows
        How many; None for all, up to `limit`, with a warning when there are more.
    limit
        The safety limit; None for none.
    """
    source.schema.require_unique(columns)
    selected = source.df.selectExpr(*(f"{column.sql} AS c{position}" for position, column in enumerate(columns)))
    with measured(source.cost):
        if rows is not None:
            collected = collect(selected.limit(min(rows, 2**31 - 1)))
        else:
            collected = collect(selected if limit is None else selected.limit(limit + 1))
    if rows is None and limit is not None and len(collected) > limit:
        collected = collected[:limit]
        warn_of_cut(limit)
    fetched = {
        position: series_of([row[position] for row in collected], column.data_type)
        for position, column in enumerate(columns)
    }
    frame = pd.DataFrame(fetched, index=pd.RangeIndex(len(collected)))
    frame.columns = pd.Index([column.name for column in columns])
    return frame
