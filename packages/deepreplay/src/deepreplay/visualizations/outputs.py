"""Violins of what each layer gives: its activations, or the z-values before its activation function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deepreplay.plan import checked_flag
from deepreplay.visualizations._layers import with_one_output
from deepreplay.visualizations._violins import (
    ViolinsState,
    checked_last,
    chosen_layers,
    draw,
    ragged,
    state_of,
    update,
)
from handyhooks import ReplayView, Visualization

__all__ = ["VISUALIZATION", "OutputsState", "accepts", "compute", "draw", "prepare", "update"]

_INPUTS = "inputs"


@dataclass(frozen=True, kw_only=True)
class OutputsState(ViolinsState):
    """See `ViolinsState`.

    Attributes
    ----------
    before_activation, include_inputs
        As the user chose.
    """

    before_activation: bool
    include_inputs: bool


def accepts(view: ReplayView) -> str | None:
    """Inputs that are one array are one violin."""
    return None if isinstance(view.inputs, np.ndarray) else "its model has several inputs."


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    before_activation: bool = False,
    layer_names: Sequence[str] | None = None,
    include_inputs: bool = True,
    exclude_outputs: bool = True,
    cmap: str = "viridis",
) -> OutputsState:
    """Choose the layers, and find limits that fit all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    before_activation
        Show z-values: what goes into each layer's activation function; of recurrent layers, for the state (LSTM, GRU:
        for the candidate) at the last step, or with ``return_sequences`` at each.
    layer_names
        Layers to show; by default all that have one output, which shared ones have not (with z-values, of those the
        ones that have an activation function).
    include_inputs
        Show the inputs as a violin of their own, before the layers.
    exclude_outputs
        Leave out the last layer, where no layers are named.
    cmap
        Colour map of matplotlib, from the first layer to the last.

    Raises
    ------
    LayerNotFoundError
        There is no layer of a name.
    ArgumentTypeError, ArgumentValueError
        A layer has no z-values, or an option does not fit.
    ModelError
        A layer that was named has no one output of its own (it is shared), or none has.
    """
    before = checked_flag("before_activation", before_activation)
    inputs = checked_flag("include_inputs", include_inputs)
    last = checked_last(exclude_outputs, view.layer_names)
    available = [name for name in view.layer_names if not before or view.has_zvalues(name)]
    what = "activation function of one output" if before else "output"
    selected = chosen_layers(layer_names, available, view.layer_names, last, what)
    if layer_names is None:
        selected = with_one_output(view, selected)
    names = (_INPUTS, *selected) if inputs else selected
    static = {"names": names, "layers": tuple(view.layer_names), "selected_layers": selected}
    common = state_of(
        "Z-values" if before else "Activations",
        "z-value" if before else "activation",
        static,
        cmap,
        epochs,
        lambda epoch: _values(view, selected, epoch, before, inputs),
    )
    return OutputsState(**vars(common), before_activation=before, include_inputs=inputs)


def compute(view: ReplayView, state: OutputsState, epoch: int) -> dict[str, np.ndarray]:
    """``values``: of each violin all numbers, an array of arrays."""
    selected = state.static["selected_layers"]
    return {"values": _values(view, selected, epoch, state.before_activation, state.include_inputs)}


def _values(view: ReplayView, layers: Sequence[str], epoch: int, before: bool, inputs: bool) -> np.ndarray:
    outputs = view.zvalues if before else view.outputs
    return ragged([*([view.inputs] if inputs else []), *(outputs(layer, epoch) for layer in layers)])


VISUALIZATION = Visualization(
    name="outputs",
    summary="Violins of the activations of each layer, or of the z-values before its activation function.",
    accepts=accepts,
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
