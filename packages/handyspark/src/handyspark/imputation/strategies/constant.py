"""A value that the user gives."""

from __future__ import annotations

from typing import Final

from handyhooks import ImputationStrategy, Option

__all__ = ["CONSTANT"]

CONSTANT: Final = ImputationStrategy(
    name="constant",
    summary="A value of your own.",
    stages=(),
    fill="{value}",
    options=(Option(name="value", doc="What to fill with; it must fit the column's type."),),
)
