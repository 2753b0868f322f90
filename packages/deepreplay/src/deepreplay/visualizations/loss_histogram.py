"""Losses of all samples, as a histogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.figure.colors import checked_colors
from deepreplay.figure.limits import limits_of
from deepreplay.grids import checked_count
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VISUALIZATION", "LossHistogram", "compute", "draw", "prepare", "update"]


@dataclass(frozen=True, kw_only=True)
class LossHistogram:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    edges
        Edges of the bins, shape (bins + 1,).
    top
        Largest count of a bin in any epoch.
    color
        Of the bars.
    """

    edges: np.ndarray
    top: float
    color: str


def prepare(view: ReplayView, epochs: Sequence[int], *, bins: int = 20, color: str = "tab:red") -> LossHistogram:
    """Lay bins over the losses of all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    bins
        Number of bins.
    color
        Of the bars.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An option does not fit.
    ModelError
        The model has no loss.
    """
    count = checked_count("bins", bins)
    (checked,) = checked_colors("color", (color,), 1)
    low, high = np.inf, -np.inf
    for epoch in epochs:
        finite = _finite(view.losses(epoch))
        low, high = finite.min(initial=low), finite.max(initial=high)
    # Losses are mostly never below 0, and then the axis should not be, either.
    left, right = (low, high) if high > low else limits_of(low, high)
    edges = np.linspace(min(left, 0.0) if left < 0 else 0.0, right, count + 1)
    top = max(int(np.histogram(_finite(view.losses(epoch)), edges)[0].max()) for epoch in epochs)
    return LossHistogram(edges=edges, top=float(max(top, 1)), color=checked)


def compute(view: ReplayView, state: LossHistogram, epoch: int) -> dict[str, np.ndarray]:
    """``loss``: of each sample, without regularizers and sample weights, shape (samples,)."""
    return {"loss": view.losses(epoch)}


def draw(state: LossHistogram, ax: Axes) -> dict[str, Any]:
    """Make the bars."""
    # Here, because computing must not need matplotlib.
    from deepreplay.figure.bars import Bars

    bars = Bars(ax, state.edges, state.top, state.color)
    ax.set(xlim=(state.edges[0], state.edges[-1]), xlabel="loss", ylabel="samples")
    ax.set_ylim(0, state.top * 1.05, auto=True)
    ax.set_title("Losses")
    return {"bars": bars}


def update(artists: Mapping[str, Any], state: LossHistogram, data: Mapping[str, Any], epoch: int) -> None:
    """Let the bars show the epoch."""
    counts, _ = np.histogram(_finite(data["loss"]), state.edges)
    artists["bars"].move(np.zeros(len(counts)), counts)


def _finite(losses: np.ndarray) -> np.ndarray:
    return losses[np.isfinite(losses)]


VISUALIZATION = Visualization(
    name="loss_histogram",
    summary="Losses of all samples, as a histogram.",
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
