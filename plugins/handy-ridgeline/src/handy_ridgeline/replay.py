"""The ridgeline for deepreplay: the distribution of a layer's weights or activations, one ridge an epoch.

As in TensorBoard's histograms, earlier epochs stand behind and later ones in front.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyhooks import ReplayView, Visualization, hookimpl

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RIDGELINE", "Ridges", "compute", "deepreplay_visualizations", "density", "draw", "prepare", "update"]

_POINTS: Final = 256
_MARGIN: Final = 0.05
_OVERLAP: Final = 3.0
"""Height of the highest ridge, in distances between ridges."""


@dataclass(frozen=True, kw_only=True)
class Ridges:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    layer, of
        Whose distribution, and of what: ``"weights"`` or ``"activations"``.
    epochs
        Epochs that have a ridge, ascending, shape (ridges,).
    densities
        Height of each ridge at each of `x`, shape (ridges, points).
    static
        ``x``: where densities are taken, shape (points,).
    scale
        What a density is multiplied with to become a height in epochs.
    """

    layer: str
    of: str
    epochs: np.ndarray
    densities: np.ndarray
    static: Mapping[str, np.ndarray]
    scale: float


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    layer_name: str | None = None,
    of: str = "weights",
    ridges: int = 20,
) -> Ridges:
    """Choose the layer and the epochs that get a ridge, and find a range that fits all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    layer_name
        The layer; the first that has weights where it is left out.
    of
        ``"weights"`` (all of its arrays together) or ``"activations"`` (for all samples).
    ridges
        At most so many epochs get a ridge, evenly spread; the epoch that is shown always has one.

    Raises
    ------
    ValueError
        There is no such layer, it has no weights, or an option is none of those allowed.
    TypeError
        `ridges` is no whole number.
    """
    if of not in ("weights", "activations"):
        raise ValueError(f"The `of` of a ridgeline must be 'weights' or 'activations'; got {of!r}.")
    if isinstance(ridges, bool) or not isinstance(ridges, (int, np.integer)):
        raise TypeError(f"The `ridges` of a ridgeline must be a whole number; got {ridges!r}.")
    if ridges < 1:
        raise ValueError(f"The `ridges` of a ridgeline must be at least 1; got {ridges}.")
    layer = _layer(view, epochs[0], layer_name, of)
    x = _places(_values(view, layer, of, epoch) for epoch in epochs)
    chosen = np.asarray(epochs)[
        np.unique(np.linspace(0, len(epochs) - 1, min(ridges, len(epochs))).round().astype(int))
    ]
    densities = np.stack([density(_values(view, layer, of, int(epoch)), x) for epoch in chosen])
    highest = float(densities.max()) or 1.0
    distance = (chosen[-1] - chosen[0]) / max(len(chosen) - 1, 1) or 1.0
    return Ridges(
        layer=layer,
        of=of,
        epochs=chosen,
        densities=densities,
        static={"x": x},
        scale=float(_OVERLAP * distance / highest),
    )


def compute(view: ReplayView, state: Ridges, epoch: int) -> dict[str, np.ndarray]:
    """``values`` of the epoch, in one row, and their ``density`` at each of ``x``."""
    values = _values(view, state.layer, state.of, epoch)
    return {"values": values, "density": density(values, state.static["x"])}


