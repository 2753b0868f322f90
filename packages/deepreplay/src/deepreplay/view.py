"""The replay of one run on one set of samples, as visualizations see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from deepreplay import schema
from deepreplay.arrays import map_arrays, read_only
from deepreplay.engine import Engine
from deepreplay.errors import ModelError
from deepreplay.labels import labels_of
from deepreplay.run import Run
from deepreplay.samples import Samples

__all__ = ["View"]


class View:
    """See `handyhooks.ReplayView`.

    Parameters
    ----------
    run
        What was recorded.
    engine
        Gives the engine when something has to be evaluated for the first time: making the model takes time.
    samples
        The samples to look at.
    """

    def __init__(self, run: Run, engine: Callable[[], Engine], samples: Samples) -> None:
        self._run = run
        self._engine = engine
        # Whoever reads them must not change what all later epochs are evaluated on.
        self._inputs, self._targets = (map_arrays(read_only, arrays) for arrays in (samples.inputs, samples.targets))
        weight = samples.sample_weight
        self._sample_weight = None if weight is None else map_arrays(read_only, weight)

    @property
    def epochs(self) -> Sequence[int]:
        """Numbers of the recorded states, ascending."""
        return self._run.epochs

    @property
    def unit(self) -> str:
        """What a state was recorded after: ``"epoch"`` or ``"batch"``."""
        return self._run.unit

    @property
    def inputs(self) -> Any:
        """Samples, shape (samples, ...); a list or mapping of such arrays where the model has several inputs."""
        return self._inputs

    @property
    def targets(self) -> Any:
        """Targets, shape (samples, ...); a list or mapping of such arrays where the model has several outputs."""
        return self._targets

    @property
    def sample_weight(self) -> Any:
        """Weight of each sample, shape (samples,), as it was recorded; None where all weigh the same."""
        return self._sample_weight

    @property
    def labels(self) -> np.ndarray | None:
        """Class of each sample; None where the targets are no classes, or those of several outputs."""
        return labels_of(self.targets) if isinstance(self.targets, np.ndarray) else None

    @property
    def layer_names(self) -> Sequence[str]:
        """Names of the layers that compute something, from input to output: a functional model's inputs are none."""
        return self._engine().layer_names

    def weights(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Weights of each layer that has any, as ``layer.get_weights()`` gives them."""
        return self._run.layer_weights(epoch)

    def outputs(self, layer: str, epoch: int, X: Any = None) -> Any:
        """Activations of a layer, shape (samples, ...), for the samples or for `X`."""
        return self._engine().outputs(layer, self._weights(epoch), self.inputs if X is None else X)

    def output_shape(self, layer: str | None = None) -> tuple[int, ...]:
        """Shape of a layer's activations for one sample, or of the model's output; nothing is evaluated if known."""
        known = self._engine().output_shape(layer)
        if known is not None:
            return known
        epoch, one = self.epochs[0], map_arrays(lambda array: array[:1], self.inputs)
        found = self.predict(epoch, one) if layer is None else self.outputs(layer, epoch, one)
        if not isinstance(found, np.ndarray):
            raise ModelError(f"{'The model' if layer is None else f'Layer {layer!r}'} has several outputs.")
        return tuple(found.shape[1:])

    def predict(self, epoch: int, X: Any = None) -> Any:
        """Outputs of the model, shape (samples, ...)."""
        return self._engine().predict(self._weights(epoch), self.inputs if X is None else X)

    def outputs_and_predictions(self, layer: str, epoch: int, X: Any = None) -> tuple[Any, Any]:
        """What `outputs` and `predict` give, in less time than both take."""
        inputs = self.inputs if X is None else X
        return self._engine().outputs_and_predictions(layer, self._weights(epoch), inputs)

    def losses(self, epoch: int) -> np.ndarray:
        """Loss of each sample, without regularizers and sample weights, shape (samples,)."""
        return self._engine().losses(self._weights(epoch), self.inputs, self.targets)

    def evaluate(self, epoch: int) -> Mapping[str, Any]:
        """Loss with regularizers and metrics over all samples, with their weights."""
        return self._engine().evaluate(self._weights(epoch), self.inputs, self.targets, self.sample_weight)

    def zvalues(self, layer: str, epoch: int, X: Any = None) -> Any:
        """What goes into the activation function of a layer, shape (samples, ...), for the samples or for `X`."""
        return self._engine().zvalues(layer, self._weights(epoch), self.inputs if X is None else X)

    def has_zvalues(self, layer: str) -> bool:
        """Whether a layer applies an activation function to what it has computed."""
        return self._engine().has_zvalues(layer)

    @property
    def from_logits(self) -> bool:
        """Whether the outputs are logits, which are no probabilities yet."""
        return self._engine().from_logits

    def gradients(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Gradients of the loss, with regularizers, over all samples, for each layer's trainable weights."""
        return self._engine().gradients(self._weights(epoch), self.inputs, self.targets, self.sample_weight)

    def series(self, name: str) -> np.ndarray:
        """What training reported, one number an epoch from 1 on."""
        return self._run.counter(name) if name in schema.COUNTERS else self._run.metric(name)

    def _weights(self, epoch: int) -> list[np.ndarray]:
        return self._run.kept_weights(epoch)
