"""What a HandyFrame carries besides its data: immutable, so frames never share changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handyspark.fitted.rules import Step
    from handyspark.safety import Release

__all__ = ["State"]


@dataclass(frozen=True, kw_only=True)
class State:
    """Settings of one frame, handed on to the frames that are made from it.

    Attributes
    ----------
    safety_limit
        Number of rows that `collect`, `toPandas`, ``cols[...][:]`` and their kin bring at most.
    release
        Leave to go without the limit once; None for none.
    response
        Name of the response column; None for none.
    fills, fences
        What was fitted by `fill` and by `fence`, in order.
    """

    safety_limit: int = 1000
    release: Release | None = None
    response: str | None = None
    fills: tuple[Step, ...] = ()
    fences: tuple[Step, ...] = ()
