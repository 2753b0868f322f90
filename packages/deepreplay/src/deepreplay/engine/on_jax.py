"""Running on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["EAGER", "TAKES_ARRAYS", "compiled", "gradient", "rehearsed"]

EAGER: Final = False
TAKES_ARRAYS: Final = True


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


def rehearsed(function: Callable[..., Any], *arguments: Any) -> None:
    """Trace: run eagerly, each operation would be compiled for itself."""
    import jax

    jax.eval_shape(function, *arguments)
