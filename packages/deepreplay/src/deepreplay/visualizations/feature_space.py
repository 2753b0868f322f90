"""The samples as a layer of two units sees them, with grid lines that bend with the space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.errors import ArgumentValueError, LayerNotFoundError, did_you_mean
from deepreplay.figure.colors import checked_colors, class_color
from deepreplay.figure.limits import limits_of
from deepreplay.grids import build_2d_grid, build_mesh, checked_count, checked_limits
from deepreplay.plan import checked_flag
from deepreplay.visualizations._layers import with_one_output
from deepreplay.visualizations._predictions import checked_threshold, classes_of, probabilities, why_no_classes
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VISUALIZATION", "FeatureSpace", "compute", "draw", "prepare", "update"]

Limits = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class FeatureSpace:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    layer
        Name of the layer.
    labels
        Class of each sample.
    colors
        Of each class.
    threshold
        Above which probability a sample is positive, where the model has one output.
    static
        The unbent space, as users read it: ``line.grid`` (lines, points, 2), ``line.input`` (samples, inputs),
        ``line.contour`` (rows, columns, 2), ``target``. Grid and contour are empty where the inputs are not 2-D.
    limits
        Limits of the Axes for all epochs; None where they follow the epoch.
    display_grid
        Whether grid lines are drawn.
    bending
        All that is evaluated, in one go: the points of the contour, those of the grid, and the samples, shape
        (points, ...).
    """

    layer: str
    labels: np.ndarray
    colors: tuple[str, ...]
    threshold: float
    static: Mapping[str, np.ndarray]
    limits: Limits | None
    display_grid: bool
    bending: np.ndarray


def accepts(view: ReplayView) -> str | None:
    """Classes are what it colours, of samples that are one array."""
    return why_no_classes(view)


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    layer_name: str | None = None,
    contour_points: int = 1000,
    xlim: tuple[float, float] = (-1, 1),
    ylim: tuple[float, float] = (-1, 1),
    scale_fixed: bool = True,
    display_grid: bool = True,
    threshold: float = 0.5,
    colors: Sequence[str] | None = None,
) -> FeatureSpace:
    """Choose the layer, lay the grid, and find limits that fit all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    layer_name
        A layer with two units. May be left out where just one layer before the last has two.
    contour_points
        Points a side of the mesh that shows the decision regions, over `xlim` x `ylim`.
    xlim, ylim
        The part of the input space that grid and regions cover.
    scale_fixed
        Keep the limits of the Axes the same for all epochs.
    display_grid
        Draw the grid lines.
    threshold
        Probability above which a sample is positive, where the model has one output.
    colors
        Of each class; by default blue and green, as in the posts.

    Raises
    ------
    LayerNotFoundError
        There is no layer of that name.
    ArgumentTypeError, ArgumentValueError
        The layer does not have two units, or an option does not fit.
    """
    layer = _two_unit_layer(view, layer_name)
    points = checked_count("contour_points", contour_points)
    checked_flag("scale_fixed", scale_fixed)
    checked_flag("display_grid", display_grid)
    checked_limits("xlim", xlim)
    checked_limits("ylim", ylim)
    contour, grid, bending = *2 * [np.empty((0, 0, 2), np.float32)], view.inputs
    if view.inputs.shape[1:] == (2,):
        contour, grid = build_mesh(xlim, ylim, points), build_2d_grid(xlim, ylim)
        several = [one.reshape(-1, 2) for one in (contour, grid, view.inputs)]
        # Turned, which they are for the model too, they need not be copied for each epoch.
        bending = np.asfortranarray(np.concatenate(several, dtype=np.float32, casting="same_kind"))
        contour, grid, _ = _apart(bending, contour, grid)
    static = {"line.grid": grid, "line.input": view.inputs, "line.contour": contour, "target": view.targets}
    labels = np.zeros(len(view.inputs), np.int64) if view.labels is None else view.labels
    classes = max(2, prod(view.output_shape()))
    default = [class_color(label) for label in range(classes)]
    limits = _limits_over(view, layer, epochs, bending[contour[..., 0].size :]) if scale_fixed else None
    return FeatureSpace(
        layer=layer,
        labels=labels,
        colors=checked_colors("colors", default if colors is None else colors, classes),
        threshold=checked_threshold(threshold),
        static=static,
        limits=limits,
        display_grid=display_grid,
        bending=bending,
    )


