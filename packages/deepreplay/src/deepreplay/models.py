"""What is stored of a Keras model, and the way back."""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

from deepreplay._keras import load_keras
from deepreplay.arrays import map_arrays
from deepreplay.blank import initializers_known, is_of_keras, without_draws
from deepreplay.errors import ArgumentTypeError, ModelError

__all__ = [
    "Owner",
    "Rebuilt",
    "built_on",
    "check_is_model",
    "check_same_weights",
    "describe",
    "duplicate",
    "order_of",
    "owners_of",
    "rebuild",
    "settle",
    "settles",
    "version_of",
]

_ADVICE = "Pass the model to Replay(..., model=...), or register its classes with Keras before."


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """A model made anew.

    Attributes
    ----------
    model
        The model, compiled where that was possible.
    uncompiled
        Why it could not be compiled as it was; empty where it is, or never was.
    """

    model: Any
    uncompiled: str = ""


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


def check_same_weights(model: Any, recorded: Sequence[tuple[int, ...] | None]) -> None:
    """Refuse a model that recorded weights don't fit into, by their shapes; None for those that were not recorded.

    Raises
    ------
    ModelError
        Its weights are others.
    """
    own = [tuple(variable.shape) for variable in model.weights]
    if len(own) != len(recorded) or any(there not in (None, here) for here, there in zip(own, recorded, strict=True)):
        raise ModelError(f"The `model` has weights of shapes {own}; recorded were {list(recorded)}.")


def describe(model: Any) -> dict[str, Any]:
    """Fields of the header that tell of a built model.

    Returns
    -------
    dict
        ``model``: its architecture and compile settings as Keras serializes them, None where it can't;
        ``layers``: name of each owner of weights and the dtypes of what ``get_weights`` gives of it;
        ``weights``: for each array that ``model.get_weights()`` gives, the owner and position that hold it;
        ``n_layers`` and ``activation_functions`` of its layers; ``loss``: its name or settings, for each output.
    """
    owners = owners_of(model)
    positions = {id(v): (i, j) for i, owner in enumerate(owners) for j, v in enumerate(owner.variables)}
    return {
        "model": _serialized(model),
        "layers": [
            {"name": owner.name, "dtypes": [load_keras().backend.standardize_dtype(v.dtype) for v in owner.variables]}
            for owner in owners
        ],
        "weights": [list(positions[id(variable)]) for variable in model.weights],
        "n_layers": len(model.layers),
        "activation_functions": [_activation(layer) for layer in model.layers],
        "loss": map_arrays(_loss_name, getattr(model, "loss", None)),
    }


def rebuild(config: Mapping[str, Any] | None, *, safe_mode: bool = True, blank: bool = False) -> Rebuilt:
    """Make the model anew from what `describe` stored, and compile it, if that can be done.

    Parameters
    ----------
    config
        The field ``model`` of the header.
    safe_mode
        Refuse a config that holds code.
    blank
        Leave out what is not needed of a model whose own weights are not used, and which is not trained: draws of
        Keras' initializers, which take most of the time, and the optimizer of Keras' own kinds of models.

    Raises
    ------
    ModelError
        The config is missing, names classes that Keras does not know, or holds code and `safe_mode` is on.
    """
    if config is None:
        raise ModelError(f"Keras could not serialize the model that was recorded. {_ADVICE}")
    # A copy, because Keras takes the config of a functional model apart, and puts objects into that of an optimizer.
    architecture = copy.deepcopy(dict(config))
    settings = architecture.pop("compile_config", None)
    architecture = without_draws(architecture) if blank else architecture
    # The initializers of a new model draw seeds, which the user's own next draws must not depend on.
    state = random.getstate()
    try:
        with initializers_known() if blank else nullcontext():
            model = load_keras().saving.deserialize_keras_object(architecture, safe_mode=safe_mode)
    # Keras raises whatever the constructors of layers raise.
    except Exception as error:
        raise ModelError(f"Keras can't rebuild the recorded model: {_first_line(error)} {_ADVICE}") from error
    finally:
        random.setstate(state)
    # A model of the user's own may ask for its optimizer when it is compiled.
    if blank and settings and is_of_keras(type(model).__module__):
        settings = {**settings, "optimizer": None}
    return Rebuilt(model=model, uncompiled=_compile(model, settings, safe_mode=safe_mode))


