"""Running on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for each new set of shapes."""
    import jax

    fast: Callable[..., Any] = jax.jit(function)
    return fast
