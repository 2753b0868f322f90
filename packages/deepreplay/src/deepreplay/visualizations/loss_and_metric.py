"""Loss and a metric over all samples, epoch by epoch, on twin axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.errors import ArgumentValueError, MetricNotFoundError, did_you_mean
from deepreplay.figure.colors import checked_colors
from deepreplay.figure.limits import limits_of
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VISUALIZATION", "LossAndMetric", "compute", "draw", "prepare", "update"]


@dataclass(frozen=True, kw_only=True)
class LossAndMetric:
    """Both curves.

    Attributes
    ----------
    epochs
        The states, shape (states,).
    unit
        What a state was recorded after.
    loss, metric
        Values over all samples after each, shape (states,).
    colors
        Of the loss and of the metric.
    static
        As users read it: ``metric_name``.
    """

    epochs: np.ndarray
    unit: str
    loss: np.ndarray
    metric: np.ndarray
    colors: tuple[str, ...]
    static: Mapping[str, str]


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    metric_name: str | None = None,
    colors: Sequence[str] = ("tab:red", "tab:blue"),
) -> LossAndMetric:
    """Evaluate every state.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    metric_name
        A metric that the model was compiled with; the first of them where it is left out.
    colors
        Of the loss and of the metric.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        The colours do not fit, or the metric is an array, as an F score of each class.
    MetricNotFoundError
        The model has no such metric, or none at all.
    """
    chosen = checked_colors("colors", colors, 2)
    name = _metric_name(view, epochs[0], metric_name)
    results = [view.evaluate(epoch) for epoch in epochs]
    return LossAndMetric(
        epochs=np.asarray(epochs),
        unit=view.unit,
        loss=np.array([result["loss"] for result in results]),
        metric=np.array([result[name] for result in results]),
        colors=chosen,
        static={"metric_name": name},
    )


def compute(view: ReplayView, state: LossAndMetric, epoch: int) -> dict[str, np.ndarray]:
    """``loss`` and ``metric`` at the epoch."""
    position = np.searchsorted(state.epochs, epoch)
    return {"loss": state.loss[position], "metric": state.metric[position]}


def draw(state: LossAndMetric, ax: Axes) -> dict[str, Any]:
    """Make both curves, with axes of their own that show all epochs."""
    name = state.static["metric_name"]
    twin = ax.twinx()
    artists = {}
    for kind, axes, values, color in (
        ("loss", ax, state.loss, state.colors[0]),
        (name, twin, state.metric, state.colors[1]),
    ):
        # With all of the curve, which an axis that a user makes logarithmic finds new limits for.
        (line,) = axes.plot(state.epochs, values, color=color, marker="o", markersize=4, markevery=[-1])
        finite = values[np.isfinite(values)]
        axes.set_ylim(*limits_of(finite.min(initial=np.inf), finite.max(initial=-np.inf)), auto=True)
        axes.set_ylabel(kind, color=color)
        axes.tick_params(axis="y", labelcolor=color)
        artists["loss" if axes is ax else "metric"] = line
    ax.set_xlim(*limits_of(state.epochs[0], state.epochs[-1]))
    ax.set_xlabel(state.unit)
    ax.set_title(f"Loss and {name}")
    return artists


def update(artists: Mapping[str, Any], state: LossAndMetric, data: Mapping[str, np.ndarray], epoch: int) -> None:
    """Let them end at the epoch."""
    end = int(np.searchsorted(state.epochs, epoch)) + 1
    artists["loss"].set_data(state.epochs[:end], state.loss[:end])
    artists["metric"].set_data(state.epochs[:end], state.metric[:end])


def _metric_name(view: ReplayView, epoch: int, name: str | None) -> str:
    found = view.evaluate(epoch)
    if isinstance(name, str) and np.ndim(found.get(name, 0)):
        raise ArgumentValueError(f"Metric {name!r} is an array of shape {np.shape(found[name])}, not a curve.")
    metrics = [metric for metric, value in found.items() if metric != "loss" and np.ndim(value) == 0]
    if name is None and metrics:
        return metrics[0]
    if name not in metrics:
        raise MetricNotFoundError(f"The model was not compiled with metric {name!r}.{did_you_mean(str(name), metrics)}")
    return name


VISUALIZATION = Visualization(
    name="loss_and_metric",
    summary="Loss and a metric over all samples, up to the epoch.",
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