def _compile(model: Any, settings: Mapping[str, Any] | None, *, safe_mode: bool) -> str:
    """Compile it with what Keras stored; say in words why where that fails."""
    if not settings:
        return ""
    restore = load_keras().saving.deserialize_keras_object
    try:
        model.compile(**{name: restore(value, safe_mode=safe_mode) for name, value in settings.items()})
    # Of a loss or metric of the user's own that is not registered, or of a `compile` of its own.
    except Exception as error:
        return f"The recorded model can't be compiled as it was: {_first_line(error)} {_ADVICE}"
    if model.built and getattr(model, "optimizer", None) is not None:
        model.optimizer.build(model.trainable_variables)
    return ""


def _first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def built_on(model: Any, inputs: Any) -> Any:
    """The model, with its weights made: from the samples where nothing else tells their shapes.

    Raises
    ------
    ModelError
        The samples are none that it takes.
    """
    if model.built:
        return model
    try:
        first = map_arrays(lambda array: load_keras().ops.convert_to_tensor(array[:1]), inputs)
        with _scope(model):
            model(first, training=False)
    # Whatever the model's own code raises.
    except Exception as error:
        raise ModelError(
            f"The model is not built yet, and can't be built on the recorded `inputs`: {_first_line(error)}"
        ) from error
    return model


def _scope(model: Any) -> Any:
    """Where variables of the model have to be made: TensorFlow's strategies ask for theirs."""
    strategy = getattr(model, "distribute_strategy", None)
    return nullcontext() if strategy is None else strategy.scope()


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
            copied = rebuild(_serialized(model), safe_mode=False).model
            if settles(model):
                settle(copied, model.get_weights())
            return copied
    except ModelError as error:
        raise ModelError(f"The model can't be copied by its config: {error}") from error


def _sublayers(model: Any) -> list[Any]:
    held = getattr(model, "layers", None)
    # A layer of a user's own may call something else so.
    layers = (
        [layer for layer in held if isinstance(layer, load_keras().Layer)] if isinstance(held, (list, tuple)) else []
    )
    return [*layers, *(sublayer for layer in layers for sublayer in _sublayers(layer))]


def settles(model: Any) -> bool:
    """Whether some layer computes with what it once made of its weights, and not with those."""
    return any(isinstance(layer, load_keras().layers.Normalization) for layer in _sublayers(model))


def settle(model: Any, weights: Sequence[Any]) -> None:
    """Give the model its weights, also the layers that `settles` asks for."""
    model.set_weights(weights)
    for layer in _sublayers(model):
        if isinstance(layer, load_keras().layers.Normalization):
            layer.finalize_state()


class Owner(NamedTuple):
    """A layer and its weights; or the model and those of its weights that are in no layer."""

    name: str
    variables: list[Any]
    frozen: bool


def owners_of(model: Any) -> list[Owner]:
    """Layers in their order; at the end the model itself, where it has weights of its own."""
    owners = [Owner(layer.name, list(layer.weights), _is_frozen(layer)) for layer in model.layers]
    held = {id(variable) for owner in owners for variable in owner.variables}
    own = [variable for variable in model.weights if id(variable) not in held]
    return [*owners, Owner(model.name, own, not model.trainable)] if own else owners


def _is_frozen(layer: Any) -> bool:
    """Whether a layer stays as it is: so does a model in which each layer with weights does."""
    parts = [part for part in _sublayers(layer) if part.weights and not _sublayers(part)]
    held = {id(variable) for part in parts for variable in part.weights}
    whole = bool(parts) and all(id(variable) in held for variable in layer.weights)
    return not layer.trainable or (whole and not any(part.trainable for part in parts))


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


def _loss_name(loss: Any) -> Any:
    if isinstance(loss, load_keras().losses.Loss):
        return json.loads(json.dumps([type(loss).__name__, loss.get_config()], default=str))
    return loss if loss is None or isinstance(loss, str) else str(getattr(loss, "__name__", type(loss).__name__))


def version_of(backend: str) -> str:
    """Version of what a Keras backend runs on."""
    return str(getattr(sys.modules.get(backend), "__version__", ""))


def order_of(header: Mapping[str, Any]) -> Sequence[tuple[int, int]]:
    """Owner and position of each array in the order of ``model.set_weights``."""
    return [(int(layer), int(position)) for layer, position in header["weights"]]
