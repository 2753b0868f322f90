"""Running on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["EAGER", "TAKES_ARRAYS", "compiled", "gradient", "rehearsed"]

EAGER: Final = False
TAKES_ARRAYS: Final = False


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


def gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """Trace the gradients for each new set of shapes. What the function does not depend on has gradients of zero."""
    import tensorflow as tf

    def run(values: Any, *arguments: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(values)
            result = function(values, *arguments)
        found = tape.gradient(result, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(one) for one in found]

    traced: Callable[..., Any] = tf.function(run)
    return traced


def rehearsed(function: Callable[..., Any], *arguments: Any) -> None:
    """Run eagerly."""
    function(*arguments)
