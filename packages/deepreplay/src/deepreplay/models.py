"""What is stored of a Keras model, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.errors import ArgumentTypeError, ModelError

__all__ = ["check_is_model", "check_same_weights", "describe", "duplicate", "order_of", "rebuild", "snapshot"]


def check_is_model(model: Any) -> None:
    """Refuse what is no Keras model, and one without weights yet.

    Raises
    ------
    ArgumentTypeError
        It is no model.
    ModelError
        It is not built.
    """
    if not isinstance(model, load_keras().Model):
        raise ArgumentTypeError(f"The `model` must be a Keras model; got {model!r}.")
    if not model.built:
        raise ModelError("The `model` is not built yet: give it an Input, or call `model.build(shape)`.")


def check_same_weights(model: Any, recorded: Sequence[np.ndarray]) -> None:
    """Refuse a model that recorded weights don't fit into.

    Raises
    ------
    ArgumentTypeError
        It is no model.
    ModelError
        It is not built, or its weights are others.
    """
    check_is_model(model)
    own, stored = [tuple(v.shape) for v in model.weights], [value.shape for value in recorded]
    if own != stored:
        raise ModelError(f"The `model` has weights of shapes {own}; recorded were {stored}.")


def describe(model: Any) -> dict[str, Any]:
    """Fields of the header that tell of a built model.

    Returns
    -------
    dict
        ``model``: its architecture and compile settings as Keras serializes them, None where it can't;
        ``layers``: name of each owner of weights and how many arrays ``get_weights`` gives of it;
        ``weights``: for each array that ``model.get_weights()`` gives, the owner and position that hold it;
        ``n_layers`` and ``activation_functions`` of its layers.
    """
    owners = _owners(model)
    positions = {id(v): (i, j) for i, (_, variables) in enumerate(owners) for j, v in enumerate(variables)}
    return {
        "model": _serialized(model),
        "layers": [{"name": name, "weights": len(variables)} for name, variables in owners],
        "weights": [list(positions[id(variable)]) for variable in model.weights],
        "n_layers": len(model.layers),
        "activation_functions": [_activation(layer) for layer in model.layers],
    }


def snapshot(model: Any) -> list[list[np.ndarray]]:
    """Values of the weights now, for each owner in the order of ``layers`` of `describe`."""
    return [[_value(variable) for variable in variables] for _, variables in _owners(model)]


def rebuild(config: Mapping[str, Any] | None, *, safe_mode: bool = True) -> Any:
    """Make the model anew from what `describe` stored.

    Raises
    ------
    ModelError
        The config is missing, names classes that Keras does not know, or holds code and `safe_mode` is on.
    """
    advice = "Pass the model to Replay(..., model=...), or register its classes with Keras before."
    if config is None:
        raise ModelError(f"Keras could not serialize the model that was recorded. {advice}")
    try:
        return load_keras().saving.deserialize_keras_object(dict(config), safe_mode=safe_mode)
    # Keras raises whatever the constructors of layers raise.
    except Exception as error:
        raise ModelError(f"Keras can't rebuild the recorded model: {error} {advice}") from error


def duplicate(model: Any) -> Any:
    """A model of the same architecture and compile settings that shares nothing with the given one.

    Raises
    ------
    ModelError
        Keras can't make it from the model's config.
    """
    layers = [model, *_sublayers(model)]
    custom = {type(layer).__name__: type(layer) for layer in layers if not type(layer).__module__.startswith("keras.")}
    try:
        with load_keras().saving.custom_object_scope(custom):
            return rebuild(_serialized(model), safe_mode=False)
    except ModelError as error:
        raise ModelError(f"The model can't be copied by its config: {error}") from error


def _sublayers(model: Any) -> list[Any]:
    layers = getattr(model, "layers", [])
    return [*layers, *(sublayer for layer in layers for sublayer in _sublayers(layer))]


def _owners(model: Any) -> list[tuple[str, list[Any]]]:
    """Layers and their weights; at the end the model's own weights, which are in no layer, where it has any."""
    owners = [(layer.name, list(layer.weights)) for layer in model.layers]
    held = {id(variable) for _, variables in owners for variable in variables}
    own = [variable for variable in model.weights if id(variable) not in held]
    return [*owners, (model.name, own)] if own else owners


def _serialized(model: Any) -> dict[str, Any] | None:
    try:
        config = load_keras().saving.serialize_keras_object(model)
        json.dumps(config)
    # A subclassed model's own get_config may raise anything.
    except Exception:
        return None
    return dict(config)


def _activation(layer: Any) -> str:
    function = getattr(layer, "activation", None)
    return "" if function is None else str(getattr(function, "__name__", type(function).__name__))


def _value(variable: Any) -> np.ndarray:
    value = np.asarray(load_keras().ops.convert_to_numpy(variable.value))
    # numpy has no bfloat16 or float8 of its own, and HDF5 tools can't read them; float32 holds all their values.
    return value if value.dtype.kind in "fiub" else value.astype(np.float32)


def order_of(header: Mapping[str, Any]) -> Sequence[tuple[int, int]]:
    """Owner and position of each array in the order of ``model.set_weights``."""
    return [(int(layer), int(position)) for layer, position in header["weights"]]
