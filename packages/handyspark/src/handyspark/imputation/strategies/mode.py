"""The most frequent value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import Counts, Derived, ImputationStrategy

__all__ = ["MODE"]


def _first(answers: Mapping[str, Any], **options: Any) -> Any:
    values = answers["counts"].values
    return values[0] if values else None


MODE: Final = ImputationStrategy(
    name="mode",
    summary="The most frequent value; of several, the least, as in pandas.",
    stages=({"counts": Counts(top=1), "mode": Derived(_first)},),
    fill="{mode}",
)
