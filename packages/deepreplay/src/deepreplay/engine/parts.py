"""Parts of a model, as models of their own that share its weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError

__all__ = ["in_words", "part_of"]


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


@contextmanager
def in_words(model: Any) -> Iterator[None]:
    """Say why a model with a state of its own fails on more or fewer samples than it was built for.

    Raises
    ------
    ModelError
        It has one, and something fails.
    """
    try:
        yield
    except Exception as error:
        stateful = _stateful_layers(model)
        if not stateful:
            raise
        raise ModelError(
            f"The model can't be evaluated on all of these samples at once: {', '.join(map(repr, stateful))} keeps its "
            "state from batch to batch (stateful=True), and takes batches of one size. Give `Replay` a `model` of the "
            "same weights that is not stateful and takes batches of any size."
        ) from error


def _stateful_layers(model: Any) -> list[str]:
    found: list[str] = []
    for layer in getattr(model, "layers", ()):
        found += [layer.name] if getattr(layer, "stateful", False) else _stateful_layers(layer)
    return found


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
