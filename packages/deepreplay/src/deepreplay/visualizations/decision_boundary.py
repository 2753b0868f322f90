"""The raw samples, with the regions that the model takes for each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.arrays import as_floats
from deepreplay.figure.colors import checked_colors, class_color
from deepreplay.figure.limits import limits_of
from deepreplay.grids import build_2d_grid, build_mesh, checked_count, checked_limits
from deepreplay.plan import checked_flag
from deepreplay.visualizations._predictions import checked_threshold, classes_of, probabilities, why_no_classes
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VISUALIZATION", "DecisionBoundary", "accepts", "compute", "draw", "prepare", "update"]

Limits = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class DecisionBoundary:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    labels
        Class of each sample.
    colors
        Of each class.
    limits
        Of the Axes.
    threshold
        Above which probability a sample is positive, where the model has one output.
    display_grid
        Whether grid lines are drawn.
    static
        As users read it: ``line.grid``, ``line.input``, ``line.contour``, ``target``.
    """

    labels: np.ndarray
    colors: tuple[str, ...]
    limits: tuple[Limits, Limits]
    threshold: float
    display_grid: bool
    static: Mapping[str, np.ndarray]


def accepts(view: ReplayView) -> str | None:
    """Samples of two features, and classes."""
    if isinstance(view.inputs, np.ndarray) and view.inputs.shape[1:] != (2,):
        return f"its samples must have two features; they are of shape {view.inputs.shape[1:]}."
    return why_no_classes(view)


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    contour_points: int = 1000,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    display_grid: bool = True,
    threshold: float = 0.5,
    colors: Sequence[str] | None = None,
) -> DecisionBoundary:
    """Lay the mesh.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    contour_points
        Points on each side of the mesh that shows the regions.
    xlim, ylim
        What is shown; by default the range of the samples, with a margin.
    display_grid
        Draw the grid lines.
    threshold
        Probability above which a sample is positive, where the model has one output.
    colors
        Of each class; by default blue and green, as in the posts.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An option does not fit.
    """
    points = checked_count("contour_points", contour_points)
    inputs = view.inputs
    across = _limits(inputs[:, 0]) if xlim is None else checked_limits("xlim", xlim)
    up = _limits(inputs[:, 1]) if ylim is None else checked_limits("ylim", ylim)
    classes = max(2, prod(view.output_shape()))
    default = [class_color(label) for label in range(classes)]
    return DecisionBoundary(
        labels=np.zeros(len(inputs), np.int64) if view.labels is None else view.labels,
        colors=checked_colors("colors", default if colors is None else colors, classes),
        limits=(across, up),
        threshold=checked_threshold(threshold),
        display_grid=checked_flag("display_grid", display_grid),
        static={
            "line.grid": build_2d_grid(across, up).astype(np.float32),
            "line.input": inputs,
            "line.contour": build_mesh(across, up, points).astype(np.float32),
            "target": view.targets,
        },
    )


def compute(view: ReplayView, state: DecisionBoundary, epoch: int) -> dict[str, np.ndarray]:
    """``prediction``: class at each contour point, shape (rows, columns); -1 where the network gives no number."""
    contour = state.static["line.contour"]
    found = probabilities(view, view.predict(epoch, contour.reshape(-1, 2)))
    return {"prediction": classes_of(found, state.threshold).reshape(contour.shape[:2])}


def draw(state: DecisionBoundary, ax: Axes) -> dict[str, Any]:
    """Make the regions, the grid and the samples of each class."""
    # Here, because computing must not need matplotlib.
    from deepreplay.figure.region import BentRegion

    region = BentRegion(state.colors)
    ax.add_artist(region)
    if state.display_grid:
        for line in state.static["line.grid"]:
            ax.plot(*line[[0, -1]].T, color="0.45", linewidth=0.6, zorder=1.5)
    for label, color in enumerate(state.colors):
        samples = state.static["line.input"][state.labels == label]
        ax.plot(*samples.T, linestyle="none", marker=".", markersize=4, markeredgewidth=0, color=color, zorder=2)
    ax.set(xlim=state.limits[0], ylim=state.limits[1], xlabel="feature 1", ylabel="feature 2")
    ax.set_title("Decision boundary")
    return {"region": region}


def update(artists: Mapping[str, Any], state: DecisionBoundary, data: Mapping[str, Any], epoch: int) -> None:
    """Let the regions show the epoch."""
    artists["region"].set_data(state.static["line.contour"], data["prediction"])


def _limits(values: np.ndarray) -> Limits:
    finite = as_floats(values[np.isfinite(values)])
    return limits_of(finite.min(initial=np.inf), finite.max(initial=-np.inf))


VISUALIZATION = Visualization(
    name="decision_boundary",
    summary="The raw samples, with the regions that the model takes for each class.",
    accepts=accepts,
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
