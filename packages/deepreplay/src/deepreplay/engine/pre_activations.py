"""What goes into activation functions: the z-values of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from deepreplay._keras import load_keras
from deepreplay.errors import ModelError
from deepreplay.models import duplicate

__all__ = ["PreActivations", "source_of"]

_ACTIVATIONS: Final = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")
"""Layers that are an activation function: what goes into the layer goes into the function."""


class PreActivations:
    """Models that give the z-values of a layer of another model, which they leave as it is.

    Parameters
    ----------
    model
        A built Keras model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._copy: Any = None

    def known(self, layer: str) -> bool:
        """Whether the layer applies one activation function to what it has computed: recurrent ones apply several."""
        found = self._model.get_layer(layer)
        if type(found).__name__ in _ACTIVATIONS:
            return True
        keras = load_keras()
        return callable(getattr(found, "activation", None)) and not isinstance(found, keras.layers.RNN)

    def of(self, layer: str) -> Callable[..., Any]:
        """Function of samples that gives the z-values of a layer.

        Raises
        ------
        ModelError
            The layer has none, or is used several times.
        """
        if not self.known(layer):
            raise ModelError(f"Layer {layer!r} applies no activation function to what it has computed: no z-values.")
        keras = load_keras()
        if self._copy is None:
            self._copy = duplicate(self._model)
        copied = self._copy.get_layer(layer)
        try:
            if type(copied).__name__ in _ACTIVATIONS:
                return self._mapped(keras.Model(source_of(self._copy), copied.input))
            whole = keras.Model(source_of(self._copy), copied.output)
        except (AttributeError, ValueError) as error:
            raise ModelError(
                f"Layer {layer!r} has no one output of its own: either it is used several times (shared), or the "
                "model is no graph of layers (a subclassed one)."
            ) from error
        return self._mapped(_recording(whole, copied))

    def _mapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let the copy's variables stand for those of the model, in the scope that the engine has opened."""
        keras = load_keras()
        pairs = list(zip(self._model.weights, self._copy.weights, strict=True))

        def call(x: Any, training: bool) -> Any:
            values = [(own, keras.ops.convert_to_tensor(theirs)) for theirs, own in pairs]
            with keras.StatelessScope(state_mapping=values):
                return function(x, training=training)

        return call


def source_of(model: Any) -> Any:
    """Inputs of a model, in the structure that it was made with."""
    try:
        return model.input
    except (AttributeError, ValueError):
        return model.inputs


def _recording(whole: Any, layer: Any) -> Callable[..., Any]:
    def call(x: Any, training: bool) -> Any:
        function, seen = layer.activation, []

        def noting(z: Any) -> Any:
            seen.append(z)
            return function(z)

        layer.activation = noting
        try:
            whole(x, training=training)
        finally:
            layer.activation = function
        return seen[-1]

    return call
