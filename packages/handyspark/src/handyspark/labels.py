"""Names and values as labels."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["SLANTED", "plain"]

SLANTED: Final[dict[str, Any]] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
"""How labels are turned that would run into each other: each ends below its tick."""


def plain(text: str) -> str:
    """Write a text so that matplotlib shows it as it is: no dollar sign begins a formula."""
    return text.replace("$", r"\$")
