"""Violins of the gradients of the loss over all samples, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deepreplay.visualizations._violins import ViolinsState, draw, state_of_layers, update, values_of_layers
from handyhooks import ReplayView, Visualization

__all__ = ["VISUALIZATION", "by_layer", "compute", "draw", "prepare", "update"]


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    layer_names: Sequence[str] | None = None,
    exclude_outputs: bool = True,
    cmap: str = "viridis",
) -> ViolinsState:
    """Choose the layers, and find limits that fit all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    layer_names
        Layers to show; by default all that have trainable weights.
    exclude_outputs
        Leave out the last layer, where no layers are named.
    cmap
        Colour map of matplotlib, from the first layer to the last.

    Raises
    ------
    LayerNotFoundError
        There is no layer of a name.
    ArgumentTypeError, ArgumentValueError
        A layer has no trainable weights, or an option does not fit.
    ModelError
        The model was not compiled.
    """
    return state_of_layers(
        by_layer,
        view,
        epochs,
        layer_names=layer_names,
        exclude_outputs=exclude_outputs,
        cmap=cmap,
        title="Gradients",
        ylabel="gradient",
        what="trainable weights",
    )


def compute(view: ReplayView, state: ViolinsState, epoch: int) -> dict[str, np.ndarray]:
    """``values``: of each selected layer the gradients of kernels and biases, an array of arrays."""
    return {"values": values_of_layers(by_layer, view, state.static["selected_layers"], epoch)}


def by_layer(view: ReplayView, epoch: int) -> dict[str, np.ndarray]:
    """Gradients of each layer that has trainable weights, each flat."""
    return {name: np.concatenate([one.reshape(-1) for one in g]) for name, g in view.gradients(epoch).items() if g}


VISUALIZATION = Visualization(
    name="gradients",
    summary="Violins of the gradients of the loss over all samples, layer by layer.",
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
