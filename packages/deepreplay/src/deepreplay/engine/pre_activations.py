"""What goes into activation functions: the z-values of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from deepreplay._keras import load_keras
from deepreplay.engine.parts import part_of
from deepreplay.errors import ModelError
from deepreplay.models import duplicate

__all__ = ["PreActivations"]

_ACTIVATIONS: Final = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")
"""Layers that are an activation function: what goes into the layer goes into the function."""

_CELLS: Final = ("SimpleRNNCell", "GRUCell", "LSTMCell", "ConvLSTMCell")
"""Cells of recurrent layers whose activation function is first applied to their (candidate) state."""


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
        """Whether the layer applies an activation function to what it has computed."""
        found = self._model.get_layer(layer)
        if type(found).__name__ in _ACTIVATIONS:
            return True
        if isinstance(found, load_keras().layers.RNN):
            return type(found.cell).__name__ in _CELLS
        return callable(getattr(found, "activation", None))

    def of(self, layer: str) -> Callable[..., Any]:
        """Function of samples that gives the z-values of a layer.

        Those of a recurrent layer are what its `activation` takes for the state (LSTM, GRU: for the candidate) at the
        last step, or with ``return_sequences`` at each.

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
        if type(copied).__name__ in _ACTIVATIONS:
            return self._mapped(part_of(self._copy, layer, "input"))
        whole = part_of(self._copy, layer)
        record = _stepping if isinstance(copied, keras.layers.RNN) else _recording
        return self._mapped(record(whole, copied))

    def _mapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let the copy's variables stand for those of the model, in the scope that the engine has opened."""
        keras = load_keras()
        pairs = list(zip(self._model.weights, self._copy.weights, strict=True))

        def call(x: Any) -> Any:
            values = [(own, keras.ops.convert_to_tensor(theirs)) for theirs, own in pairs]
            with keras.StatelessScope(state_mapping=values):
                return function(x, training=False)

        return call


@contextmanager
def _noted(owner: Any) -> Iterator[list[Any]]:
    """All that goes into the activation function of a layer or cell."""
    function, seen = owner.activation, []

    def noting(z: Any) -> Any:
        seen.append(z)
        return function(z)

    owner.activation = noting
    try:
        yield seen
    finally:
        owner.activation = function


def _recording(whole: Any, layer: Any) -> Callable[..., Any]:
    def call(x: Any, training: bool) -> Any:
        with _noted(layer) as seen:
            whole(x, training=training)
        return seen[-1]

    return call


def _stepping(whole: Any, layer: Any) -> Callable[..., Any]:
    """As `_recording`; but all that a loop over steps lets out is what its cell gives."""
    cell = layer.cell
    layer.use_cudnn = False  # which has no steps that can be looked into

    def call(x: Any, training: bool) -> Any:
        step = cell.call

        def giving_z(inputs: Any, states: Any, **options: Any) -> Any:
            with _noted(cell) as seen:
                _, states = step(inputs, states, **options)
            return seen[0], states

        cell.call = giving_z
        try:
            found = whole(x, training=training)
        finally:
            cell.call = step
        return found[0] if isinstance(found, (list, tuple)) else found  # the states follow

    return call
