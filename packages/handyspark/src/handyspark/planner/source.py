"""What queries read from: a plain DataFrame, its columns, and the strata that its rows fall into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handyspark.planner.cost import Cost

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.schema import Schema
    from handyspark.strata import Strata

__all__ = ["Source"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A plain Spark DataFrame (never a HandyFrame), and what is known of it.

    Attributes
    ----------
    df
        The data.
    schema
        Its columns.
    strata
        What the rows are grouped by; None for all rows together.
    cost
        Where the cost of the last call is noted.
    """

    df: DataFrame
    schema: Schema
    strata: Strata | None = None
    cost: Cost = field(default_factory=Cost, compare=False)