def draw(state: Ridges, ax: Axes) -> dict[str, Any]:
    """Make a ridge for each chosen epoch, and one for the epoch that is shown."""
    from matplotlib import colormaps

    shades = colormaps["Oranges"](np.linspace(0.25, 0.75, len(state.epochs)))
    ridges = [
        _ridge(
            ax, _outline(state, height, epoch), facecolor=shade, edgecolor="white", linewidth=0.8, zorder=2 + i * 1e-3
        )
        for i, (epoch, height, shade) in enumerate(zip(state.epochs, state.densities, shades, strict=True))
    ]
    shown = _ridge(ax, np.zeros((1, 2)), facecolor="tab:red", edgecolor="black", linewidth=1, zorder=3)
    first, last = state.epochs[0], state.epochs[-1]
    ax.set_ylim(last + 0.03 * (last - first + 1), first - state.scale * state.densities.max() * 1.1)
    ax.set_xlim(state.static["x"][0], state.static["x"][-1])
    ax.set_yticks(state.epochs[:: -(-len(state.epochs) // 6)])
    ax.set_title(f"{state.of.capitalize()} of {state.layer!r}")
    ax.set_ylabel("epoch")
    return {"ridges": ridges, "shown": shown}


def update(artists: Mapping[str, Any], state: Ridges, data: Mapping[str, np.ndarray], epoch: int) -> None:
    """Show the ridges before the epoch, and its own."""
    for ridge, of_epoch in zip(artists["ridges"], state.epochs, strict=True):
        ridge.set_visible(bool(of_epoch < epoch))
    artists["shown"].set_xy(_outline(state, data["density"], epoch))


def density(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Estimate of a density at evenly spaced places, by Gaussian kernels over a fine histogram.

    The bandwidth is 1.06 standard deviations over the fifth root of the number of values (Scott 1992,
    *Multivariate Density Estimation*), and at least the distance of two places. Values that are not finite are
    left out; without any, the density is 0.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.zeros(len(x))
    step = x[1] - x[0]
    counts, _ = np.histogram(finite, bins=np.append(x - step / 2, x[-1] + step / 2))
    bandwidth = max(_bandwidth(finite), step)
    reach = int(np.ceil(4 * bandwidth / step))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / bandwidth) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum())[reach : reach + len(x)]
    return smooth / (len(finite) * step)


RIDGELINE = Visualization(
    name="ridgeline",
    summary="Distribution of a layer's weights or activations, one ridge an epoch.",
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)


@hookimpl
def deepreplay_visualizations() -> Iterable[Visualization]:
    """Offer the ridgeline."""
    return [RIDGELINE]


def _bandwidth(finite: np.ndarray) -> float:
    return float(1.06 * finite.std() * len(finite) ** -0.2)


def _layer(view: ReplayView, epoch: int, name: str | None, of: str) -> str:
    weighted = [layer for layer, arrays in view.weights(epoch).items() if len(arrays)]
    if name is None and weighted:
        return weighted[0]
    allowed = weighted if of == "weights" else list(view.layer_names)
    if name in allowed:
        return name
    near = difflib.get_close_matches(str(name), allowed, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(
        f"There is no layer {name!r} with {of}.{hint} There are: {', '.join(map(repr, allowed)) or 'none'}."
    )


def _values(view: ReplayView, layer: str, of: str, epoch: int) -> np.ndarray:
    arrays = view.weights(epoch)[layer] if of == "weights" else [view.outputs(layer, epoch)]
    return np.concatenate([np.asarray(array, dtype=np.float64).ravel() for array in arrays])


def _places(all_values: Iterator[np.ndarray]) -> np.ndarray:
    """Evenly spaced places over the range of all values, with a margin for the kernels' tails."""
    low, high, bandwidth = np.inf, -np.inf, 0.0
    for values in all_values:
        finite = values[np.isfinite(values)]
        if len(finite):
            low, high = min(low, finite.min()), max(high, finite.max())
            bandwidth = max(bandwidth, _bandwidth(finite))
    if low > high:
        low, high = 0.0, 1.0
    margin = max(3 * bandwidth, _MARGIN * (high - low)) or max(_MARGIN * abs(low), _MARGIN)
    return np.linspace(low - margin, high + margin, _POINTS)


def _outline(state: Ridges, heights: np.ndarray, epoch: int) -> np.ndarray:
    """Corners of a ridge that stands on its epoch. The axis of epochs points down, so heights are taken off."""
    x = state.static["x"]
    top = np.column_stack([x, epoch - heights * state.scale])
    return np.concatenate([[[x[0], epoch]], top, [[x[-1], epoch]]])


def _ridge(ax: Axes, outline: np.ndarray, **style: Any) -> Any:
    from matplotlib.patches import Polygon

    return ax.add_patch(Polygon(outline, closed=True, **style))
