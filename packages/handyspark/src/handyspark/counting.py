"""Value counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handyhooks import ANY, Counts, Tally
from handyspark.arguments import flag
from handyspark.planner import Job, ask
from handyspark.schema import require_kinds
from handyspark.to_pandas import series_of

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["value_counts"]


def value_counts(source: Source, column: ColumnRef, *, dropna: bool) -> pd.Series[int]:
    """Count rows by value: descending by count, or by strata and value in ascending order."""
    dropna = flag(dropna, "dropna", "`value_counts`")
    require_kinds([column], ANY, owner="`value_counts`")
    report = ask(source, [Job(owner="`value_counts`", columns=(column,), stages=({"tally": Counts()},))])
    tallies: list[Tally] = [answers["tally"] for answers in report.answers[0]]
    if source.strata is None:
        values, counts = _with_missing(tallies[0], dropna=dropna)
        order = np.argsort(-np.array(counts, dtype="int64"), kind="stable")
        index = pd.Index(series_of([values[i] for i in order], column.data_type))
        return pd.Series([counts[i] for i in order], index=index, name=column.name, dtype="int64")
    return _stratified(source, report.keys, column, tallies, dropna=dropna)


def _with_missing(tally: Tally, *, dropna: bool) -> tuple[list[Any], list[int]]:
    if dropna or not tally.missing:
        return list(tally.values), list(tally.counts)
    return [*tally.values, None], [*tally.counts, tally.missing]


def _stratified(source: Source, keys: Any, column: ColumnRef, tallies: list[Tally], *, dropna: bool) -> pd.Series[int]:
    strata = source.strata
    rows: list[tuple[int, Any, int]] = []
    for ordinal, tally in enumerate(tallies):
        ascending = sorted(zip(tally.values, tally.counts, strict=True), key=lambda pair: pair[0])
        rows.extend((ordinal, value, count) for value, count in ascending)
        if not dropna and tally.missing:
            rows.append((ordinal, None, tally.missing))
    shown = strata.index([keys[ordinal] for ordinal, _, _ in rows]) if strata else pd.Index([])
    values = series_of([value for _, value, _ in rows], column.data_type)
    levels = [shown.get_level_values(level) for level in range(shown.nlevels)]
    index = pd.MultiIndex.from_arrays([*levels, values], names=[*shown.names, column.name])
    return pd.Series([count for _, _, count in rows], index=index, name="value_counts", dtype="int64")
