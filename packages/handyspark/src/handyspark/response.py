"""The response column: what a model is to predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handyspark.counting import value_counts
from handyspark.schema import CATEGORICAL

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["classes", "is_classification"]


def is_classification(column: ColumnRef) -> bool:
    """Tell whether a response is a class: an integer, a boolean or a string."""
    return isinstance(column.data_type, CATEGORICAL)


def classes(source: Source, column: ColumnRef) -> list[Any]:
    """Values of a response in ascending order, missing ones left out: one pass."""
    return sorted(value_counts(source, column, dropna=True).index.tolist())
