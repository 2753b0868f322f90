"""The least and the greatest value."""

from __future__ import annotations

from typing import Final

from handyhooks import ImputationStrategy

__all__ = ["MAX", "MIN"]

MIN: Final = ImputationStrategy(
    name="min",
    summary="The least value.",
    stages=({"min": "min({x})"},),
    fill="{min}",
)

MAX: Final = ImputationStrategy(
    name="max",
    summary="The greatest value.",
    stages=({"max": "max({x})"},),
    fill="{max}",
)
