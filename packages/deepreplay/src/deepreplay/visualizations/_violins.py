"""What the violins of weights, outputs and gradients have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from deepreplay.arrays import as_floats, read_only
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, LayerNotFoundError, did_you_mean
from deepreplay.figure.colors import checked_cmap
from deepreplay.figure.limits import limits_of
from deepreplay.plan import checked_flag
from handyhooks import ReplayView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ViolinsState",
    "checked_last",
    "chosen_layers",
    "draw",
    "ragged",
    "state_of",
    "state_of_layers",
    "update",
    "values_of_layers",
]

ByLayer: TypeAlias = "Callable[[ReplayView, int], Mapping[str, np.ndarray]]"
"""Numbers of each layer that has any, at an epoch."""


@dataclass(frozen=True, kw_only=True)
class ViolinsState:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    title, ylabel
        What stands at the Axes.
    limits
        Limits of the values for all epochs.
    cmap
        Colour map, from the first layer to the last.
    static
        As users read it: ``names`` of the violins, ``layers`` that there are, ``selected_layers``.
    """

    title: str
    ylabel: str
    limits: tuple[float, float]
    cmap: str
    static: Mapping[str, tuple[str, ...]]


def checked_last(exclude_outputs: object, layer_names: Sequence[str]) -> str | None:
    """The layer to leave out: the last, or None."""
    return layer_names[-1] if checked_flag("exclude_outputs", exclude_outputs) else None


def chosen_layers(
    layer_names: object, available: Sequence[str], all_names: Sequence[str], last: str | None, what: str
) -> tuple[str, ...]:
    """The layers to show, in the model's order: those that were named, else all but the last.

    Parameters
    ----------
    layer_names
        What the user gave; None for all.
    available
        Layers that can be shown.
    all_names
        Layers of the model.
    last
        The layer to leave out where none are named; None to leave out none.
    what
        What they must have, to be said in errors.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is no list of names, a layer can't be shown, or none is left.
    LayerNotFoundError
        There is no layer of a name.
    """
    if layer_names is None:
        chosen = tuple(name for name in available if name != last)
        if not chosen:
            raise ArgumentValueError(f"There is nothing to show: no layer (but the output layer) has {what}.")
        return chosen
    names = [layer_names] if isinstance(layer_names, str) else layer_names
    if not isinstance(names, Iterable) or not names:
        raise ArgumentTypeError(f"The `layer_names` must be a list of names of layers; got {layer_names!r}.")
    wanted = list(names)
    for name in wanted:
        if name not in all_names:
            raise LayerNotFoundError(f"The model has no layer {name!r}.{did_you_mean(str(name), all_names)}")
        if name not in available:
            raise ArgumentValueError(f"Layer {name!r} has no {what}. Those that do: {', '.join(available) or 'none'}.")
    return tuple(name for name in available if name in wanted)


def ragged(arrays: Iterable[np.ndarray]) -> np.ndarray:
    """Arrays of any lengths as one array of arrays of floats, each flat."""
    flat = [read_only(as_floats(np.asarray(a).reshape(-1))) for a in arrays]
    result = np.empty(len(flat), dtype=object)
    result[:] = flat
    return result


def state_of(
    title: str,
    ylabel: str,
    static: Mapping[str, tuple[str, ...]],
    cmap: object,
    epochs: Sequence[int],
    values: Callable[[int], np.ndarray],
) -> ViolinsState:
    """State with limits that fit the values of all epochs."""
    cmap = checked_cmap(cmap)
    low, high = np.inf, -np.inf
    for epoch in epochs:
        for several in values(epoch):
            finite = several[np.isfinite(several)]
            low, high = finite.min(initial=low), finite.max(initial=high)
    return ViolinsState(title=title, ylabel=ylabel, limits=limits_of(low, high), cmap=cmap, static=static)


def state_of_layers(
    by_layer: ByLayer,
    view: ReplayView,
    epochs: Sequence[int],
    *,
    layer_names: object,
    exclude_outputs: object,
    cmap: object,
    title: str,
    ylabel: str,
    what: str,
) -> ViolinsState:
    """State of one violin a layer; `what` is what a layer must have, to be said in errors."""
    available = list(by_layer(view, epochs[0]))
    all_names = tuple(dict.fromkeys([*view.layer_names, *available]))  # a model may have weights of its own
    last = checked_last(exclude_outputs, view.layer_names)
    names = chosen_layers(layer_names, available, all_names, last, what)
    static = {"names": names, "layers": all_names, "selected_layers": names}
    return state_of(title, ylabel, static, cmap, epochs, lambda epoch: values_of_layers(by_layer, view, names, epoch))


def values_of_layers(by_layer: ByLayer, view: ReplayView, names: Sequence[str], epoch: int) -> np.ndarray:
    """Numbers of the named layers, an array of arrays."""
    found = by_layer(view, epoch)
    return ragged(found[name] for name in names)


def draw(state: ViolinsState, ax: Axes) -> dict[str, Any]:
    """Make the violins."""
    # Here, because computing must not need matplotlib.
    from deepreplay.figure.colors import spread_colors
    from deepreplay.figure.density import Violins

    names = state.static["names"]
    violins = Violins(ax, names, spread_colors(state.cmap, len(names)), state.limits)
    ax.set_title(state.title)
    ax.set_ylabel(state.ylabel)
    return {"violins": violins, "quartiles": violins.quartiles}


def update(artists: Mapping[str, Any], state: ViolinsState, data: Mapping[str, Any], epoch: int) -> None:
    """Let them show the epoch."""
    artists["violins"].move(data["values"])
