"""How much is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handyspark.arguments import flag
from handyspark.planner import Job, ask
from handyspark.tables import numbers_table

if TYPE_CHECKING:
    import pandas as pd

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["missing"]


def missing(source: Source, columns: Sequence[ColumnRef], *, ratio: bool) -> pd.Series[float] | pd.DataFrame:
    """Count rows where a column is null or NaN, or give their share; NaN for a share of no rows."""
    ratio = flag(ratio, "ratio", "`isnull`")
    stage = {"rows": "count(1)", "known": "count({x})"}
    jobs = [Job(owner="`isnull`", columns=(column,), stages=(stage,)) for column in columns]
    report = ask(source, jobs)
    labels = [column.name for column in columns]
    if ratio:
        return numbers_table(
            source,
            report,
            labels,
            lambda a: (a["rows"] - a["known"]) / (a["rows"] or float("nan")),
            name="missing(ratio)",
        )
    return numbers_table(source, report, labels, lambda a: a["rows"] - a["known"], name="missing", dtype="int64")
