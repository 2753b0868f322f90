"""Curves as numbers, and how they are drawn: compute first, draw later, as often as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.errors import InvalidTypeError
from handyspark.figure import check_axes
from handyspark.labels import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ConfusionDisplay", "Curve", "CurveDisplay"]

_REFERENCE: Final = "handyspark reference"
_MARGIN: Final = 0.02


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One curve.

    Attributes
    ----------
    label
        What the legend says; "model" where it is empty and no other is given.
    x, y
        Points, shape (points,).
    """

    label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(kw_only=True)
class CurveDisplay:
    """Curves of one kind, one a stratum, and how they are drawn.

    Attributes
    ----------
    curves
        The numbers.
    xlabel, ylabel
        Of the axes.
    references
        Lines to compare with, as points ``((x, x), (y, y))``.
    steps
        Draw steps, not straight lines.
    marker
        Marks the points.
    unit
        Both axes go from 0 to 1.
    room_above
        Curves end at 1, and fill what is below: the legend has room above them.
    axes_, figure_, lines_
        What was drawn last; None before.
    """

    curves: tuple[Curve, ...]
    xlabel: str
    ylabel: str
    references: tuple[tuple[tuple[float, float], tuple[float, float]], ...] = ()
    steps: bool = False
    marker: str | None = None
    unit: bool = True
    room_above: bool = False
    axes_: Any = field(default=None, init=False, repr=False)
    figure_: Any = field(default=None, init=False, repr=False)
    lines_: list[Any] = field(default_factory=list, init=False, repr=False)

    def plot(self, ax: Any = None, *, label: str | None = None, **style: Any) -> CurveDisplay:
        """Draw the curves.

        Parameters
        ----------
        ax
            matplotlib Axes; a new figure's for None. Several displays fit in one.
        label
            Goes before each curve's own label: the model's name.
        **style
            As for `matplotlib.axes.Axes.plot`.

        Returns
        -------
        CurveDisplay
            Itself, with `axes_`, `figure_` and `lines_`.
        """
        axes = one_axes(ax)
        for x, y in self.references:
            if not any(line.get_gid() == _REFERENCE and list(line.get_ydata()) == list(y) for line in axes.lines):
                axes.plot(x, y, color="0.6", linestyle=":", linewidth=1, gid=_REFERENCE, zorder=1)
        options = {"drawstyle": "steps-pre" if self.steps else "default", "marker": self.marker, **style}
        self.lines_ = []
        for curve in self.curves:
            parts = [plain(text) for text in (label, curve.label) if text]
            self.lines_ += axes.plot(curve.x, curve.y, label=": ".join(parts) or "model", **options)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        if self.unit:
            axes.set_xlim(-_MARGIN, 1 + _MARGIN)
            axes.set_ylim(-_MARGIN, 1 + _MARGIN)
        legend = axes.legend(fontsize="small", **({"loc": "upper left"} if self.room_above else {}))
        if self.room_above:
            axes.set_ylim(-_MARGIN, (1 + _MARGIN) / (1 - _height(legend)))
            axes.set_yticks(np.linspace(0, 1, 6))
        self.axes_, self.figure_ = axes, axes.figure
        return self


@dataclass(kw_only=True)
class ConfusionDisplay:
    """A confusion matrix, and how it is drawn.

    Attributes
    ----------
    matrix
        Weights, rows are actual classes, columns predicted ones; shape (classes, classes).
    classes
        What the classes are called.
    axes_, figure_, image_
        What was drawn last; None before.
    """

    matrix: NDArray[np.float64]
    classes: Sequence[Any]
    axes_: Any = field(default=None, init=False, repr=False)
    figure_: Any = field(default=None, init=False, repr=False)
    image_: Any = field(default=None, init=False, repr=False)

    def plot(self, ax: Any = None, **style: Any) -> ConfusionDisplay:
        """Draw the matrix, coloured by share of the actual class, with weights written in.

        Parameters
        ----------
        ax
            matplotlib Axes; a new figure's for None.
        **style
            As for `matplotlib.axes.Axes.imshow`.
        """
        axes = one_axes(ax)
        totals = self.matrix.sum(axis=1, keepdims=True)
        shares = np.divide(self.matrix, totals, out=np.zeros(self.matrix.shape), where=totals > 0)
        self.image_ = axes.imshow(shares, **{"cmap": "Blues", "vmin": 0, "vmax": 1, **style})
        for (row, column), value in np.ndenumerate(self.matrix):
            red, green, blue, _ = self.image_.cmap(self.image_.norm(shares[row, column]))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            axes.text(column, row, f"{value:,.10g}", ha="center", va="center", color="white" if dark else "black")
        names = [plain(str(name)) for name in self.classes]
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("Predicted")
        axes.set_ylabel("Actual")
        self.axes_, self.figure_ = axes, axes.figure
        return self


def _height(legend: Any) -> float:
    """About how much of its Axes' height a legend takes, at most two thirds."""
    texts = legend.get_texts()
    size = texts[0].get_fontsize()
    # A line is one and a half as high as its letters; the frame's padding and distance take two lines more.
    lines = sum(1 + text.get_text().count("\n") for text in texts)
    axes = legend.axes
    points = axes.get_position().height * axes.figure.get_figheight() * 72
    return float(min(1.5 * size * (lines + 1) / points, 2 / 3))


def one_axes(ax: Any) -> Any:
    """The Axes to draw on: the one that is given, or a new figure's.

    Raises
    ------
    InvalidTypeError
        `ax` is neither None nor Axes.
    """
    check_axes(ax)
    if ax is None:
        import matplotlib.pyplot as plt

        return plt.subplots(layout="constrained")[1]
    if np.size(ax) != 1:
        raise InvalidTypeError(f"`ax` must be one matplotlib Axes; got {np.size(ax)}.")
    return np.atleast_1d(np.asarray(ax, dtype=object)).ravel()[0]
