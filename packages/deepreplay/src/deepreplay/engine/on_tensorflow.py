"""Running on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Trace for each new set of shapes; compile with XLA where that knows all operations."""
    import tensorflow as tf

    fast = tf.function(function, jit_compile=True)
    plain = tf.function(function)
    refused: list[Exception] = []

    def run(*arguments: Any) -> Any:
        if not refused:
            try:
                return fast(*arguments)
            except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
                refused.append(error)
        return plain(*arguments)

    return run
