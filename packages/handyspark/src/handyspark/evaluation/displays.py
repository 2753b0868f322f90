"""Curves as numbers, and how they are drawn: compute first, draw later, as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.errors import InvalidTypeError
from handyspark.evaluation.legends import add_legend, height_of
from handyspark.evaluation.room import room_on
from handyspark.figure import check_axes
from handyspark.labels import plain
from handyspark.styling import try_style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.matrices import ConfusionDisplay

__all__ = ["Curve", "CurveDisplay", "check_one_axes", "draw", "one_axes"]

_REFERENCE: Final = "handyspark reference"
_DASHED: Final = "handyspark dashed"
_MARGIN: Final = 0.02
_LOW: Final = 120
"""Points of height with room for few ticks only."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One curve.

    Attributes
    ----------
    label
        What the legend says; "model" where it is empty and no other is given.
    x, y
        Points, shape (points,).
    dashed
        Belongs to the curve before: dashed, in the same colour, and not in the legend.
    """

    label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    dashed: bool = False


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
    dashed
        What the legend says of all dashed curves together.
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
    dashed: str = ""
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

        Raises
        ------
        InvalidTypeError
            `ax` is no Axes, or matplotlib does not take a keyword.
        """
        from matplotlib.cbook import normalize_kwargs
        from matplotlib.lines import Line2D

        self.check(ax, style)
        axes = one_axes(ax)
        for x, y in self.references:
            if not any(line.get_gid() == _REFERENCE and list(line.get_ydata()) == list(y) for line in axes.lines):
                axes.plot(x, y, color="0.6", linestyle=":", linewidth=1, gid=_REFERENCE, zorder=1)
        if self.dashed and not any(line.get_gid() == _DASHED for line in axes.lines):
            axes.plot([], [], color="0.4", linestyle="--", label=self.dashed, gid=_DASHED)
        drawstyle = "steps-pre" if self.steps else "default"
        options = {"drawstyle": drawstyle, "marker": self.marker, **normalize_kwargs(style, Line2D)}
        self.lines_ = []
        for curve in self.curves:
            parts = [plain(str(text)) for text in (label, curve.label) if text not in (None, "")]
            look = {"label": ": ".join(parts) or "model", **options}
            if curve.dashed:
                look |= {"label": f"_{look['label']}", "color": self.lines_[-1].get_color(), "linestyle": "--"}
            self.lines_ += axes.plot(curve.x, curve.y, **look)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        if self.unit:
            axes.set_xlim(-_MARGIN, 1 + _MARGIN)
            axes.set_ylim(-_MARGIN, 1 + _MARGIN)
        legend = add_legend(axes, **({"loc": "upper left"} if self.room_above else {}))
        if self.room_above:
            axes.set_ylim(-_MARGIN, (1 + _MARGIN) / (1 - height_of(legend)))
            axes.set_yticks(np.linspace(0, 1, 6 if room_on(axes)[1] > _LOW else 3))
        self.axes_, self.figure_ = axes, axes.figure
        return self

    @staticmethod
    def check(ax: Any, style: Mapping[str, Any]) -> None:
        """Refuse what `plot` can't draw on, or matplotlib does not take, before any figure is made."""
        check_one_axes(ax)
        if style:
            try_style(lambda axes, label=None, **options: axes.plot([0, 1], [0, 1], **options), style, owner="a curve")


def draw(
    display: Callable[[], CurveDisplay | ConfusionDisplay],
    kind: type[CurveDisplay] | type[ConfusionDisplay],
    ax: Any,
    style: Mapping[str, Any],
) -> Any:
    """Check what is asked for, compute the numbers, draw them, and give the Axes."""
    kind.check(ax, style)
    return display().plot(ax, **style).axes_


def check_one_axes(ax: Any) -> None:
    """Refuse what is neither None nor one Axes.

    Raises
    ------
    InvalidTypeError
        `ax` is something else.
    """
    check_axes(ax)
    if ax is not None and np.size(ax) != 1:
        raise InvalidTypeError(f"`ax` must be one matplotlib Axes; got {np.size(ax)}.")


def one_axes(ax: Any) -> Any:
    """The Axes to draw on: the one that is given, or a new figure's."""
    if ax is None:
        import matplotlib.pyplot as plt

        return plt.subplots(layout="constrained")[1]
    return np.atleast_1d(np.asarray(ax, dtype=object)).ravel()[0]
