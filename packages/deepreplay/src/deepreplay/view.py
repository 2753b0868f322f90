"""The replay of one run on one set of samples, as visualizations see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from deepreplay.engine import Engine
from deepreplay.errors import DeepReplayError
from deepreplay.run import Run, checked_epoch

__all__ = ["View", "labels_of"]


class View:
    """See `handyhooks.ReplayView`.

    Parameters
    ----------
    run
        What was recorded.
    engine
        Gives the engine when something has to be evaluated for the first time: making the model takes time.
    inputs, targets
        The samples to look at.
    """

    def __init__(self, run: Run, engine: Callable[[], Engine], inputs: np.ndarray, targets: np.ndarray) -> None:
        self._run = run
        self._engine = engine
        self._inputs = inputs
        self._targets = targets

    @property
    def epochs(self) -> Sequence[int]:
        """Numbers of the recorded states, ascending."""
        return self._run.epochs

    @property
    def inputs(self) -> np.ndarray:
        """Samples, shape (samples, ...)."""
        return self._inputs

    @property
    def targets(self) -> np.ndarray:
        """Targets, shape (samples, ...)."""
        return self._targets

    @property
    def labels(self) -> np.ndarray | None:
        """Class of each sample; None where the targets are no classes."""
        return labels_of(self._targets)

    @property
    def layer_names(self) -> Sequence[str]:
        """Names of the model's layers, from input to output."""
        return self._engine().layer_names

    def weights(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Weights of each layer that has any, as ``layer.get_weights()`` gives them."""
        return self._run.layer_weights(epoch)

    def outputs(self, layer: str, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Activations of a layer, shape (samples, ...), for the samples or for `X`."""
        return self._engine().outputs(layer, self._weights(epoch), self._inputs if X is None else X)

    def predict(self, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Outputs of the model, shape (samples, ...)."""
        return self._engine().predict(self._weights(epoch), self._inputs if X is None else X)

    def losses(self, epoch: int) -> np.ndarray:
        """Loss of each sample, without regularizers, shape (samples,)."""
        return self._engine().losses(self._weights(epoch), self._inputs, self._targets)

    def evaluate(self, epoch: int) -> Mapping[str, float]:
        """Loss with regularizers and metrics over all samples."""
        return self._engine().evaluate(self._weights(epoch), self._inputs, self._targets)

    def gradients(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Gradients are not computed by this version."""
        raise DeepReplayError("This version of deepreplay computes no gradients yet.")

    def series(self, name: str) -> np.ndarray:
        """What training reported, one number an epoch from 1 on."""
        return self._run.learning_rate() if name == "lr" else self._run.metric(name)

    def _weights(self, epoch: int) -> list[np.ndarray]:
        return self._run.weights(checked_epoch(epoch, self.epochs))


def labels_of(targets: np.ndarray) -> np.ndarray | None:
    """Class of each sample as an integer, shape (samples,): whole numbers from 0 on, or rows with a single one.

    None where the targets are neither.
    """
    flat = targets.reshape(len(targets), -1)
    if flat.shape[1] > 1:
        one_hot = np.isin(flat, (0, 1)).all() and (flat.sum(axis=1) == 1).all()
        return flat.argmax(axis=1) if one_hot else None
    column = flat[:, 0]
    whole = np.isfinite(column).all() and (column == np.floor(column)).all() and (column >= 0).all()
    return column.astype(np.int64) if whole else None
