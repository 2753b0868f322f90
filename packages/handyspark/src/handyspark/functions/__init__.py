"""Columns by functions of the user's own, which see pandas Series."""

from __future__ import annotations

from handyspark.functions.assigning import applied, assigned
from handyspark.functions.returning import Returning, ret

__all__ = ["Returning", "applied", "assigned", "ret"]
