"""Counting outliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handyspark.arguments import flag
from handyspark.outliers.judging import far_out, judges
from handyspark.planner import ask
from handyspark.tables import numbers_table

if TYPE_CHECKING:
    import pandas as pd

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["count_outliers"]


def count_outliers(
    source: Source, columns: Sequence[ColumnRef], method: str, options: Mapping[str, Any], *, ratio: bool
) -> pd.Series[float] | pd.DataFrame:
    """Count outliers by column, or in the set of columns where the method looks at several together.

    With `ratio`, give their share of the rows that the method can judge: those that miss no value, in strata that it
    has fences or a cutoff for. NaN where there are none.
    """
    ratio = flag(ratio, "ratio", "`outliers`")
    jobs = []
    for judge in judges(columns, method, far_out(method, options)):
        count = {"outliers": f"count_if({judge.condition})", "judged": f"count_if({judge.judged})"}
        jobs.append(replace(judge.job, stages=(*judge.stages, count)))
    report = ask(source, jobs)
    labels = [", ".join(column.name for column in job.columns) for job in jobs]
    if ratio:
        return numbers_table(
            source, report, labels, lambda a: a["outliers"] / (a["judged"] or float("nan")), name="outliers(ratio)"
        )
    return numbers_table(source, report, labels, lambda a: a["outliers"], name=None)
