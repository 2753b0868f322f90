"""The hint that ends an error about a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that `name` was most likely meant to be."""
    match = difflib.get_close_matches(name, sorted(names), n=1)
    return match[0] if match else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Hint with a space before it; empty where nothing is near."""
    match = nearest(name, names)
    return f" Did you mean {match!r}?" if match else ""
