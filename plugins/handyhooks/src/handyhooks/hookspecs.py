"""The whole spec, for both hosts. Every hook takes no arguments and gives an iterable of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handyhooks.markers import hookspec
from handyhooks.replay_records import StorageBackend, Visualization
from handyhooks.spark_records import FenceMethod, ImputationStrategy, PlotKind, ScoreMethod

__all__ = [
    "HOSTS",
    "NOUNS",
    "RECORDS",
    "deepreplay_storage_backends",
    "deepreplay_visualizations",
    "handyspark_imputation_strategies",
    "handyspark_outlier_methods",
    "handyspark_plot_kinds",
    "host_of",
]

HOSTS: Final = ("handyspark", "deepreplay")
"""The distributions that ask. A hook's name begins with its host's; built-in records stand in ``<host>.builtins``."""

RECORDS: Final[dict[str, tuple[type, ...]]] = {
    "handyspark_outlier_methods": (FenceMethod, ScoreMethod),
    "handyspark_imputation_strategies": (ImputationStrategy,),
    "handyspark_plot_kinds": (PlotKind,),
    "deepreplay_visualizations": (Visualization,),
    "deepreplay_storage_backends": (StorageBackend,),
}
"""Each hook and the records that it may yield."""

NOUNS: Final = {
    "handyspark_outlier_methods": "outlier method",
    "handyspark_imputation_strategies": "imputation strategy",
    "handyspark_plot_kinds": "plot kind",
    "deepreplay_visualizations": "visualization",
    "deepreplay_storage_backends": "storage backend",
}
"""What users call one record of each hook."""


def host_of(hook: str) -> str:
    """Name of the distribution that asks for a hook.

    Examples
    --------
    >>> host_of("handyspark_plot_kinds")
    'handyspark'
    """
    return hook.partition("_")[0]


@hookspec
def handyspark_outlier_methods() -> Iterable[FenceMethod | ScoreMethod]:
    """Outlier methods: fences per column, or one score per row.

    Examples
    --------
    A whole plugin, fences at multiples of the standard deviation:

    >>> from handyhooks import FenceMethod, Option, hookimpl
    >>> def bounds(answers, k, **options):
    ...     if answers["spread"] is None:
    ...         return None, None
    ...     reach = k * answers["spread"]
    ...     return answers["center"] - reach, answers["center"] + reach
    >>> @hookimpl
    ... def handyspark_outlier_methods():
    ...     yield FenceMethod(
    ...         name="sigma",
    ...         summary="Fences k standard deviations from the mean.",
    ...         stages=({"center": "avg(double({x}))", "spread": "stddev({x})"},),
    ...         bounds=bounds,
    ...         options=(Option(name="k", default=3.0, kind="number", bounds=(0, None)),),
    ...     )
    """
    raise NotImplementedError


@hookspec
def handyspark_imputation_strategies() -> Iterable[ImputationStrategy]:
    """Imputation strategies: what to put where a column is missing.

    Examples
    --------
    A whole plugin, the midpoint between the least and the greatest value:

    >>> from handyhooks import NUMERICAL, ImputationStrategy, hookimpl
    >>> @hookimpl
    ... def handyspark_imputation_strategies():
    ...     yield ImputationStrategy(
    ...         name="midrange",
    ...         summary="Midpoint of the range.",
    ...         stages=({"low": "min({x})", "high": "max({x})"},),
    ...         fill="({low} + {high}) / 2",
    ...         accepts=NUMERICAL,
    ...     )
    """
    raise NotImplementedError


@hookspec
def handyspark_plot_kinds() -> Iterable[PlotKind]:
    """Plot kinds: what to ask of Spark, and how to draw the answer.

    Examples
    --------
    A whole plugin, the share of rows that hold a value, one bar a column or stratum:

    >>> from dataclasses import dataclass
    >>> from handyhooks import ANY, PlotKind, hookimpl
    >>> @dataclass(frozen=True)
    ... class Share:
    ...     share: float
    >>> def data(columns, answers, **options):
    ...     return Share(answers["known"] / max(answers["rows"], 1))
    >>> def draw(ax, series, **style):
    ...     return ax.bar([label for label, _ in series], [data.share for _, data in series], **style)
    >>> @hookimpl
    ... def handyspark_plot_kinds():
    ...     yield PlotKind(
    ...         name="completeness",
    ...         summary="Share of rows that hold a value.",
    ...         stages=({"known": "count({x})", "rows": "count(1)"},),
    ...         data=data,
    ...         draw=draw,
    ...         arrangement="together",
    ...         accepts=ANY,
    ...     )
    """
    raise NotImplementedError


@hookspec
def deepreplay_visualizations() -> Iterable[Visualization]:
    """Visualizations: per-epoch data from a replay, and artists that move.

    Examples
    --------
    A whole plugin, the predictions as they change from epoch to epoch:

    >>> from handyhooks import Visualization, hookimpl
    >>> def prepare(view, epochs, *, color="tab:blue"):
    ...     return {"color": color, "samples": len(view.inputs)}
    >>> def compute(view, state, epoch):
    ...     return {"prediction": view.predict(epoch)[:, 0]}
    >>> def draw(state, ax):
    ...     ax.set(xlim=(0, state["samples"]), ylim=(0, 1), xlabel="Sample", ylabel="Prediction")
    ...     return {"dots": ax.plot([], [], ".", color=state["color"])[0]}
    >>> def update(artists, state, data, epoch):
    ...     artists["dots"].set_data(range(state["samples"]), data["prediction"])
    >>> @hookimpl
    ... def deepreplay_visualizations():
    ...     yield Visualization(
    ...         name="predictions",
    ...         summary="The prediction for each sample.",
    ...         prepare=prepare,
    ...         compute=compute,
    ...         draw=draw,
    ...         update=update,
    ...     )
    """
    raise NotImplementedError


@hookspec
def deepreplay_storage_backends() -> Iterable[StorageBackend]:
    """Storage backends: a writer and a reader, and the suffixes or URL schemes served.

    Examples
    --------
    A whole plugin, which keeps runs in a dictionary (see `StorageWriter` and `StorageReader` for what each
    method promises):

    >>> import numpy
    >>> from handyhooks import StorageBackend, hookimpl
    >>> PLACES = {}
    >>> class Run:
    ...     def __init__(self, header, static):
    ...         self.header, self.arrays = dict(header), dict(static)
    ...         self.records, self.committed = [], 0
    ...     def write(self, index, values):
    ...         self.records[index:] = [{name: array.copy() for name, array in values.items()}]
    ...     def commit(self):
    ...         self.committed = len(self.records)
    ...     def close(self):
    ...         del self.records[self.committed :]
    ...     def refresh(self):
    ...         pass
    ...     def static(self, name):
    ...         return self.arrays[name]
    ...     def __len__(self):
    ...         return self.committed
    ...     def names(self):
    ...         return list(dict.fromkeys(name for record in self.records[: self.committed] for name in record))
    ...     def read(self, name, index):
    ...         found = self.records[: self.committed][index]
    ...         return numpy.stack([record[name] for record in found]) if isinstance(index, slice) else found[name]
    >>> def create(location, group, header, static):
    ...     if group in PLACES.get(location, ()):
    ...         raise FileExistsError(f"{location} holds a group {group!r} already.")
    ...     return PLACES.setdefault(location, {}).setdefault(group, Run(header, static))
    >>> def find(location, group):
    ...     if location not in PLACES:
    ...         raise FileNotFoundError(location)
    ...     return PLACES[location][group]
    >>> def delete(location, group):
    ...     find(location, group)
    ...     del PLACES[location][group]
    >>> @hookimpl
    ... def deepreplay_storage_backends():
    ...     yield StorageBackend(
    ...         name="dictionary",
    ...         summary="Keeps runs in a dictionary of this process.",
    ...         schemes=("dict",),
    ...         create=create,
    ...         resume=find,
    ...         open=find,
    ...         groups=lambda location: list(PLACES.get(location, ())),
    ...         delete=delete,
    ...         persistent=False,
    ...         concurrent_read=False,
    ...     )
    """
    raise NotImplementedError
