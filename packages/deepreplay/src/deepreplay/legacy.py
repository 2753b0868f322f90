"""Models of DeepReplay 0.1, which Keras 2 saved to HDF5, made models of Keras 3.

Only the architecture and the compile settings are taken from such a file; weights come from the recording. Layers are
those that Keras itself has; a Lambda layer, which is code in the file, is never made.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import h5py

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError
from deepreplay.models import Rebuilt
from deepreplay.storage._hdf5_files import open_file

__all__ = ["LegacyModel", "header_of", "load_model", "model_file", "with_names"]

_ADVICE: Final = "Pass a model of the same architecture to Replay(..., model=...)."
_RENAMED: Final = {"Model": "Functional", "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
_OUTDATED: Final = ("batch_input_shape", "kernel_initializer", "bias_initializer", "recurrent_initializer")
_REGULARIZERS: Final = ("kernel_regularizer", "bias_regularizer", "recurrent_regularizer", "activity_regularizer")


def model_file(location: str, group: str, given: str | os.PathLike[str] | None) -> str:
    """Where the model of a recording lies.

    Raises
    ------
    ModelError
        It is not there.
    """
    folder, name = os.path.dirname(location), group.removesuffix("_init")
    beside = [os.path.join(folder, f"{one}_model.h5") for one in (group, name)]
    for path in beside if given is None else [os.fspath(given)]:
        if os.path.isfile(path):
            return path
    looked = beside[0] if given is None else os.fspath(given)
    raise ModelError(
        f"DeepReplay 0.1 kept the model in a file of its own, and {looked!r} is not there: pass where it is as "
        f"model_filename=. {_ADVICE}"
    )


def header_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What `deepreplay.run` reads of a header, from that of a recording of DeepReplay 0.1."""
    owners = [{"name": f"layer{i}", "dtypes": ["float32"] * count} for i, count in enumerate(stored["arrays_a_layer"])]
    shape = stored["targets_shape"]
    return {
        **stored,
        "arrays": {
            "inputs": {"kind": "one", "names": [""], "shapes": [list(stored["inputs_shape"])]},
            "targets": {"kind": "one", "names": [""], "shapes": [shape[:1] if shape[1:] == [1] else shape]},
        },
        "every": 1,
        "freq": "epoch",
        "model": None,
        "layers": owners,
        "weights": [[i, j] for i, owner in enumerate(owners) for j in range(len(owner["dtypes"]))],
        "recorded": list(range(len(owners))),
        "frozen": [],
        "weights_dtype": "",
    }


@dataclass(frozen=True, kw_only=True)
class LegacyModel:
    """A model made of what Keras 2 stored.

    Attributes
    ----------
    rebuilt
        The model, without its weights.
    names
        Names of its layers as Keras 2 ordered them, which is how they were recorded.
    """

    rebuilt: Rebuilt
    names: Sequence[str]


def with_names(header: Mapping[str, Any], legacy: LegacyModel) -> dict[str, Any]:
    """The header, with the names of the layers, and their weights in the order of the model."""
    if len(legacy.names) != len(header["layers"]):
        raise ModelError(
            f"The file of the model has {len(legacy.names)} layers, but those of {len(header['layers'])} were "
            f"recorded: pass the right one as model_filename=. {_ADVICE}"
        )
    places = {
        id(variable): [legacy.names.index(layer.name), position]
        for layer in legacy.rebuilt.model.layers
        if layer.name in legacy.names
        for position, variable in enumerate(layer.weights)
    }
    return {
        **header,
        "layers": [{**owner, "name": name} for owner, name in zip(header["layers"], legacy.names, strict=True)],
        "weights": [places[id(variable)] for variable in legacy.rebuilt.model.weights],
    }


def load_model(path: str) -> LegacyModel:
    """The model of a file that Keras 2 saved, without its weights.

    Raises
    ------
    ModelError
        The file holds no model, or one with layers that Keras 3 does not have, or with code.
    """
    with open_file(path, "r") as opened:
        config, training = (_stored(opened.hdf5, field) for field in ("model_config", "training_config"))
    if not isinstance(config, dict):
        raise ModelError(f"{path!r} holds no model that Keras 2 saved. {_ADVICE}")
    try:
        model = load_keras().saving.deserialize_keras_object(_model(config))
    except ModelError:
        raise
    # Whatever the constructors of layers raise.
    except Exception as error:
        raise ModelError(f"Keras 3 can't make the model in {path!r}: {error} {_ADVICE}") from error
    return LegacyModel(rebuilt=Rebuilt(model=model, uncompiled=_compile(model, training)), names=_names(config))


def _names(config: Mapping[str, Any]) -> list[str]:
    inner = config["config"]
    layers = inner if isinstance(inner, list) else inner["layers"]
    # Keras 2 counts the input of a functional model among its layers, and not that of a Sequential one.
    counted = [layer for layer in layers if config["class_name"] != "Sequential" or layer["class_name"] != "InputLayer"]
    return [layer["config"]["name"] for layer in counted]


def _stored(file: h5py.File, name: str) -> Any:
    text = file.attrs.get(name)
    return None if text is None else json.loads(text if isinstance(text, str) else text.decode("utf-8"))


