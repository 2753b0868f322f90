"""How a function of tensors is run on the Keras backend in use.

The modules of the backends import them only when they are used, since mostly one of them is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, cast

from deepreplay._keras import BACKENDS, load_keras
from deepreplay.errors import BackendError

__all__ = ["Runtime", "runtime"]


class Runtime(Protocol):
    """What a module of a Keras backend offers."""

    @property
    def EAGER(self) -> bool:
        """Whether functions are run as they stand, so that they can look at numbers."""

    @property
    def TAKES_ARRAYS(self) -> bool:
        """Whether compiled functions take numpy's arrays, and numpy takes tensors: faster than Keras converts them."""

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function of (nested) arrays, made fast, without tracking gradients."""

    def gradient(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Gradients of a function that gives one number, for each tensor in the list that is its first argument."""

    def rehearsed(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call a function of (nested) arrays for what it makes on its way, in the cheapest way there is."""


def runtime() -> Runtime:
    """The module for the Keras backend in use.

    Raises
    ------
    BackendError
        It is none of those that deepreplay knows.
    """
    name = load_keras().backend.backend()
    if name not in BACKENDS:
        raise BackendError(
            f"deepreplay can't replay on the Keras backend {name!r}: set KERAS_BACKEND to one of {', '.join(BACKENDS)} "
            "before Keras is imported. A recording replays on any of them, whichever it was made on."
        )
    return cast(Runtime, import_module(f"deepreplay.engine.on_{name}"))
