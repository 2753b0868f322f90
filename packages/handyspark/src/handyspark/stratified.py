"""A frame whose rows are grouped by strata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyspark.columns import ColumnsAccessor
from handyspark.missing import missing

if TYPE_CHECKING:
    import pandas as pd

    from handyspark.planner import Source
    from handyspark.state import State

__all__ = ["StratifiedFrame"]


class StratifiedFrame:
    """What ``hdf.stratify(...)`` gives: the same questions, answered for each stratum."""

    def __init__(self, source: Source, state: State) -> None:
        self._source = source
        self._state = state

    @property
    def cols(self) -> ColumnsAccessor:
        """Columns by name, position or kind, as in `HandyFrame.cols`."""
        return ColumnsAccessor(self._source, self._state)

    def isnull(self, ratio: bool = False) -> pd.DataFrame:
        """Count what is missing in each stratum (rows) and column (columns), or give its share."""
        return missing(self._source, self._source.schema.columns, ratio=ratio)

    def outliers(self, method: str = "tukey", ratio: bool = False, **options: Any) -> pd.DataFrame:
        """Count outliers in each stratum (rows) and numerical column (columns): see `HandyFrame.outliers`."""
        return self.cols[:].outliers(method, ratio, **options)

    def __repr__(self) -> str:
        keys = self._source.strata.keys if self._source.strata else ()
        return f"StratifiedFrame[{', '.join(key.name for key in keys)}]"
