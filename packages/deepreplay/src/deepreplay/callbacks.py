"""The callback that records a training run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from deepreplay import __version__, models, schema, size
from deepreplay._keras import load_keras
from deepreplay.errors import ArgumentValueError, ModelError, RecordingWarning, StorageError
from deepreplay.fit_check import check_samples
from deepreplay.plan import Plan, checked_count, checked_flag
from deepreplay.processes import is_writer
from deepreplay.recorder import Recorder
from deepreplay.samples import Samples
from deepreplay.snapshot import Snapshot
from deepreplay.storage import as_group_name, as_location, check_place, choose, holds
from deepreplay.storage.words import group_exists, in_words

if TYPE_CHECKING:
    from handyhooks import StorageBackend

__all__ = ["ReplayData"]

_LARGEST_TRIED: Final = 64 * 1024 * 1024
"""Weights of a model that is made a second time to see whether it can be."""


class ReplayData(load_keras().callbacks.Callback):  # type: ignore[misc]
    """Record weights, metrics and learning rate of every epoch, from the state before training on.

    Parameters
    ----------
    inputs
        Samples that the replay will show, shape (samples, ...): those that the model trains on, or some of them.
        A list or a mapping of such arrays for a model with several inputs.
    targets
        Their targets, shape (samples, ...); a list or a mapping for a model with several outputs.
    filename
        Path or URL of the recording. ``.h5`` is HDF5; other suffixes and schemes choose other storage backends.
    group_name
        Name of this run; one file holds many.
    model
        Record the state of this (built) model at once, without training, as group ``<group_name>_init``.
    overwrite
        Replace the group where it exists, once the first batch was trained: a training that fails before loses nothing.
    append
        Go on with the group where it exists; its model, loss, samples and the options below must be the same.
    storage
        Name of a storage backend, to choose one whatever `filename` looks like.
    batch_size
        To be noted in the recording: Keras does not tell its callbacks. -1 where it isn't known.
    sample_weight
        Weight of each sample, shape (samples,), with which a replay evaluates loss and weighted metrics; a list or
        mapping for several outputs.
    every
        Record the weights after every so many epochs (0, 5, 10, ...). Metrics are recorded of each.
    freq
        ``"epoch"``, or ``"batch"``: states and metrics are those after each batch, on disk when their epoch ends.
    layers
        Names of the layers whose weights are recorded; all where it is left out. Of the others, those that are frozen
        (``trainable=False``) are recorded once, and if that makes all of them, every replay works; else only what
        needs no other weights.
    dtype
        ``"float16"`` or ``"bfloat16"``: keep floating-point weights in half the size, rounded. HDF5 and Zarr know no
        bfloat16: it is stored as the uint16 of the same bits.
    max_samples
        Record at most so many of the samples, of each class its share, chosen by `seed`.
    seed
        What the choice of `max_samples` depends on.

    Raises
    ------
    GroupExistsError
        The group exists, and neither `overwrite` nor `append` is set.
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.
    ModelError
        When training begins: the model does not take the samples, or is not the one to be gone on with.
    StorageError
        The location can't be used.

    Notes
    -----
    Where several processes train one model, the first one writes.

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
        sample_weight: Any = None,
        every: int = 1,
        freq: str = "epoch",
        layers: Any = None,
        dtype: str | None = None,
        max_samples: int | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._samples = Samples.of_user(inputs, targets, sample_weight)
        if max_samples is not None:
            most = checked_count("max_samples", max_samples)
            self._samples = self._samples.some(most, checked_count("seed", seed, least=0))
        self._plan = Plan.of_user(every=every, freq=freq, layers=layers, dtype=dtype)
        # Keras waits for the results of a batch only where a callback asks for them.
        self.async_safe = self._plan.freq != "batch"
        self._location = as_location(filename)
        self._storage = storage
        self._group = as_group_name(group_name) + ("" if model is None else "_init")
        self._overwrite = checked_flag("overwrite", overwrite)
        self._append = checked_flag("append", append)
        if overwrite and append:
            raise ArgumentValueError("Pass overwrite=True or append=True, not both: one drops the group, one keeps it.")
        self._batch_size = checked_count("batch_size", batch_size, unless=", or -1 where it isn't known")
        self._initial_only = model is not None
        self._recorder: Recorder | None = None
        self._epochs = 0
        if is_writer(model):
            self._check_location()
        if model is not None:
            models.check_is_model(model)
            if append:
                raise ArgumentValueError("append=True goes on with a training; `model` records one state alone.")
            self._begin(model, {"epochs": 0})
            with self._in_words():
                self._opened.commit()
            self.close()

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Open the recording and write the state before training."""
        if self._initial_only:
            raise ArgumentValueError(
                "This ReplayData was made with `model` and recorded one state alone: make another without for fit."
            )
        self._begin(self.model, self.params)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Take the state after a batch where those are recorded; after the first, begin what replaces a group."""
        recorder = self._opened
        with self._in_words():
            if self._plan.freq == "batch":
                recorder.add(self.model, self._epochs + 1, logs)
            elif recorder.empty:
                recorder.commit()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Write the state after an epoch, and make it durable."""
        self._epochs += 1
        recorder = self._opened
        with self._in_words():
            if self._plan.freq == "batch":
                recorder.report(logs)
            else:
                recorder.add(self.model, self._epochs, logs)
            recorder.commit()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Close the recording."""
        self.close()

    def close(self) -> None:
        """Release the recording, where an error or Ctrl-C ended the training before Keras could say so.

        What was recorded stays. The next fit, or the end of the process, does the same.
        """
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            with self._in_words():
                recorder.close()

    @property
    def _opened(self) -> Recorder:
        if self._recorder is None:
            raise StorageError("The recording is not open: fit() must call on_train_begin of the callback first.")
        return self._recorder

    @property
    def _backend(self) -> StorageBackend:
        # Looked up anew each time, so that the callback can be copied and pickled.
        return choose(self._location, self._storage)

    def _in_words(self) -> Any:
        return in_words(self._backend, self._location, self._group)

    def _holds(self) -> bool:
        return holds(self._backend, self._location, self._group, damaged=self._overwrite)

    def _check_location(self) -> None:
        check_place(self._location)
        if self._holds() and not (self._overwrite or self._append):
            raise group_exists(self._location, self._group, append=not self._initial_only)

    def _begin(self, model: Any, params: Mapping[str, Any]) -> None:
        self.close()  # of a training that an error ended
        models.built_on(model, self._samples.inputs)
        check_samples(model, self._samples)
        snapshot = Snapshot(model, self._plan.layers, self._plan.dtype)
        header = self._header(model, snapshot, params.get("steps"))
        # In every process: what one of several does with a distributed model, all have to do.
        _warn_if_lost(model, header["model"])
        self._recorder = self._open(model, snapshot, header, params)
        if self._recorder.empty:
            with self._in_words():
                self._recorder.begin(model)

    def _open(self, model: Any, snapshot: Snapshot, header: dict[str, Any], params: Mapping[str, Any]) -> Recorder:
        if not is_writer(model):
            self._epochs = 0
            return Recorder(None, snapshot, self._plan.every)
        backend, place = self._backend, (self._location, self._group)
        exists = self._holds()
        size.announce(
            self._location,
            once=self._samples.nbytes,
            state=snapshot.nbytes(model),
            states=_states(params, self._plan),
            unit=_unit(self._plan),
        )
        with self._in_words():
            if exists and self._append:
                recorder = Recorder.resume(backend, place, header, self._samples, snapshot, model)
                self._epochs = recorder.epochs
                return recorder
            self._epochs = 0
            start = Recorder.replace if exists and self._overwrite else Recorder.create
            return start(backend, place, header, self._samples, snapshot)

    def _header(self, model: Any, snapshot: Snapshot, steps: int | None) -> dict[str, Any]:
        keras = load_keras()
        backend = keras.backend.backend()
        return {
            "format": schema.FORMAT,
            "samples": len(self._samples),
            "batch_size": self._batch_size,
            "n_batches": -1 if steps is None else int(steps),
            schema.SAMPLES: self._samples.described(),
            **self._plan.described(),
            **models.describe(model),
            **snapshot.described(),
            schema.CREATED: datetime.now(timezone.utc).isoformat(timespec="microseconds"),
            "backend": backend,
            "versions": {"deepreplay": __version__, "keras": keras.__version__, backend: models.version_of(backend)},
        }


def _warn_if_lost(model: Any, config: Mapping[str, Any] | None) -> None:
    """Say at once where a replay will not be able to make the model, or to compile it, by trying it."""
    if model.count_params() > _LARGEST_TRIED:
        return
    try:
        problem = models.rebuild(config).uncompiled
    except ModelError as error:
        problem = str(error)
    if problem:
        warnings.warn(f"{problem} What is recorded stays readable without.", RecordingWarning, stacklevel=2)


def _states(params: Mapping[str, Any], plan: Plan) -> int | None:
    """How many states a fit will record, the one before it included."""
    epochs, steps = params.get("epochs"), params.get("steps")
    if epochs is None or (plan.freq == "batch" and steps is None):
        return None
    units = epochs * (steps if plan.freq == "batch" else 1)
    return int(units // plan.every) + 1


def _unit(plan: Plan) -> str:
    return plan.freq if plan.every == 1 else f"{plan.every} {plan.freq}{'es' if plan.freq == 'batch' else 's'}"
