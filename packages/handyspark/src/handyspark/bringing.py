"""Bringing rows to the driver, as many as the safety limit allows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from handyspark.arguments import whole_number
from handyspark.failures import readable
from handyspark.failures.guarding import with_readable_steps
from handyspark.planner.cost import count_query, measured
from handyspark.safety import Release, brought, iterated, limit_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from pyspark.sql import DataFrame, Row

    from handyspark.frame import HandyFrame
    from handyspark.planner import Cost
    from handyspark.state import State

__all__ = ["Bringing"]


@readable
class Bringing:
    """What a HandyFrame can do to bring rows, and the limit that it keeps to."""

    _plain: DataFrame
    _state: State
    _cost: Cost

    @property
    @abstractmethod
    def _handy(self) -> HandyFrame:
        """The frame itself."""

    @abstractmethod
    def _with(self, **changes: Any) -> HandyFrame:
        """Make a frame of the same rows whose state differs."""

    def collect(self) -> list[Row]:
        """Bring the rows, up to the safety limit."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.collect(), lambda rows, n: rows[:n])

    def toPandas(self) -> pd.DataFrame:
        """Bring the rows as Spark's ``toPandas`` does, up to the safety limit."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.toPandas(), lambda rows, n: rows.iloc[:n])

    def toArrow(self) -> Any:
        """Bring the rows as a table of pyarrow, up to the safety limit; from PySpark 4.0 on."""
        with measured(self._cost):
            count_query()
            return brought(self._plain, self._state, lambda df: df.toArrow(), lambda rows, n: rows.slice(0, n))

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """Bring the rows one partition after the other, up to the safety limit."""
        limit = limit_of(self._state)
        rows = self._plain if limit is None else self._plain.limit(limit + 1)
        iterator = rows.toLocalIterator(prefetchPartitions)
        return with_readable_steps(iterator if limit is None else iterated(iterator, limit))

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """Rows as a NumPy array, shape (rows, columns), up to the safety limit."""
        return self._handy.cols[:][:].to_numpy()

    def safety_off(self) -> HandyFrame:
        """Return a frame whose next action goes without the safety limit.

        Good for one action of the frame or of a frame made of it, also where that action fails; the limit is back
        afterwards. Actions are those that the limit is for: `collect`, `toPandas`, ``cols[...][:]`` and their kin.
        """
        return self._with(release=Release())

    def set_safety_limit(self, limit: int) -> HandyFrame:
        """Return a frame whose `collect`, `toPandas`, ``cols[...][:]`` and their kin bring at most `limit` rows.

        These are `toArrow`, `toLocalIterator` and `values` besides.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            The limit is no positive integer.
        """
        limit = whole_number(limit, "limit", "`set_safety_limit`", least=1)
        return self._with(safety_limit=limit)
