"""Which of several processes that train one model together writes the recording."""

from __future__ import annotations

import sys
from typing import Any

from deepreplay._keras import load_keras

__all__ = ["is_writer"]


def is_writer(model: Any = None) -> bool:
    """Whether this process writes: the first of those that train together, or the only one."""
    backend = load_keras().backend.backend()
    # A backend that is in use is imported; asking for its modules here would import another.
    if backend == "jax":
        return int(sys.modules["jax"].process_index()) == 0
    if backend == "torch":
        distributed = sys.modules["torch"].distributed
        return not (distributed.is_available() and distributed.is_initialized()) or int(distributed.get_rank()) == 0
    strategy = getattr(model, "distribute_strategy", None)
    return bool(getattr(getattr(strategy, "extended", None), "should_checkpoint", True))
