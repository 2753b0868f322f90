"""Replaying a recorded run: the one class that users of replays meet."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay import models
from deepreplay._keras import load_keras
from deepreplay.arrays import parts, rows_of
from deepreplay.builders import Builders
from deepreplay.errors import ArgumentValueError, StorageError
from deepreplay.figure.plots import EpochPlot, build_plot
from deepreplay.plan import checked_flag
from deepreplay.rebuilding import RecordedModel
from deepreplay.run import Run, Weights
from deepreplay.samples import Samples
from deepreplay.view import View
from deepreplay.visualizations import gradients, weights
from handyhooks import ReplayView
from handyhooks.manager import manager

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Replay", "Weights"]

_HOOK = "deepreplay_visualizations"


class Replay(Builders):
    """A recorded run, seen again at any epoch. The recording alone is enough: it holds the model.

    Parameters
    ----------
    replay_filename
        Path or URL that was given to `ReplayData`.
    group_name
        Name of the run. ``<group_name>_init`` is found too, where there is no such group.
    model
        A model of the recorded architecture, for runs whose model Keras can't rebuild from its config. It stays
        as it is.
    storage
        Name of the storage backend, where the suffix does not tell it.
    live
        Look beside a training that goes on: every question about the run sees the epochs that are done by then. What
        was built stays as it was; build it anew to see more.
    model_filename
        For recordings of DeepReplay 0.1: the file of the model, where it is not ``<group_name>_model.h5`` beside them.
    safe_mode
        Refuse models whose config holds code (Lambda layers).

    Attributes
    ----------
    built
        By kind, what was built last: pairs of the plot and its data.

    Raises
    ------
    RunNotFoundError, GroupNotFoundError, StorageError
        There is no such recording, or it can't be read.
    ArgumentTypeError, ModelError
        `model` is no built Keras model, or its weights are not of the recorded shapes.

    Examples
    --------
    >>> replay = Replay("hyperparms_in_action.h5", group_name="part1")  # doctest: +SKIP
    >>> fs = replay.build_feature_space(ax, layer_name="hidden")  # doctest: +SKIP
    >>> fs.plot(epoch=60).savefig("feature_space.png")  # doctest: +SKIP
    >>> fs.animate().save("feature_space.mp4", dpi=120, fps=5)  # doctest: +SKIP
    """

    def __init__(
        self,
        replay_filename: str | os.PathLike[str],
        group_name: str,
        model: Any = None,
        *,
        storage: str | None = None,
        live: bool = False,
        model_filename: str | os.PathLike[str] | None = None,
        safe_mode: bool = True,
    ) -> None:
        self._live = checked_flag("live", live)
        checked_flag("safe_mode", safe_mode)
        self._run = Run(replay_filename, group_name, storage, live=live)
        samples = self._run.samples()
        self._model = RecordedModel(self._run, samples.inputs, model, model_filename, safe_mode=safe_mode)
        self._view = View(self._run, self._model.engine, samples)
        self.built, self._outputs = {}, {}

    def __repr__(self) -> str:
        unit = "batches" if self._run.unit == "batch" else "epochs"
        where = f"<Replay of {self._run.group!r} in {self._run.location!r}"
        try:
            return f"{where}: {self.n_epochs} {unit}, {rows_of(self.inputs)} samples>"
        except StorageError:
            return f"{where}, closed>"

    def __enter__(self) -> Replay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the recording. What was built can no longer be moved to another epoch."""
        self._run.close()

    def refresh(self) -> None:
        """See the epochs that were recorded since, by a training that goes on or by another one."""
        self._run.refresh()

    @property
    def view(self) -> ReplayView:
        """What visualizations are given: everything that can be asked about an epoch."""
        return self._view

    @property
    def n_epochs(self) -> int:
        """Number of finished epochs (batches with ``freq="batch"``): the state before training is none."""
        return self._now.n_epochs

    @property
    def epochs(self) -> Sequence[int]:
        """Numbers of the recorded states: 0 is the network before training; every so many with ``every=``."""
        return self._now.epochs

    @property
    def inputs(self) -> Any:
        """Recorded samples, shape (samples, ...); a list or mapping of arrays where the model has several inputs."""
        return self._view.inputs

    @property
    def targets(self) -> Any:
        """Recorded targets, shape (samples, ...); a list or mapping of arrays where the model has several outputs."""
        return self._view.targets

    @property
    def sample_weight(self) -> Any:
        """Recorded weight of each sample, shape (samples,); None where all weigh the same."""
        return self._view.sample_weight

    @property
    def weights(self) -> Weights:
        """Weights by epoch: ``replay.weights[60]`` is what ``model.set_weights`` takes."""
        return Weights(self._now)

    @property
    def training_loss(self) -> np.ndarray:
        """Loss as training reported it, shape (n_epochs,)."""
        return self._now.metric("loss")

    @property
    def learning_rate(self) -> np.ndarray:
        """Learning rate at the end of each epoch, shape (n_epochs,)."""
        return self._now.learning_rate()

    def get_training_metric(self, name: str) -> np.ndarray:
        """Metric as training reported it, shape (n_epochs,), or (n_epochs, ...) of one that is an array.

        NaN in epochs that did not report it.

        Raises
        ------
        MetricNotFoundError
            Training never reported it.
        """
        return self._now.metric(name)

    def predict_proba(self, epoch_start: int = 0, epoch_end: int = -1) -> Any:
        """Outputs of the model for the recorded samples, shape (states, samples, outputs).

        A list or mapping of such arrays, where the model gives one.

        Raises
        ------
        EpochError
            One of the epochs, both included, was not recorded.
        """
        predictions = [self._view.predict(epoch) for epoch in self._between(epoch_start, epoch_end)]
        return load_keras().tree.map_structure(lambda *states: np.stack(states), *predictions)

    def on(self, X: Any, y: Any, sample_weight: Any = None) -> Replay:
        """The same training, seen on other samples: a test set, another grid of points.

        It reads the same recording: closing one closes both.

        Parameters
        ----------
        X, y
            Samples and targets, as the model takes them.
        sample_weight
            Weight of each sample.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            They are no arrays of numbers, or not equally long, or a sample has another shape than the recorded ones.
        """
        samples = Samples.of_user(X, y, sample_weight)
        given, recorded = (
            [array.shape[1:] for array in parts(arrays).values()] for arrays in (samples.inputs, self.inputs)
        )
        if given != recorded:
            raise ArgumentValueError(f"A sample of `X` must be of shape {recorded}, as recorded; got {given}.")
        other = copy.copy(self)
        other._view = View(self._run, self._model.engine, samples)
        other.built, other._outputs = {}, {}
        return other

    def model_at(self, epoch: int) -> Any:
        """A new Keras model with the weights after an epoch.

        Raises
        ------
        EpochError
            The epoch was not recorded.
        ModelError
            Keras can't make the model from its config.
        """
        weights = self._now.weights(epoch)
        model = self._model.new().model
        models.settle(model, weights)
        return model

    def build(
        self, kind: str, *axes: Axes | None, epoch_start: int = 0, epoch_end: int = -1, **options: Any
    ) -> EpochPlot:
        """Build any visualization, built in or of a plugin, by its name.

        Parameters
        ----------
        kind
            Name of the visualization. A plugin's is also a method: ``replay.build_<kind>``.
        *axes
            The Axes to draw on, in the visualization's order; those that are left out or None are made.
        epoch_start, epoch_end
            First and last state, both included; -1 is the last there is.
        **options
            Options of the visualization.

        Raises
        ------
        handyhooks.errors.UnknownNameError
            There is no such visualization.
        ArgumentTypeError, ArgumentValueError
            An option or the Axes do not fit, or the visualization can't show this run.
        EpochError
            One of the epochs was not recorded.
        """
        visualization = manager().get(_HOOK, kind)
        epochs = self._between(epoch_start, epoch_end)
        plot = build_plot(visualization, self._view, epochs, axes, options)
        self.built[kind] = (plot, plot.data)
        if kind == "outputs":
            self._outputs[options.get("before_activation", False)] = self.built[kind]
        return plot

    @property
    def weights_std(self) -> dict[str, np.ndarray]:
        """By layer, the standard deviation of its weights (not biases) at every state, shape (states,)."""
        return self._spread(weights.by_layer)

    @property
    def gradients_std(self) -> dict[str, np.ndarray]:
        """By layer, the standard deviation of the gradients of the loss over all samples, shape (states,)."""
        return self._spread(gradients.by_layer)

    def _spread(self, by_layer: Callable[[ReplayView, int], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        found = [by_layer(self._view, epoch) for epoch in self._between(0, -1)]
        return {name: np.array([one[name].std() for one in found]) for name in found[0]}

    def __getattr__(self, name: str) -> Any:
        # Kinds of plugins; what Replay has itself is found before.
        kind = name.removeprefix("build_")
        if name.startswith("build_") and kind in manager().names(_HOOK):
            return lambda *axes, **options: self.build(kind, *axes, **options)
        raise AttributeError(f"A Replay has no attribute {name!r}.")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(f"build_{kind}" for kind in manager().names(_HOOK))})

    def _between(self, epoch_start: int, epoch_end: int) -> list[int]:
        return self._now.between(epoch_start, epoch_end)

    @property
    def _now(self) -> Run:
        if self._live:
            self._run.refresh()
        return self._run
