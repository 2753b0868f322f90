"""Parts of a model, as models of their own that share its weights."""

from __future__ import annotations

from typing import Any, Literal

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError

__all__ = ["part_of"]


def part_of(model: Any, layer: str, end: Literal["input", "output"] = "output") -> Any:
    """The part of a model from its inputs to what a layer takes or gives.

    Raises
    ------
    ModelError
        The layer is used several times, or the model is no graph of layers.
    """
    try:
        if _uses(model, layer) > 1:
            raise ValueError(f"{layer!r} is used several times.")
        return load_keras().Model(_source_of(model), getattr(model.get_layer(layer), end))
    except (AttributeError, ValueError) as error:
        raise ModelError(
            f"Layer {layer!r} of {model.name!r} has no one {end} of its own: either it is used several times (shared), "
            "or the model is no graph of layers (a subclassed one)."
        ) from error


def _source_of(model: Any) -> Any:
    """Inputs of a model, in the structure that it was made with."""
    try:
        return model.input
    except (AttributeError, ValueError):
        return model.inputs


def _uses(model: Any, layer: str) -> int:
    """How often a graph calls a layer: Keras' own `layer.output` is that of the first call."""
    try:
        layers = model.get_config()["layers"]
    # Layers of the user's own may have no config; and a model that is no graph has no layers in it.
    except Exception:
        return 1
    return max((len(one.get("inbound_nodes", ())) for one in layers if one.get("name") == layer), default=1)
