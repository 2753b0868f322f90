"""Plots of one Figure that show the same epoch, and the text that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.run import checked_epoch

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from deepreplay.figure.animation import ReplayAnimation
    from deepreplay.figure.plots import EpochPlot

__all__ = ["Scene", "compose"]


class Scene:
    """What moves together.

    Parameters
    ----------
    figure
        The Figure of all.
    plots
        The plots to move.
    caption
        Text that names the epoch.
    title
        What stands in it before the epoch; empty for the epoch alone.
    """

    def __init__(self, figure: Figure, plots: Sequence[EpochPlot], caption: Text, title: str) -> None:
        self.figure = figure
        self._plots = plots
        self._caption = caption
        self._title = title

    @property
    def epochs(self) -> list[int]:
        """Epochs that all plots have, ascending."""
        common = set.intersection(*(set(plot.epochs) for plot in self._plots))
        return sorted(common)

    @property
    def _unit(self) -> str:
        units = {plot.unit for plot in self._plots}
        return units.pop() if len(units) == 1 else "state"

    @property
    def moving(self) -> list[Artist]:
        """Everything that differs from epoch to epoch."""
        return [*(artist for plot in self._plots for artist in plot.moving), self._caption]

    def computed(self, epoch: int) -> list[Any]:
        """What is to be shown of an epoch."""
        return [plot.computed(epoch) for plot in self._plots]

    def show(self, epoch: int, computed: Sequence[Any] | None = None) -> Figure:
        """Move everything to an epoch, `computed` before or now; -1 is the last."""
        epoch = checked_epoch(epoch, self.epochs, self._unit)
        found = [()] * len(self._plots) if computed is None else [(data,) for data in computed]
        for plot, data in zip(self._plots, found, strict=True):
            plot.move(epoch, *data)
        unit = self._unit
        self._caption.set_text(f"{self._title}, {unit} {epoch}" if self._title else f"{unit.title()} {epoch}")
        return self.figure

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Let everything show afterwards what it shows now."""
        epochs, text = [plot.epoch for plot in self._plots], self._caption.get_text()
        try:
            yield
        finally:
            for plot, epoch in zip(self._plots, epochs, strict=True):
                plot.move(epoch)
            self._caption.set_text(text)

    def animate(self, epoch_start: int | None, epoch_end: int) -> ReplayAnimation:
        """Animation from one epoch to another, both included."""
        from deepreplay.figure.animation import ReplayAnimation

        epochs, unit = self.epochs, self._unit
        first = epochs[0] if epoch_start is None else checked_epoch(epoch_start, epochs, unit)
        last = checked_epoch(epoch_end, epochs, unit)
        if first > last:
            raise ArgumentValueError(f"`epoch_start` must not be after `epoch_end`; got {first} and {last}.")
        return ReplayAnimation(self, [epoch for epoch in epochs if first <= epoch <= last])


def compose(objects: Sequence[EpochPlot], title: str) -> Scene:
    """Scene of several plots, with the epoch above all of them.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        There is none, or they are of different Figures or have no epoch in common.
    """
    from deepreplay.figure.plots import EpochPlot

    plots = list(objects) if isinstance(objects, Iterable) else []
    if not plots or not all(isinstance(plot, EpochPlot) for plot in plots):
        raise ArgumentTypeError(
            f"Only a list of plots that Replay.build_... returned can be composed, one or more; got {objects!r}."
        )
    if not isinstance(title, str):
        raise ArgumentTypeError(f"The title must be text; got {title!r}.")
    figure = plots[0].figure
    if any(plot.figure is not figure for plot in plots):
        raise ArgumentValueError("Only plots of one Figure can be composed: build them on Axes of the same Figure.")
    for plot in plots:
        plot.axes[0].set_title(plot.title)
        plot.composed = True
    scene = Scene(figure, plots, figure.suptitle(figure.get_suptitle()), title)
    if not scene.epochs:
        raise ArgumentValueError("The plots have no epoch in common: build them for the same epochs.")
    return scene
