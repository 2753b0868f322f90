"""Names and values as labels."""

from __future__ import annotations

__all__ = ["plain"]


def plain(text: str) -> str:
    """Write a text so that matplotlib shows it as it is: no dollar sign begins a formula."""
    return text.replace("$", r"\$")
