"""The visualizations of deepreplay as methods of a replay, and what they built as properties."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from deepreplay.errors import NotBuiltError
from deepreplay.visualizations import (
    decision_boundary,
    feature_space,
    gradients,
    loss_and_metric,
    loss_histogram,
    outputs,
    probability_histogram,
    weights,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from deepreplay.figure.data import EpochData
    from deepreplay.figure.plots import EpochPlot

__all__ = ["Builders"]

Limits = tuple[float, float]
Built = tuple["EpochPlot", "EpochData"]
Method = TypeVar("Method", bound=Callable[..., Any])

_AXES = "matplotlib Axes; made where they are left out."
_EPOCHS = "epoch_start, epoch_end\n    First and last state, both included; -1 is the last there is."


def _documented(module: ModuleType) -> Callable[[Method], Method]:
    """Let a method's documentation go on with the options and errors of its visualization."""
    visualization = module.VISUALIZATION

    def with_options(method: Method) -> Method:
        text = cleandoc(visualization.prepare.__doc__ or "").partition("Parameters\n")[2]
        options, _, errors = re.sub(r"^-+\nview, epochs\n.*\n", "", text).partition("\nRaises\n------\n")
        axes = f"{', '.join(visualization.axes)}\n    {_AXES}"
        parameters = f"Parameters\n----------\n{axes}\n{options.strip()}\n{_EPOCHS}"
        raised = f"Raises\n------\nEpochError\n    One of the epochs was not recorded.\n{errors}"
        method.__doc__ = f"{cleandoc(method.__doc__ or '')}\n\n{parameters}\n\n{raised.strip()}\n"
        return method

    return with_options


class Builders(ABC):
    """What a replay builds. Each method takes the options of its visualization."""

    built: dict[str, Built]
    _outputs: dict[bool, Built]

    @abstractmethod
    def build(
        self, kind: str, *axes: Axes | None, epoch_start: int = 0, epoch_end: int = -1, **options: Any
    ) -> EpochPlot:
        """Build any visualization, built in or of a plugin, by its name."""

    @_documented(feature_space)
    def build_feature_space(
        self,
        ax: Axes | None = None,
        layer_name: str | None = None,
        contour_points: int = 1000,
        xlim: Limits = (-1, 1),
        ylim: Limits = (-1, 1),
        scale_fixed: bool = True,
        display_grid: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        threshold: float = 0.5,
        colors: Sequence[str] | None = None,
    ) -> EpochPlot:
        """Build the feature space: the samples as a layer of two units sees them."""
        return self._build(feature_space, locals())

    @_documented(decision_boundary)
    def build_decision_boundary(
        self,
        ax: Axes | None = None,
        contour_points: int = 1000,
        xlim: Limits | None = None,
        ylim: Limits | None = None,
        display_grid: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        threshold: float = 0.5,
        colors: Sequence[str] | None = None,
    ) -> EpochPlot:
        """Build the decision boundary: the raw samples of two features, and the regions of the classes."""
        return self._build(decision_boundary, locals())

    @_documented(probability_histogram)
    def build_probability_histogram(
        self,
        ax_negative: Axes | None = None,
        ax_positive: Axes | None = None,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        bins: int = 10,
        threshold: float = 0.5,
        colors: Sequence[str] = ("tab:blue", "tab:green", "tab:red"),
    ) -> EpochPlot:
        """Build histograms of the predicted probabilities of the negative and of the positive samples."""
        return self._build(probability_histogram, locals())

    @_documented(loss_and_metric)
    def build_loss_and_metric(
        self,
        ax: Axes | None = None,
        metric_name: str | None = None,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        colors: Sequence[str] = ("tab:red", "tab:blue"),
    ) -> EpochPlot:
        """Build the curves of loss and metric over all samples, up to the epoch."""
        return self._build(loss_and_metric, locals())

    @_documented(loss_histogram)
    def build_loss_histogram(
        self,
        ax: Axes | None = None,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        bins: int = 20,
        color: str = "tab:red",
    ) -> EpochPlot:
        """Build the histogram of the losses of all samples."""
        return self._build(loss_histogram, locals())

    @_documented(weights)
    def build_weights(
        self,
        ax: Axes | None = None,
        layer_names: Sequence[str] | None = None,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        cmap: str = "viridis",
    ) -> EpochPlot:
        """Build violins of the weights of each layer, without its biases."""
        return self._build(weights, locals())

    @_documented(outputs)
    def build_outputs(
        self,
        ax: Axes | None = None,
        before_activation: bool = False,
        layer_names: Sequence[str] | None = None,
        include_inputs: bool = True,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        cmap: str = "viridis",
    ) -> EpochPlot:
        """Build violins of the activations of each layer, or of its z-values."""
        return self._build(outputs, locals())

    @_documented(gradients)
    def build_gradients(
        self,
        ax: Axes | None = None,
        layer_names: Sequence[str] | None = None,
        exclude_outputs: bool = True,
        epoch_start: int = 0,
        epoch_end: int = -1,
        *,
        cmap: str = "viridis",
    ) -> EpochPlot:
        """Build violins of the gradients of the loss over all samples, by layer: of its weights and its biases."""
        return self._build(gradients, locals())

    @property
    def feature_space(self) -> Built:
        """Plot and data of the last `build_feature_space`."""
        return self._last("feature_space")

    @property
    def decision_boundary(self) -> Built:
        """Plot and data of the last `build_decision_boundary`."""
        return self._last("decision_boundary")

    @property
    def probability_histogram(self) -> Built:
        """Plot and data of the last `build_probability_histogram`."""
        return self._last("probability_histogram")

    @property
    def loss_and_metric(self) -> Built:
        """Plot and data of the last `build_loss_and_metric`."""
        return self._last("loss_and_metric")

    @property
    def loss_histogram(self) -> Built:
        """Plot and data of the last `build_loss_histogram`."""
        return self._last("loss_histogram")

    @property
    def weights_violins(self) -> Built:
        """Plot and data of the last `build_weights`."""
        return self._last("weights")

    @property
    def gradients_violins(self) -> Built:
        """Plot and data of the last `build_gradients`."""
        return self._last("gradients")

    @property
    def activations_violins(self) -> Built:
        """Plot and data of the last `build_outputs` of activations."""
        return self._last_outputs("activations", before=False)

    @property
    def zvalues_violins(self) -> Built:
        """Plot and data of the last `build_outputs` of z-values."""
        return self._last_outputs("z-values", before=True)

    def _build(self, module: ModuleType, arguments: Mapping[str, Any]) -> EpochPlot:
        rest = {name: value for name, value in arguments.items() if name != "self"}
        axes = [rest.pop(name) for name in module.VISUALIZATION.axes]
        return self.build(module.VISUALIZATION.name, *axes, **rest)

    def _last(self, kind: str) -> Built:
        if kind not in self.built:
            raise NotBuiltError(f"There is no {kind} yet: call build_{kind}() first.")
        return self.built[kind]

    def _last_outputs(self, what: str, *, before: bool) -> Built:
        if before not in self._outputs:
            raise NotBuiltError(f"There are no {what} yet: call build_outputs(before_activation={before}) first.")
        return self._outputs[before]
