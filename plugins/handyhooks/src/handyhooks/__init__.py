"""The hook spec that handyspark and deepreplay share.

Plugin authors import the `hookimpl` marker and the records from here; `handyhooks.hookspecs` says what each
hook is for, with a whole plugin as the example.
"""

from __future__ import annotations

from handyhooks.markers import hookimpl, hookspec
from handyhooks.options import REQUIRED, Option
from handyhooks.replay_records import (
    ReplayView,
    StorageBackend,
    StorageReader,
    StorageWriter,
    Visualization,
)
from handyhooks.requests import (
    Bins,
    Counts,
    Derived,
    Extremes,
    ExtremeValues,
    Grid,
    GridCounts,
    Histogram,
    Moments,
    MomentValues,
    Sample,
    Shared,
    Tally,
)
from handyhooks.spark_records import (
    ANY,
    NUMERICAL,
    Column,
    FenceMethod,
    ImputationStrategy,
    PlotKind,
    ScoreMethod,
)

__version__ = "1.0.0"

__all__ = [
    "ANY",
    "NUMERICAL",
    "REQUIRED",
    "Bins",
    "Column",
    "Counts",
    "Derived",
    "ExtremeValues",
    "Extremes",
    "FenceMethod",
    "Grid",
    "GridCounts",
    "Histogram",
    "ImputationStrategy",
    "MomentValues",
    "Moments",
    "Option",
    "PlotKind",
    "ReplayView",
    "Sample",
    "ScoreMethod",
    "Shared",
    "StorageBackend",
    "StorageReader",
    "StorageWriter",
    "Tally",
    "Visualization",
    "hookimpl",
    "hookspec",
]
