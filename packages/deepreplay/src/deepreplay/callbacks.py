"""The callback that records a training run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np

from deepreplay import __version__, models, schema
from deepreplay._keras import load_keras
from deepreplay.arrays import as_inputs, as_targets
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, ModelError, RecordingWarning, StorageError
from deepreplay.storage import as_group_name, as_location, choose, scheme_of
from deepreplay.storage.words import group_exists, in_words

if TYPE_CHECKING:
    from handyhooks import StorageBackend, StorageReader, StorageWriter

__all__ = ["ReplayData"]


class ReplayData(load_keras().callbacks.Callback):  # type: ignore[misc]
    """Record weights, metrics and learning rate of every epoch, from the state before training on.

    Parameters
    ----------
    inputs
        Samples that the replay will show, shape (samples, ...): those that the model trains on, or some of them.
    targets
        Their targets, shape (samples, ...).
    filename
        Path or URL of the recording. ``.h5`` is HDF5; other suffixes and schemes choose other storage backends.
    group_name
        Name of this run; one file holds many.
    model
        Record the state of this (built) model at once, without training, as group ``<group_name>_init``.
    overwrite
        Replace the group where it exists, when training begins.
    append
        Go on with the group where it exists; its model, inputs and targets must be the same.
    storage
        Name of a storage backend, to choose one whatever `filename` looks like.
    batch_size
        To be noted in the recording: Keras does not tell its callbacks. -1 where it isn't known.

    Raises
    ------
    GroupExistsError
        The group exists, and neither `overwrite` nor `append` is set.
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.
    StorageError
        The location can't be used.

    Examples
    --------
    >>> replaydata = ReplayData(X, y, filename="hyperparms_in_action.h5", group_name="part1")  # doctest: +SKIP
    >>> model.fit(X, y, epochs=150, batch_size=16, callbacks=[replaydata])  # doctest: +SKIP
    """

    def __init__(
        self,
        inputs: Any,
        targets: Any,
        filename: str | os.PathLike[str],
        group_name: str,
        model: Any = None,
        *,
        overwrite: bool = False,
        append: bool = False,
        storage: str | None = None,
        batch_size: int = -1,
    ) -> None:
        super().__init__()
        self._inputs = as_inputs(inputs)
        self._targets = as_targets(targets, samples=len(self._inputs))
        self._location = as_location(filename)
        self._storage = storage
        self._group = as_group_name(group_name) + ("" if model is None else "_init")
        self._overwrite = _checked_flag("overwrite", overwrite)
        self._append = _checked_flag("append", append)
        if overwrite and append:
            raise ArgumentValueError("Pass overwrite=True or append=True, not both: one drops the group, one keeps it.")
        self._batch_size = _checked_batch_size(batch_size)
        self._initial_only = model is not None
        self._writer: StorageWriter | None = None
        self._finished = 0
        self._metrics: dict[str, None] = {}
        self._check_location()
        if model is not None:
            models.check_is_model(model)
            if append:
                raise ArgumentValueError("append=True goes on with a training; `model` records one state alone.")
            self._begin(model, steps=None)
            self._end()

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Open the recording and write the state before training."""
        if self._initial_only:
            raise ArgumentValueError(
                "This ReplayData was made with `model` and recorded one state alone: make another without for fit."
            )
        if not self.model.built:
            self.model.build((None, *self._inputs.shape[1:]))
        self._begin(self.model, steps=self.params.get("steps"))

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Write the state after an epoch, and make it durable."""
        self._finished += 1
        values = self._weights(self.model)
        values[schema.EPOCHS] = np.asarray(self._finished)
        values[schema.LEARNING_RATE] = np.asarray(_learning_rate(self.model), dtype=np.float64)
        reported = {schema.record_of(name): value for name, value in (logs or {}).items()}
        # A metric that isn't reported in every epoch (validation_freq) is not a number in the others.
        for record in dict.fromkeys([*self._metrics, *reported]):
            values[record] = _number(record, reported.get(record, np.nan))
        self._metrics.update(dict.fromkeys(reported))
        self._commit(self._finished, values)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Close the recording."""
        self._end()

    @property
    def _backend(self) -> StorageBackend:
        # Looked up anew each time, so that the callback can be copied and pickled.
        return choose(self._location, self._storage)

    def _check_location(self) -> None:
        folder = os.path.dirname(self._location)
        if scheme_of(self._location) is None and folder and not os.path.isdir(folder):
            raise StorageError(f"The folder {folder!r} of the recording does not exist.")
        with in_words(self._backend, self._location, self._group):
            exists = self._group in self._backend.groups(self._location)
        if exists and not (self._overwrite or self._append):
            raise group_exists(self._location, self._group)

    def _begin(self, model: Any, *, steps: int | None) -> None:
        self._end()  # of a training that an error ended
        header = self._header(model, steps)
        if header["model"] is None:
            warnings.warn(
                "Keras can't serialize this model: it is recorded, but Replay will need it as `model=`.",
                RecordingWarning,
                stacklevel=2,
            )
        backend = self._backend
        with in_words(backend, self._location, self._group):
            exists = self._group in backend.groups(self._location)
            if exists and self._append:
                self._resume(backend, header)
                return
            if exists and self._overwrite:
                backend.delete(self._location, self._group)
            targets = self._targets.reshape(len(self._targets), -1)
            static = {schema.INPUTS: self._inputs, schema.TARGETS: targets}
            self._writer = backend.create(self._location, self._group, header, static)
        self._finished = 0
        self._metrics = {}
        self._commit(0, self._weights(model))

    def _resume(self, backend: StorageBackend, header: Mapping[str, Any]) -> None:
        """Go on after the last epoch that was recorded, with the same model and samples."""
        reader = backend.open(self._location, self._group)
        try:
            differs = _difference(reader, header, self._inputs, self._targets, self._weights(self.model))
            states = len(reader)
            metrics = [name for name in reader.names() if schema.metric_of(name) is not None]
        finally:
            reader.close()
        if differs:
            raise ModelError(f"append=True can't go on with group {self._group!r}: {differs}")
        self._writer = backend.resume(self._location, self._group)
        self._finished = states - 1
        self._metrics = dict.fromkeys(metrics)
        if states == 0:
            self._finished = 0
            self._commit(0, self._weights(self.model))

    def _commit(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        if self._writer is None:
            raise StorageError("The recording is not open: fit() must call on_train_begin of the callback first.")
        with in_words(self._backend, self._location, self._group):
            self._writer.write(index, values)
            self._writer.commit()

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _weights(self, model: Any) -> dict[str, np.ndarray]:
        return {
            schema.weights_record(layer, position): value
            for layer, values in enumerate(models.snapshot(model))
            for position, value in enumerate(values)
        }

    def _header(self, model: Any, steps: int | None) -> dict[str, Any]:
        keras = load_keras()
        return {
            "format": schema.FORMAT,
            "samples": len(self._inputs),
            "batch_size": self._batch_size,
            "n_batches": -1 if steps is None else int(steps),
            "targets_shape": list(self._targets.shape),
            **models.describe(model),
            "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "versions": {"deepreplay": __version__, "keras": keras.__version__},
            "backend": keras.backend.backend(),
        }


def _difference(
    reader: StorageReader,
    header: Mapping[str, Any],
    inputs: np.ndarray,
    targets: np.ndarray,
    weights: Mapping[str, np.ndarray],
) -> str:
    """In words, why a run can't be gone on with; empty where it can."""
    for field, what in (("layers", "layers"), ("weights", "weights")):
        if reader.header[field] != header[field]:
            return f"it holds a model with other {what}."
    if len(reader) and any(reader.read(name, 0).shape != value.shape for name, value in weights.items()):
        return "it holds a model with weights of other shapes."
    stored = reader.static(schema.INPUTS), reader.static(schema.TARGETS).reshape(reader.header["targets_shape"])
    for name, old, new in (("inputs", stored[0], inputs), ("targets", stored[1], targets)):
        if not np.array_equal(old, new):
            return f"it was recorded with other {name}."
    return ""


def _learning_rate(model: Any) -> float:
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", np.nan)
    return float(load_keras().ops.convert_to_numpy(rate))


def _number(record: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value, dtype=np.float64).reshape(())
    except (TypeError, ValueError) as error:
        name = schema.metric_of(record) or record
        raise ArgumentValueError(f"The metric {name!r} must be one number an epoch; got {value!r}.") from error


def _checked_flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ArgumentTypeError(f"The `{name}` must be True or False; got {value!r}.")
    return value


def _checked_batch_size(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise ArgumentTypeError(f"The `batch_size` must be a whole number; got {value!r}.")
    if value < 1 and value != -1:
        raise ArgumentValueError(f"The `batch_size` must be at least 1, or -1 where it isn't known; got {value}.")
    return int(value)
