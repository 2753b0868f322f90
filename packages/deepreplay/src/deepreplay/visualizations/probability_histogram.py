"""Predicted probabilities of the samples of each class, with those that are classified wrongly in red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.figure.colors import checked_colors
from deepreplay.grids import checked_count
from deepreplay.visualizations._predictions import checked_threshold, classes_of, probabilities, why_no_classes
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VISUALIZATION", "ProbabilityHistogram", "accepts", "compute", "draw", "prepare", "update"]


@dataclass(frozen=True, kw_only=True)
class ProbabilityHistogram:
    """What does not change from epoch to epoch.

    Attributes
    ----------
    labels
        Class of each sample: 0 or 1.
    threshold
        Samples with a higher probability are classified as positive.
    edges
        Edges of the bins, shape (bins + 1,).
    tops
        Largest count of a bin in any epoch, by class.
    colors
        Of negatives, of positives, and of those that are classified wrongly.
    static
        As users read it: ``target``.
    """

    labels: np.ndarray
    threshold: float
    edges: np.ndarray
    tops: tuple[float, float]
    colors: tuple[str, ...]
    static: Mapping[str, np.ndarray]


def accepts(view: ReplayView) -> str | None:
    """Two classes are what it shows."""
    reason = why_no_classes(view)
    if reason is None and prod(view.output_shape()) > 2:
        reason = "its model tells more than two classes apart."
    return reason


def prepare(
    view: ReplayView,
    epochs: Sequence[int],
    *,
    bins: int = 10,
    threshold: float = 0.5,
    colors: Sequence[str] = ("tab:blue", "tab:green", "tab:red"),
) -> ProbabilityHistogram:
    """Find limits that fit all epochs.

    Parameters
    ----------
    view, epochs
        The replay, and the states to be shown.
    bins
        Number of bins between 0 and 1.
    threshold
        Samples with a higher probability are classified as positive.
    colors
        Of negatives, of positives, and of those that are classified wrongly.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An option does not fit.
    """
    count = checked_count("bins", bins)
    limit = checked_threshold(threshold)
    labels = np.zeros(len(view.inputs), np.int64) if view.labels is None else view.labels
    state = ProbabilityHistogram(
        labels=labels,
        threshold=limit,
        edges=np.linspace(0, 1, count + 1),
        tops=(1, 1),
        colors=checked_colors("colors", colors, 3),
        static={"target": view.targets},
    )
    tops = np.ones(2)
    for epoch in epochs:
        right, wrong = _counts(state, _positive(view, epoch))
        tops = np.maximum(tops, (right + wrong).max(axis=1))
    return ProbabilityHistogram(**{**vars(state), "tops": (float(tops[0]), float(tops[1]))})


def compute(view: ReplayView, state: ProbabilityHistogram, epoch: int) -> dict[str, np.ndarray]:
    """``prob``: probability of the positive class, shape (samples,)."""
    return {"prob": _positive(view, epoch)}


def draw(state: ProbabilityHistogram, ax_negative: Axes, ax_positive: Axes) -> dict[str, Any]:
    """Make the bars, and a line at the threshold."""
    # Here, because computing must not need matplotlib.
    from deepreplay.figure.bars import Bars

    artists: dict[str, Any] = {}
    for label, (name, ax) in enumerate((("negative", ax_negative), ("positive", ax_positive))):
        artists[f"{name}.right"] = Bars(ax, state.edges, state.tops[label], state.colors[label], f"{name} cases")
        artists[f"{name}.wrong"] = Bars(ax, state.edges, state.tops[label], state.colors[2], "misclassified")
        ax.axvline(state.threshold, color="0.3", linewidth=1, linestyle="--", zorder=3)
        ax.set(xlim=(0, 1), xlabel="probability", ylabel="samples")
        ax.set_ylim(0, state.tops[label] * 1.05, auto=True)
        ax.set_title(f"{name.capitalize()} cases")
        ax.legend(loc="upper right" if label == 0 else "upper left")
    return artists


def update(artists: Mapping[str, Any], state: ProbabilityHistogram, data: Mapping[str, Any], epoch: int) -> None:
    """Let the bars show the epoch."""
    right, wrong = _counts(state, data["prob"])
    for label, name in enumerate(("negative", "positive")):
        artists[f"{name}.right"].move(np.zeros(len(right[label])), right[label])
        artists[f"{name}.wrong"].move(right[label], wrong[label])


def _positive(view: ReplayView, epoch: int) -> np.ndarray:
    return probabilities(view, view.predict(epoch))[:, -1]


def _counts(state: ProbabilityHistogram, probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Samples classified rightly and wrongly, each of shape (2 classes, bins)."""
    wrong = classes_of(probability[:, None], state.threshold) != state.labels

    def counts(chosen: np.ndarray) -> np.ndarray:
        by_class = (probability[(state.labels == label) & chosen] for label in (0, 1))
        return np.stack([np.histogram(values, state.edges)[0] for values in by_class])

    return counts(~wrong), counts(wrong)


VISUALIZATION = Visualization(
    name="probability_histogram",
    summary="Predicted probabilities of the samples of each class, with those classified wrongly in red.",
    axes=("ax_negative", "ax_positive"),
    accepts=accepts,
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)
