"""Letting work on HDF5 files come to its end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["undisturbed"]

_LOCK = threading.RLock()


@contextmanager
def undisturbed() -> Iterator[None]:
    """One thread at a time; Ctrl-C comes afterwards, since it would leave HDF5 in the middle of something."""
    came: list[tuple[Any, ...]] = []
    with _LOCK:
        main = threading.current_thread() is threading.main_thread()
        handler = signal.getsignal(signal.SIGINT) if main else None
        if not callable(handler):
            yield
            return
        signal.signal(signal.SIGINT, lambda *arguments: came.append(arguments))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
            if came:
                handler(*came[-1])


def _unlock() -> None:
    global _LOCK
    _LOCK = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)  # the thread that held it is not in the new process
