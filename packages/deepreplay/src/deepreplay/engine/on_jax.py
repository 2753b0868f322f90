"""Running on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compiled", "gradient"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for each new set of shapes."""
    import jax

    fast: Callable[..., Any] = jax.jit(function)
    return fast


def gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile the gradients for each new set of shapes."""
    import jax

    fast: Callable[..., Any] = jax.jit(jax.grad(function))
    return fast
