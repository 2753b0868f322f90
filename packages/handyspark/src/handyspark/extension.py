"""The one place where handyspark changes something that is not its own: DataFrames gain ``toHandy``."""

from __future__ import annotations

from handyspark.frame import HandyFrame, handy
from handyspark.wrapping import dataframe_classes

__all__ = ["add_to_handy"]


def add_to_handy() -> None:
    """Give every class of Spark DataFrames the method ``toHandy()``."""
    for base in dataframe_classes():
        base.toHandy = _to_handy  # type: ignore[attr-defined]


def _to_handy(self: object) -> HandyFrame:
    """Make a HandyFrame of this DataFrame."""
    return handy(self)