def compute(view: ReplayView, state: FeatureSpace, epoch: int) -> dict[str, np.ndarray]:
    """Bend the space.

    Returns
    -------
    dict
        ``bent_line.grid``, ``bent_line.input``, ``bent_line.contour``: as ``line`` of the state, seen by the layer;
        ``prediction``: class at each contour point, shape (rows, columns); -1 where the network gives no number.
    """
    contour, grid = state.static["line.contour"], state.static["line.grid"]
    classes: np.ndarray = np.empty((0, 0), np.int16)
    if contour.size:
        bent, predicted = view.outputs_and_predictions(state.layer, epoch, state.bending)
        found = probabilities(view, predicted[: contour[..., 0].size])
        classes = classes_of(found, state.threshold).reshape(contour.shape[:2])
    else:
        bent = view.outputs(state.layer, epoch, state.bending)
    contour, grid, samples = _apart(bent, contour, grid)
    return {
        "bent_line.grid": grid,
        "bent_line.input": samples,
        "bent_line.contour": contour,
        "prediction": classes,
    }


def draw(state: FeatureSpace, ax: Axes) -> dict[str, Any]:
    """Make the regions, the grid and the samples of each class."""
    # Here, because computing must not need matplotlib.
    from deepreplay.figure.region import BentRegion

    region = BentRegion(state.colors)
    ax.add_artist(region)
    (grid,) = ax.plot([], [], color="0.45", linewidth=0.6, zorder=1.5, visible=state.display_grid)
    samples = [
        ax.plot([], [], linestyle="none", marker=".", markersize=4, markeredgewidth=0, color=color, zorder=2)[0]
        for color in state.colors
    ]
    ax.set_title(f"Feature space of {state.layer!r}")
    ax.set_xlabel("unit 1")
    ax.set_ylabel("unit 2")
    if state.limits is not None:
        ax.set(xlim=state.limits[0], ylim=state.limits[1])
    return {"region": region, "grid": grid, "samples": samples}


def update(artists: Mapping[str, Any], state: FeatureSpace, data: Mapping[str, np.ndarray], epoch: int) -> None:
    """Move them to the epoch."""
    artists["region"].set_data(data["bent_line.contour"], data["prediction"])
    artists["grid"].set_data(*_joined(data["bent_line.grid"]).T)
    for label, line in enumerate(artists["samples"]):
        line.set_data(*data["bent_line.input"][state.labels == label].T)
    if state.limits is None:
        shown = np.concatenate([data["bent_line.grid"].reshape(-1, 2), data["bent_line.input"]])
        xlim, ylim = map(limits_of, *_extremes(shown))
        artists["grid"].axes.set(xlim=xlim, ylim=ylim)


def _two_unit_layer(view: ReplayView, name: str | None) -> str:
    if name is None:
        fitting = [layer for layer in with_one_output(view, view.layer_names[:-1]) if view.output_shape(layer) == (2,)]
        if len(fitting) != 1:
            found = f"{', '.join(map(repr, fitting))} have" if fitting else "no layer before the last has"
            raise ArgumentValueError(f"Pass `layer_name`: {found} two units. Layers: {', '.join(view.layer_names)}.")
        return fitting[0]
    if name not in view.layer_names:
        raise LayerNotFoundError(f"The model has no layer {name!r}.{did_you_mean(str(name), view.layer_names)}")
    shape = view.output_shape(name)
    if shape != (2,):
        given = " x ".join(map(str, shape))
        raise ArgumentValueError(f"A feature space needs a layer with two units; {name!r} gives {given} a sample.")
    return name


def _apart(points: np.ndarray, contour: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Contour, grid and samples, of which the last points are, shaped as those given."""
    first, second, samples = np.split(points, np.cumsum([contour[..., 0].size, grid[..., 0].size]))
    return first.reshape(contour.shape), second.reshape(grid.shape), samples


def _joined(lines: np.ndarray) -> np.ndarray:
    """Lines as one, with gaps: a single artist is drawn much faster than one a line."""
    gaps = np.full((len(lines), 1, 2), np.nan, lines.dtype)
    return np.concatenate([lines, gaps], axis=1).reshape(-1, 2) if lines.size else np.empty((0, 2))


def _limits_over(view: ReplayView, layer: str, epochs: Sequence[int], points: np.ndarray) -> Limits:
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for epoch in epochs:
        least, most = _extremes(view.outputs(layer, epoch, points))
        low, high = np.minimum(low, least), np.maximum(high, most)
    return limits_of(low[0], high[0]), limits_of(low[1], high[1])


def _extremes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest of each unit, over the points that are finite."""
    finite = points if np.isfinite(points).all() else points[np.isfinite(points).all(axis=1)]
    # Turned, they are found much faster.
    turned = finite.T.copy()
    return turned.min(axis=1, initial=np.inf), turned.max(axis=1, initial=-np.inf)


VISUALIZATION = Visualization(
    name="feature_space",
    summary="The samples as a layer of two units sees them, on a grid that bends with the space.",
    accepts=accepts,
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
