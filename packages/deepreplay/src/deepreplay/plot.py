"""Several plots at one epoch, or animated together; and the grid lines that a feature space bends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deepreplay.figure.scene import compose
from deepreplay.grids import build_2d_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from deepreplay.figure.animation import ReplayAnimation
    from deepreplay.figure.plots import EpochPlot

__all__ = ["build_2d_grid", "compose_animations", "compose_plots"]


def compose_plots(objects: Sequence[EpochPlot], epoch: int, title: str = "") -> Figure:
    """Show several plots of one Figure at the same epoch.

    Parameters
    ----------
    objects
        What ``Replay.build_...`` returned, on Axes of one Figure.
    epoch
        Number of the epoch; -1 is the last.
    title
        Stands above all of them, before the epoch.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They can't be composed.
    EpochError
        One of them has no such epoch.
    """
    return compose(objects, title).show(epoch)


def compose_animations(
    objects: Sequence[EpochPlot], epoch_start: int | None = None, epoch_end: int = -1, title: str = ""
) -> ReplayAnimation:
    """Animate several plots of one Figure together.

    Parameters
    ----------
    objects
        What ``Replay.build_...`` returned, on Axes of one Figure.
    epoch_start, epoch_end
        First (by default the first that all have) and last epoch, both included; -1 is the last.
    title
        Stands above all of them, before the epoch.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        They can't be composed.
    EpochError
        One of them lacks one of the two epochs.
    """
    return compose(objects, title).animate(epoch_start, epoch_end)
