"""Violins of the weights of each layer, without its biases."""

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
        Layers to show; by default all that have weights.
    exclude_outputs
        Leave out the last layer, where no layers are named.
    cmap
        Colour map of matplotlib, from the first layer to the last.

    Raises
    ------
    LayerNotFoundError
        There is no layer of a name.
    ArgumentTypeError, ArgumentValueError
        A layer has no weights, or an option does not fit.
    """
    return state_of_layers(
        by_layer,
        view,
        epochs,
        layer_names=layer_names,
        exclude_outputs=exclude_outputs,
        cmap=cmap,
        title="Weights",
        ylabel="weight",
        what="weights but biases",
    )


def compute(view: ReplayView, state: ViolinsState, epoch: int) -> dict[str, np.ndarray]:
    """``values``: of each selected layer all weights, an array of arrays."""
    return {"values": values_of_layers(by_layer, view, state.static["selected_layers"], epoch)}


def by_layer(view: ReplayView, epoch: int) -> dict[str, np.ndarray]:
    """Weights of each layer that has any but biases, each flat."""
    kernels = {name: _kernels(arrays) for name, arrays in view.weights(epoch).items()}
    return {name: np.concatenate([one.reshape(-1) for one in several]) for name, several in kernels.items() if several}


def _kernels(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Weights of two or more dimensions; but not the bias of a GRU, which has two rows after its two kernels."""
    shapes = [array.shape for array in arrays]
    gru = len(shapes) == 3 and shapes[0][-1:] == shapes[1][-1:] and shapes[2] == (2, *shapes[0][-1:])
    return [array for array in (arrays[:2] if gru else arrays) if array.ndim > 1]


VISUALIZATION = Visualization(
    name="weights",
    summary="Violins of the weights of each layer, without its biases.",
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