def _model(config: Mapping[str, Any]) -> dict[str, Any]:
    kind, inner = _RENAMED.get(config["class_name"], config["class_name"]), config["config"]
    if kind == "Sequential":
        # Keras before 2.2.3 stored the list of layers alone.
        stored = inner if isinstance(inner, list) else inner["layers"]
        name = "sequential" if isinstance(inner, list) else inner.get("name", "sequential")
        shape = stored[0]["config"].get("batch_input_shape") or stored[0]["config"].get("batch_shape")
        layers = [_layer(layer) for layer in stored if layer["class_name"] != "InputLayer"]
        return _object("Sequential", {"name": name, "layers": [_input(shape, f"{name}_input"), *layers]}, "keras")
    if kind != "Functional":
        raise ModelError(f"DeepReplay recorded a model of class {kind!r}, which Keras 3 can't make. {_ADVICE}")
    layers = [
        {**_layer(layer), "name": layer["name"], "inbound_nodes": layer["inbound_nodes"]} for layer in inner["layers"]
    ]
    return _object("Functional", {**inner, "layers": layers}, "keras.src.models.functional")


def _layer(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A layer's config, with what Keras 3 knows of it. Initializers are left out: weights come from the recording."""
    kind, config = _RENAMED.get(stored["class_name"], stored["class_name"]), stored["config"]
    if kind == "InputLayer":
        return _input(config.get("batch_input_shape") or config.get("batch_shape"), config["name"])
    if kind in ("Sequential", "Functional"):
        return _model(stored)
    found = getattr(load_keras().layers, kind, None)
    if kind == "Lambda" or found is None:
        reason = "holds code of another Python" if kind == "Lambda" else "is none that Keras 3 has"
        raise ModelError(f"The layer {config.get('name')!r} of the recorded model, a {kind}, {reason}. {_ADVICE}")
    known = {"name", "trainable", *inspect.signature(found.__init__).parameters} - set(_OUTDATED)
    kept = {name: _value(name, value) for name, value in config.items() if name in known}
    if kind == "GRU":
        kept["reset_after"] = config.get("reset_after", stored["class_name"] == "CuDNNGRU")
    return _object(kind, kept, "keras.layers")


def _value(name: str, value: Any) -> Any:
    if name in ("layer", "backward_layer", "cell") and isinstance(value, dict):
        return _layer(value)
    if name in _REGULARIZERS and value:
        amounts = {amount: float(value["config"].get(amount) or 0) for amount in ("l1", "l2")}
        return _object("L1L2", amounts, "keras.regularizers")
    if name.endswith("_constraint"):
        return None
    if name.endswith("_initializer"):
        return "zeros"
    if value == "hard_sigmoid" and name in ("activation", "recurrent_activation"):
        return _hard_sigmoid()
    # BatchNormalization of tf.keras keeps its one axis in a list.
    return value[0] if name == "axis" and isinstance(value, list) and len(value) == 1 else value


def _hard_sigmoid() -> dict[str, Any]:
    """Keras 2's, which differs from that of Keras 3."""
    keras = load_keras()
    name = "deepreplay>keras2_hard_sigmoid"
    if keras.saving.get_registered_object(name) is None:

        def keras2_hard_sigmoid(x: Any) -> Any:
            """``clip(0.2 x + 0.5, 0, 1)``."""
            return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

        keras.saving.register_keras_serializable(package="deepreplay")(keras2_hard_sigmoid)
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": name}


def _input(shape: Any, name: str) -> dict[str, Any]:
    if not shape:
        raise ModelError(f"The file of the recorded model does not tell the shape of its inputs. {_ADVICE}")
    return _object("InputLayer", {"batch_shape": list(shape), "name": name}, "keras.layers")


def _object(kind: str, config: Mapping[str, Any], module: str) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": dict(config), "registered_name": None}


def _compile(model: Any, training: Any) -> str:
    """Compile it with the settings in the file; say why where that can't be done."""
    if not isinstance(training, dict):
        return ""
    optimizer = training.get("optimizer_config") or {}
    settings = optimizer.get("config", {})
    kind = getattr(load_keras().optimizers, str(optimizer.get("class_name")), None)
    rate = settings.get("lr", settings.get("learning_rate"))
    try:
        model.compile(
            optimizer=kind(learning_rate=float(rate)) if kind and isinstance(rate, (int, float)) else "sgd",
            loss=_named(training.get("loss")),
            metrics=_named(training.get("metrics")),
            loss_weights=training.get("loss_weights") or None,
        )
    # A loss or metric that Keras 3 does not know.
    except Exception as error:
        return f"The recorded model can't be compiled as it was: {error} {_ADVICE}"
    return ""


def _named(stored: Any) -> Any:
    """Losses or metrics, by name or with settings, in the structure that they stand in."""
    if isinstance(stored, list):
        return [_named(one) for one in stored]
    if isinstance(stored, dict) and set(stored) >= {"class_name", "config"}:
        if stored["class_name"] == "MeanMetricWrapper":
            return stored["config"]["name"]
        keras = load_keras()
        home = keras.losses if hasattr(keras.losses, stored["class_name"]) else keras.metrics
        kind = getattr(home, stored["class_name"])
        known = inspect.signature(kind.__init__).parameters
        return kind(**{k: v for k, v in stored["config"].items() if k in known and k not in ("fn", "reduction")})
    return {name: _named(one) for name, one in stored.items()} if isinstance(stored, dict) else stored
