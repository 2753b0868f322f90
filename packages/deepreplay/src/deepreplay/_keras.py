"""The one door to Keras: says what to install and how to choose where no backend is found."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from types import ModuleType

from deepreplay.errors import BackendError

__all__ = ["BACKENDS", "load_keras"]

BACKENDS = ("jax", "torch", "tensorflow")


def load_keras() -> ModuleType:
    """Import Keras.

    Raises
    ------
    BackendError
        The backend that Keras is set to use is not installed.
    """
    try:
        return importlib.import_module("keras")
    except ImportError as error:
        raise BackendError(_advice(error)) from error


def _advice(error: ImportError) -> str:
    installed = [name for name in BACKENDS if find_spec(name)]
    chosen = os.environ.get("KERAS_BACKEND")
    setting = f"KERAS_BACKEND={chosen}" if chosen else "KERAS_BACKEND is not set"
    if installed:
        advice = (
            f"Installed: {', '.join(installed)}. Choose one before Keras is imported: set the environment variable "
            f'KERAS_BACKEND={installed[0]} (in Python: import os; os.environ["KERAS_BACKEND"] = "{installed[0]}").'
        )
    else:
        advice = (
            "Install one: pip install 'deepreplay[jax]' (or deepreplay[torch], deepreplay[tensorflow]), and choose it "
            "with the environment variable KERAS_BACKEND=jax (torch, tensorflow) before Keras is imported."
        )
    return f"Keras could not load its backend ({setting}): {error}. {advice}"
