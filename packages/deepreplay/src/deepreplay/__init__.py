"""Record how a Keras model trains, then plot and animate any epoch without training again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deepreplay.callbacks import ReplayData
    from deepreplay.replay import Replay

__version__ = "1.0.0"

__all__ = ["Replay", "ReplayData", "__version__"]

_HOMES = {"Replay": "deepreplay.replay", "ReplayData": "deepreplay.callbacks"}


def __getattr__(name: str) -> Any:
    # Keras takes seconds to import, so it waits until something that needs it is asked for.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
