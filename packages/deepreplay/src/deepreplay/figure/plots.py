"""One visualization on its Axes, and how it is built from its record."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError, did_you_mean
from deepreplay.figure.data import EpochData
from deepreplay.figure.scene import Scene
from handyhooks import ReplayView, Visualization

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from deepreplay.figure.animation import ReplayAnimation

__all__ = ["EpochPlot", "build_plot"]

_MARK = "deepreplay."


class EpochPlot:
    """A visualization that was drawn once and moves to any built epoch.

    Attributes
    ----------
    axes
        The Axes that it draws on.
    epochs
        Numbers of the built states.
    epoch
        The epoch that it shows.
    data
        What it shows, by epoch.
    title
        Its title; the epoch is added where it is shown by itself.
    unit
        What a state was recorded after: ``"epoch"`` or ``"batch"``.
    """

    def __init__(
        self, visualization: Visualization, view: ReplayView, state: Any, epochs: Sequence[int], axes: Sequence[Axes]
    ) -> None:
        self.axes = tuple(axes)
        self.epochs = tuple(epochs)
        self.unit = view.unit
        self._visualization = visualization
        self._state = state
        # The frame that is drawn and the data that a user reads are mostly of the same epoch.
        self._compute = functools.lru_cache(maxsize=1)(functools.partial(visualization.compute, view, state))
        static = getattr(state, "static", {})
        static = static if isinstance(static, Mapping) else {}
        self.data = EpochData(self._compute, self.epochs, static, self.unit)
        self._artists = visualization.draw(state, *self.axes)
        # Unique in the Figure, because SVG takes it for an id.
        for i, artist in enumerate(self.moving, len(self.figure.findobj(_is_marked))):
            artist.set_gid(f"{_MARK}{i}")
        self.title = self.axes[0].get_title() or visualization.name.replace("_", " ").capitalize()
        # Whether the text above the Figure names an epoch that all of its plots show.
        self.composed = False
        self.move(self.epochs[0])

    def __repr__(self) -> str:
        return f"<{self._visualization.name} of epochs {self.epochs[0]} to {self.epochs[-1]}>"

    @property
    def figure(self) -> Figure:
        """The Figure that its Axes belong to."""
        return _figure_of(self.axes)

    @property
    def n_epochs(self) -> int:
        """Number of the last built epoch."""
        return self.epochs[-1]

    def set_title(self, text: str) -> EpochPlot:
        """Replace the title. Returns the plot itself.

        A title that is set on the Axes themselves is overwritten when the plot moves to an epoch.
        """
        if not isinstance(text, str):
            raise ArgumentTypeError(f"The title must be text; got {text!r}.")
        self.title = text
        return self

    def plot(self, epoch: int) -> Figure:
        """Move to an epoch; -1 is the last.

        Raises
        ------
        EpochError
            The epoch was not built.
        """
        return self._scene().show(epoch)

    def animate(self, epoch_start: int | None = None, epoch_end: int = -1) -> ReplayAnimation:
        """Animation of the built epochs from `epoch_start` (the first built) to `epoch_end`, both included.

        Raises
        ------
        EpochError
            One of them was not built.
        """
        return self._scene().animate(epoch_start, epoch_end)

    @property
    def moving(self) -> list[Artist]:
        """The artists that differ from epoch to epoch."""
        return _flat(self._artists)

    def computed(self, epoch: int) -> Any:
        """What the artists show of a built epoch."""
        return self._compute(epoch)

    def move(self, epoch: int, *computed: Any) -> None:
        """Move the artists to a built epoch, `computed` before or now, and nothing else: no title, no drawing."""
        # What a visualization computes may be None.
        data = computed[0] if computed else self.computed(epoch)
        self._visualization.update(self._artists, self._state, data, epoch)
        self.epoch = epoch

    def _scene(self) -> Scene:
        if self.composed:
            self.figure.suptitle("")
            self.composed = False
        return Scene(self.figure, [self], self.axes[0].title, self.title)


def build_plot(
    visualization: Visualization,
    view: ReplayView,
    epochs: Sequence[int],
    axes: Sequence[Axes | None],
    options: Mapping[str, Any],
) -> EpochPlot:
    """Prepare a visualization and draw it on its Axes, which are made where they are not given.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        Axes or options do not fit, or it can't show this run.
    """
    given, options = _given_axes(visualization, axes, options)
    _check_options(visualization, options)
    reason = visualization.accepts(view) if visualization.accepts else None
    if reason:
        raise ArgumentValueError(f"{visualization.name!r} can't show this run: {reason}")
    # Axes are made last, so that an error leaves no empty figure behind.
    state = visualization.prepare(view, epochs, **options)
    return EpochPlot(visualization, view, state, epochs, _complete(visualization, given))


def _given_axes(
    visualization: Visualization, axes: Sequence[Axes | None], options: Mapping[str, Any]
) -> tuple[list[Axes | None], dict[str, Any]]:
    """Axes by position or by their names among the options; and the other options."""
    from matplotlib.axes import Axes

    names = visualization.axes
    if len(axes) > len(names):
        raise ArgumentTypeError(
            f"{visualization.name!r} draws on {len(names)} Axes ({', '.join(names)}); got {len(axes)}."
        )
    rest = dict(options)
    given = [*axes, *(rest.pop(name, None) for name in names[len(axes) :])]
    for name, ax in zip(names, given, strict=True):
        if ax is not None and not isinstance(ax, Axes):
            raise ArgumentTypeError(f"The `{name}` of {visualization.name!r} must be matplotlib Axes; got {ax!r}.")
        needed = visualization.projection
        if ax is not None and (ax.name == "3d" if needed is None else ax.name != needed):
            other = "that are flat" if needed is None else f"with projection={needed!r}"
            raise ArgumentValueError(f"{visualization.name!r} needs Axes {other}; got {ax.name!r}.")
        if ax is not None and any(map(_is_marked, ax.get_children())):
            raise ArgumentValueError(
                f"The `{name}` of {visualization.name!r} must be Axes of its own: another plot was built on those that "
                "were given. Make new ones, with plt.subplots()."
            )
    if len({id(ax) for ax in given if ax is not None}) < sum(ax is not None for ax in given):
        raise ArgumentValueError(f"The Axes of {visualization.name!r} must differ: {', '.join(names)}.")
    if len({id(_root_of(ax)) for ax in given if ax is not None}) > 1:
        raise ArgumentValueError(f"The Axes of {visualization.name!r} must be of one Figure.")
    return given, rest


def _check_options(visualization: Visualization, options: Mapping[str, Any]) -> None:
    parameters = inspect.signature(visualization.prepare).parameters.values()
    known = [parameter for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    names = [parameter.name for parameter in known]
    for name in options:
        if name not in names:
            raise ArgumentTypeError(f"{visualization.name!r} has no option {name!r}.{did_you_mean(name, names)}")
    missing = [p.name for p in known if p.default is p.empty and p.name not in options]
    if missing:
        raise ArgumentTypeError(f"{visualization.name!r} needs the option {missing[0]!r}.")


def _complete(visualization: Visualization, given: Sequence[Axes | None]) -> list[Axes]:
    present = [ax for ax in given if ax is not None]
    if len(present) == len(given):
        return present
    if present:
        missing = [name for name, ax in zip(visualization.axes, given, strict=True) if ax is None]
        raise ArgumentTypeError(f"{visualization.name!r} also needs {', '.join(missing)}; or give no Axes at all.")
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(
        1, len(given), squeeze=False, subplot_kw={"projection": visualization.projection}, figsize=(6 * len(given), 6)
    )
    return list(axes[0])


def _root_of(ax: Axes) -> Figure | None:
    """The Figure that holds Axes, also those of a subfigure; None where they were removed."""
    own: Any = ax.figure
    return None if own is None else own.figure


def _figure_of(axes: Sequence[Axes]) -> Figure:
    figure = _root_of(axes[0])
    if figure is None:
        raise ArgumentValueError("The Axes of this plot were removed from their Figure.")
    return figure


def _is_marked(artist: Artist) -> bool:
    return (artist.get_gid() or "").startswith(_MARK)


def _flat(artists: Any) -> list[Artist]:
    if isinstance(artists, Mapping):
        artists = artists.values()
    elif not isinstance(artists, (list, tuple, np.ndarray)) and not hasattr(artists, "__iter__"):
        return [artists]
    return [artist for group in artists for artist in _flat(group)]
