"""Replaying a recorded run: the one class that users of replays meet."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay import legacy, models
from deepreplay._keras import load_keras
from deepreplay.arrays import parts, rows_of
from deepreplay.engine import Engine
from deepreplay.errors import ArgumentValueError, ModelError, NotBuiltError, StorageError
from deepreplay.figure.data import EpochData
from deepreplay.figure.plots import EpochPlot, build_plot
from deepreplay.plan import checked_flag
from deepreplay.run import Run, checked_epoch
from deepreplay.samples import Samples
from deepreplay.view import View
from deepreplay.visualizations import gradients, weights
from handyhooks import ReplayView
from handyhooks.manager import manager

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Replay", "Weights"]

_HOOK = "deepreplay_visualizations"


class Replay:
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
        self._safe_mode = checked_flag("safe_mode", safe_mode)
        self._model_filename = model_filename
        self._run = Run(replay_filename, group_name, storage, live=live)
        if model is None and self._run.from_keras_2:
            # Where there is no such model, what was recorded can be read all the same; the reason is said later.
            with suppress(ModelError):
                self._run.header = legacy.with_names(self._run.header, self._from_keras_2())
        if model is not None:
            models.check_is_model(model)
            models.check_same_weights(model, self._run.shapes())
        self._given_model = model
        self._engine: Engine | None = None
        self._view = View(self._run, self._get_engine, self._run.samples())
        self.built: dict[str, tuple[EpochPlot, EpochData]] = {}
        self._outputs: dict[str, tuple[EpochPlot, EpochData]] = {}

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
        """Metric as training reported it, shape (n_epochs,); NaN in epochs that did not report it.

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
        other._view = View(self._run, self._get_engine, samples)
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
        model = self._new_model().model
        model.set_weights(weights)
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
        return plot

    def build_feature_space(
        self,
        ax: Axes | None = None,
        layer_name: str | None = None,
        contour_points: int = 1000,
        xlim: tuple[float, float] = (-1, 1),
        ylim: tuple[float, float] = (-1, 1),
        scale_fixed: bool = True,
        display_grid: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build the feature space: the samples as a layer of two units sees them.

        Options: `deepreplay.visualizations.feature_space.prepare`.
        """
        return self.build(
            "feature_space",
            ax,
            layer_name=layer_name,
            contour_points=contour_points,
            xlim=xlim,
            ylim=ylim,
            scale_fixed=scale_fixed,
            display_grid=display_grid,
            epoch_start=epoch_start,
            epoch_end=epoch_end,
            **options,
        )

    def build_loss_and_metric(
        self, ax: Axes | None = None, metric_name: str | None = None, epoch_start: int = 0, epoch_end: int = -1
    ) -> EpochPlot:
        """Build the curves of loss and metric over all samples, up to the epoch.

        Options: `deepreplay.visualizations.loss_and_metric.prepare`.
        """
        return self.build("loss_and_metric", ax, metric_name=metric_name, epoch_start=epoch_start, epoch_end=epoch_end)

    def build_decision_boundary(
        self,
        ax: Axes | None = None,
        contour_points: int = 1000,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        display_grid: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build the decision boundary: the raw samples of two features, and the regions of the classes.

        Options: `deepreplay.visualizations.decision_boundary.prepare`.
        """
        return self.build(
            "decision_boundary",
            ax,
            contour_points=contour_points,
            xlim=xlim,
            ylim=ylim,
            display_grid=display_grid,
            epoch_start=epoch_start,
            epoch_end=epoch_end,
            **options,
        )

    def build_probability_histogram(
        self,
        ax_negative: Axes | None = None,
        ax_positive: Axes | None = None,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build histograms of the predicted probabilities of the negative and of the positive samples.

        Options: `deepreplay.visualizations.probability_histogram.prepare`.
        """
        return self.build(
            "probability_histogram", ax_negative, ax_positive, epoch_start=epoch_start, epoch_end=epoch_end, **options
        )

    def build_loss_histogram(
        self, ax: Axes | None = None, epoch_start: int = 0, epoch_end: int = -1, **options: Any
    ) -> EpochPlot:
        """Build the histogram of the losses of all samples.

        Options: `deepreplay.visualizations.loss_histogram.prepare`.
        """
        return self.build("loss_histogram", ax, epoch_start=epoch_start, epoch_end=epoch_end, **options)

    def build_weights(
        self,
        ax: Axes | None = None,
        layer_names: Sequence[str] | None = None,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build violins of the weights of each layer, without its biases.

        Options: `deepreplay.visualizations.weights.prepare`.
        """
        return self.build(
            "weights",
            ax,
            layer_names=layer_names,
            exclude_outputs=exclude_outputs,
            epoch_start=epoch_start,
            epoch_end=epoch_end,
            **options,
        )

    def build_outputs(
        self,
        ax: Axes | None = None,
        before_activation: bool = False,
        layer_names: Sequence[str] | None = None,
        include_inputs: bool = True,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build violins of the activations of each layer, or of its z-values.

        Options: `deepreplay.visualizations.outputs.prepare`.
        """
        plot = self.build(
            "outputs",
            ax,
            before_activation=before_activation,
            layer_names=layer_names,
            include_inputs=include_inputs,
            exclude_outputs=exclude_outputs,
            epoch_start=epoch_start,
            epoch_end=epoch_end,
            **options,
        )
        self._outputs["zvalues" if before_activation else "activations"] = (plot, plot.data)
        return plot

    def build_gradients(
        self,
        ax: Axes | None = None,
        layer_names: Sequence[str] | None = None,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        **options: Any,
    ) -> EpochPlot:
        """Build violins of the gradients of the loss over all samples, by layer.

        Options: `deepreplay.visualizations.gradients.prepare`.
        """
        return self.build(
            "gradients",
            ax,
            layer_names=layer_names,
            exclude_outputs=exclude_outputs,
            epoch_start=epoch_start,
            epoch_end=epoch_end,
            **options,
        )

    @property
    def decision_boundary(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_decision_boundary`."""
        return self._last("decision_boundary")

    @property
    def probability_histogram(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_probability_histogram`."""
        return self._last("probability_histogram")

    @property
    def loss_histogram(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_loss_histogram`."""
        return self._last("loss_histogram")

    @property
    def weights_violins(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_weights`."""
        return self._last("weights")

    @property
    def gradients_violins(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_gradients`."""
        return self._last("gradients")

    @property
    def activations_violins(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_outputs` of activations."""
        if "activations" not in self._outputs:
            raise NotBuiltError("There are no activations yet: call build_outputs() first.")
        return self._outputs["activations"]

    @property
    def zvalues_violins(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_outputs` of z-values."""
        if "zvalues" not in self._outputs:
            raise NotBuiltError("There are no z-values yet: call build_outputs(before_activation=True) first.")
        return self._outputs["zvalues"]

    @property
    def weights_std(self) -> dict[str, np.ndarray]:
        """By layer, the standard deviation of its weights (not biases) at every state, shape (states,)."""
        found = [weights.by_layer(self._view, epoch) for epoch in self.epochs]
        return {name: np.array([one[name].std() for one in found]) for name in found[0]}

    @property
    def gradients_std(self) -> dict[str, np.ndarray]:
        """By layer, the standard deviation of the gradients of the loss over all samples, shape (states,)."""
        found = [gradients.by_layer(self._view, epoch) for epoch in self.epochs]
        return {name: np.array([one[name].std() for one in found]) for name in found[0]}

    @property
    def feature_space(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_feature_space`."""
        return self._last("feature_space")

    @property
    def loss_and_metric(self) -> tuple[EpochPlot, EpochData]:
        """Plot and data of the last `build_loss_and_metric`."""
        return self._last("loss_and_metric")

    def __getattr__(self, name: str) -> Any:
        # Kinds of plugins; what Replay has itself is found before.
        kind = name.removeprefix("build_")
        if name.startswith("build_") and kind in manager().names(_HOOK):
            return lambda *axes, **options: self.build(kind, *axes, **options)
        raise AttributeError(f"A Replay has no attribute {name!r}.")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(f"build_{kind}" for kind in manager().names(_HOOK))})

    def _last(self, kind: str) -> tuple[EpochPlot, EpochData]:
        if kind not in self.built:
            raise NotBuiltError(f"There is no {kind} yet: call build_{kind}() first.")
        return self.built[kind]

    def _between(self, epoch_start: int, epoch_end: int) -> list[int]:
        epochs, unit = self.epochs, self._run.unit
        first, last = checked_epoch(epoch_start, epochs, unit), checked_epoch(epoch_end, epochs, unit)
        if first > last:
            raise ArgumentValueError(f"`epoch_start` must not be after `epoch_end`; got {first} and {last}.")
        return [epoch for epoch in epochs if first <= epoch <= last]

    @property
    def _now(self) -> Run:
        if self._live:
            self._run.refresh()
        return self._run

    def _new_model(self) -> models.Rebuilt:
        if self._given_model is not None:
            return models.Rebuilt(model=models.duplicate(self._given_model))
        if self._run.from_keras_2:
            return self._from_keras_2().rebuilt
        rebuilt = models.rebuild(self._run.header["model"], safe_mode=self._safe_mode)
        models.built_on(rebuilt.model, self._view.inputs)
        return rebuilt

    def _from_keras_2(self) -> legacy.LegacyModel:
        path = legacy.model_file(self._run.location, self._run.group, self._model_filename)
        return legacy.load_model(path)

    def _get_engine(self) -> Engine:
        if self._engine is None:
            given = self._given_model
            made = self._new_model() if given is None else models.Rebuilt(model=given)
            self._engine = Engine(made.model, made.uncompiled)
        return self._engine


class Weights:
    """Weights of a run by epoch."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, epoch: int) -> list[np.ndarray]:
        """Weights after an epoch, in the order that ``model.set_weights`` takes."""
        return self._run.weights(epoch)

    def __len__(self) -> int:
        return len(self._run.epochs)

    def __iter__(self) -> Iterator[list[np.ndarray]]:
        return map(self._run.weights, self._run.epochs)
