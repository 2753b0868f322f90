"""Configs of models whose own weights are not used: they are zeros, which takes a small part of the time of draws."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from deepreplay._keras import load_keras

__all__ = ["initializers_known", "is_of_keras", "without_draws"]

_ZEROS = "deepreplay>Zeros"


def without_draws(config: Any) -> Any:
    """The same with zeros for all initializers of Keras that Keras' own layers have."""
    if isinstance(config, Mapping):
        # A layer of the user's own may compute with what its initializer gives.
        if "module" in config and not is_of_keras(config["module"]):
            return config
        if config.get("module") == "keras.initializers":
            return {"module": None, "class_name": "Zeros", "config": {}, "registered_name": _ZEROS}
        return {key: without_draws(value) for key, value in config.items()}
    return [without_draws(value) for value in config] if isinstance(config, list) else config


def initializers_known() -> AbstractContextManager[Any]:
    """In it, Keras makes models of such configs."""
    scope: AbstractContextManager[Any] = load_keras().saving.custom_object_scope({_ZEROS: _zeros()})
    return scope


def is_of_keras(module: str | None) -> bool:
    """Whether a module is one of Keras itself."""
    return f"{module}.".startswith("keras.")


@functools.cache
def _zeros() -> type:
    keras = load_keras()

    class Zeros(keras.initializers.Initializer):  # type: ignore[misc, name-defined]
        """From numpy: for those of Keras, JAX compiles something for each shape."""

        def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
            zeros = np.zeros(shape, np.float32)
            return keras.ops.convert_to_tensor(zeros, dtype=keras.backend.standardize_dtype(dtype))

        def get_config(self) -> dict[str, Any]:
            return {}

    return Zeros
