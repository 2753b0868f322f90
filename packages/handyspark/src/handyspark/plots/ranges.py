"""Ranges that several panels share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handyhooks import Column

__all__ = ["finite", "greatest", "least", "padded"]


def finite(column: Column, name: str) -> str:
    """SQL template of a column without its infinite values."""
    if column.kind != "floating":
        return f"{{{name}}}"
    return f"CASE WHEN abs({{{name}}}) < double('Infinity') THEN {{{name}}} END"


def least(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the least of one answer over all strata."""
    return lambda every, **options: min(_present(every, name), default=None)


def greatest(name: str) -> Callable[..., Any]:
    """Give a function for `Shared`: the greatest of one answer over all strata."""
    return lambda every, **options: max(_present(every, name), default=None)


def padded(low: float, high: float) -> tuple[float, float]:
    """Limits with matplotlib's usual margin; half a unit around a single value."""
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin


def _present(every: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [answers[name] for answers in every if answers[name] is not None]
