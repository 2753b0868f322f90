"""Records of the hooks that serve deepreplay, and the Protocols that their functions meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from handyhooks._checks import check_callables, check_head
from handyhooks.errors import RecordError

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "ReplayView",
    "StorageBackend",
    "StorageReader",
    "StorageWriter",
    "Visualization",
]


@runtime_checkable
class ReplayView(Protocol):
    """What a visualization may ask of a replay. Samples stand in the order of `inputs` everywhere.

    `epochs` are the numbers of the recorded states: 0 is the network before training.
    Functions that take an epoch take one of these.
    """

    @property
    def epochs(self) -> Sequence[int]:
        """Numbers of the recorded states, ascending."""

    @property
    def unit(self) -> str:
        """What a state was recorded after: ``"epoch"`` or ``"batch"``."""

    @property
    def inputs(self) -> Any:
        """Recorded inputs, shape (samples, ...); a list or mapping of arrays where the model has several."""

    @property
    def targets(self) -> Any:
        """Recorded targets, shape (samples, ...); a list or mapping of arrays where the model has several outputs."""

    @property
    def labels(self) -> np.ndarray | None:
        """Class of each sample as an integer, shape (samples,); None for a regression."""

    @property
    def layer_names(self) -> Sequence[str]:
        """Names of the layers that compute something, from input to output: a functional model's inputs are none."""

    def weights(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Weights of each layer, as ``layer.get_weights()`` gives them."""

    def outputs(self, layer: str, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Activations of a layer, shape (samples, ...), for the recorded inputs or for `X`."""

    def output_shape(self, layer: str | None = None) -> tuple[int, ...]:
        """Shape of a layer's activations for one sample, or of the model's output: quicker than evaluating one."""

    def zvalues(self, layer: str, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """What goes into the layer's activation function, shape (samples, ...)."""

    def has_zvalues(self, layer: str) -> bool:
        """Whether the layer applies one activation function to what it has computed."""

    @property
    def from_logits(self) -> bool:
        """Whether the loss takes the model's outputs as logits: they are no probabilities."""

    def predict(self, epoch: int, X: np.ndarray | None = None) -> np.ndarray:
        """Outputs of the model, shape (samples, ...)."""

    def outputs_and_predictions(
        self, layer: str, epoch: int, X: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """What `outputs` and `predict` give, in less time than both take."""

    def losses(self, epoch: int) -> np.ndarray:
        """Loss of each sample, without regularizers and sample weights, shape (samples,)."""

    def gradients(self, epoch: int) -> Mapping[str, Sequence[np.ndarray]]:
        """Gradients of the loss over all the inputs, for each layer's trainable weights."""

    def evaluate(self, epoch: int) -> Mapping[str, Any]:
        """Loss (``"loss"``, with regularizers) and metrics by name over all the inputs, as ``model.evaluate`` gives.

        Numbers; an array where the metric is one, as an F score of each class.
        """

    def series(self, name: str) -> np.ndarray:
        """What training reported, one number a recorded epoch from 1 on: ``"loss"``, ``"lr"``, a metric's name."""


@dataclass(frozen=True, kw_only=True)
class Visualization:
    """A picture of one epoch that can be moved to another.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line. The host offers it as ``replay.build(name)`` and ``replay.build_<name>``.
    axes
        Names of the Axes it draws on, in order.
    projection
        matplotlib projection of Axes that the host makes; None for plain ones.
    accepts
        ``accepts(view) -> str | None``: None where it can show this replay, else the reason why not.
    prepare
        ``prepare(view, epochs, *, options...) -> state``, once: checks, fixed limits, whole series. Its
        keyword-only parameters are the options that users pass to ``build``; every one needs a default
        unless users must pass it. `epochs` are the states to be shown, ascending. A state may have an attribute
        `static`, a mapping that users read beside what `compute` gives: what is the same in every epoch.
    compute
        ``compute(view, state, epoch) -> {name: array}``: one epoch. Pure, and imports no matplotlib. Users read
        the arrays through the plot's data; a dot in a name nests (``"line.input"`` is read as ``data.line.input``).
    draw
        ``draw(state, *axes) -> {name: artist or sequence of artists}``: once. Returns what moves; what does not is just
        drawn. Sets limits and titles of the Axes.
    update
        ``update(artists, state, data, epoch)``: moves the artists (``set_data`` and the like), with nothing
        added or removed. While only artists move, the host redraws just these; where limits, titles or
        children of the Axes change, it notices and redraws all.
    """

    name: str
    summary: str
    prepare: Callable[..., Any]
    compute: Callable[[ReplayView, Any, int], Mapping[str, Any]]
    draw: Callable[..., Mapping[str, Any]]
    update: Callable[[Mapping[str, Any], Any, Mapping[str, Any], int], None]
    accepts: Callable[[ReplayView], str | None] | None = None
    axes: tuple[str, ...] = ("ax",)
    projection: str | None = None

    def __post_init__(self) -> None:
        check_head(self)
        check_callables(self, ["prepare", "compute", "draw", "update"], optional=["accepts"])
        names_fit = isinstance(self.axes, tuple) and all(isinstance(n, str) and n.isidentifier() for n in self.axes)
        if not self.axes or not names_fit or len(set(self.axes)) < len(self.axes):
            raise RecordError(
                f"Visualization {self.name!r}: `axes` must be a tuple of different identifiers; got {self.axes!r}."
            )


@runtime_checkable
class StorageWriter(Protocol):
    """Writes the records of one run, one after the other.

    What was written since the last `commit` may be lost in a crash, what was committed may not.
    """

    def write(self, index: int, values: Mapping[str, np.ndarray]) -> None:
        """Write record `index`, all of its arrays (at least one) at once; records come in order, 0, 1, 2, ...

        The names are free text. One name has one shape and dtype in all records, but need not stand in
        every one; it may appear first in a later record. The arrays may change once this returned.
        """

    def commit(self) -> None:
        """Make all that was written durable: from now on readers count these records."""

    def close(self) -> None:
        """Release the location. What was not committed is dropped. A second call does nothing."""


@runtime_checkable
class StorageReader(Protocol):
    """Reads what was committed of one run."""

    @property
    def header(self) -> Mapping[str, Any]:
        """As given to ``create``: a mapping that JSON can hold."""

    def static(self, name: str) -> np.ndarray:
        """One of the arrays given to ``create``."""

    def __len__(self) -> int:
        """Number of committed records."""

    def names(self) -> Sequence[str]:
        """Names that occur in records, in the order of their first write."""

    def read(self, name: str, index: int | slice) -> np.ndarray:
        """One record's array, or those of a slice of records stacked along a new first axis.

        Integers count from 0, and are not negative. Slices step forward, hold at least one record, and end with
        the last committed one at the latest, as slices of a list do.

        Raises
        ------
        KeyError
            No record holds the name, or the one asked for does not.
        IndexError
            The record is not committed.
        """

    def refresh(self) -> None:
        """See what was committed since the reader was opened."""

    def close(self) -> None:
        """Release the location. A second call does nothing."""


@dataclass(frozen=True, kw_only=True)
class StorageBackend:
    """Where the records of training runs are kept: a location holds any number of named groups.

    Parameters
    ----------
    name, summary
        lower_snake_case, and one line.
    create
        ``create(location, group, header, static) -> StorageWriter``. `header` is a mapping that JSON can hold,
        `static` a mapping of names to arrays that are written once. Refuses a group that exists with
        `FileExistsError`, and leaves everything else at the location as it is.
    resume
        ``resume(location, group) -> StorageWriter``: goes on after the last commit; anything after it is gone.
        `KeyError` where there is no such group, `FileNotFoundError` where there is no such location.
    open
        ``open(location, group) -> StorageReader``. Errors as in `resume`.
    groups
        ``groups(location) -> sequence of str``: names of the groups; empty where nothing is there yet.
    delete
        ``delete(location, group)``: removes one group and nothing else. Errors as in `resume`.
    suffixes, schemes
        What of a location chooses this backend: file suffixes (``".h5"``), URL schemes (``"s3"``).
    persistent
        Committed records outlive the process, however it ends.
    concurrent_read
        `open` works beside a live writer, in the same process and in another.
    """

    name: str
    summary: str
    create: Callable[[str, str, Mapping[str, Any], Mapping[str, Any]], StorageWriter]
    resume: Callable[[str, str], StorageWriter]
    open: Callable[[str, str], StorageReader]
    groups: Callable[[str], Sequence[str]]
    delete: Callable[[str, str], None]
    suffixes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    persistent: bool = True
    concurrent_read: bool = True

    def __post_init__(self) -> None:
        check_head(self)
        check_callables(self, ["create", "resume", "open", "groups", "delete"])
        if not isinstance(self.suffixes, tuple) or not all(s.startswith(".") for s in self.suffixes):
            raise RecordError(
                f"StorageBackend {self.name!r}: `suffixes` must be a tuple of '.name'; got {self.suffixes!r}."
            )
        if not isinstance(self.schemes, tuple) or not all(s and ":" not in s for s in self.schemes):
            raise RecordError(
                f"StorageBackend {self.name!r}: `schemes` must be a tuple of names without '://'; got {self.schemes!r}."
            )
