"""Square tables of columns by columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from handyspark.planner import Report, Source
    from handyspark.schema import ColumnRef

__all__ = ["square"]


def square(
    source: Source, report: Report, columns: Sequence[ColumnRef], matrix: Callable[[int], np.ndarray[Any, Any]]
) -> pd.DataFrame:
    """Arrange one matrix a stratum: columns x columns, below each other as in pandas' ``groupby(...).corr()``."""
    names = pd.Index([column.name for column in columns])
    if source.strata is None:
        return pd.DataFrame(matrix(0), index=names, columns=names)
    strata = source.strata.index(report.keys)
    repeated = strata.repeat(len(columns))
    levels = [repeated.get_level_values(level) for level in range(repeated.nlevels)]
    index = pd.MultiIndex.from_arrays([*levels, np.tile(names, len(report.keys))], names=[*repeated.names, None])
    values = [matrix(ordinal) for ordinal in range(len(report.keys))]
    return pd.DataFrame(np.concatenate(values) if values else np.empty((0, len(columns))), index=index, columns=names)
