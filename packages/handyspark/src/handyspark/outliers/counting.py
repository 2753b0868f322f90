"""Counting outliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handyhooks import FenceMethod, ScoreMethod
from handyspark.errors import InvalidValueError
from handyspark.outliers.judging import judged_stages
from handyspark.planner import Job, ask
from handyspark.records import checked_options, record
from handyspark.schema import require_kinds
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

    With `ratio`, give their share of the rows that the method can judge; NaN where there are none.
    """
    judge = record("handyspark_outlier_methods", method)
    owner = f"the outlier method {method!r}"
    given = checked_options(judge.options, options, owner=owner)
    require_kinds(columns, judge.accepts, owner=owner)
    jobs = []
    for group in _groups(judge, columns, owner):
        stages, condition = judged_stages(judge, group, given)
        present = " AND ".join(f"{{x{position}}} IS NOT NULL" for position in range(len(group)))
        count = {"outliers": f"count_if({condition})", "judged": f"count_if({present})"}
        jobs.append(Job(owner=owner, columns=group, stages=(*stages, count), options=given))
    report = ask(source, jobs)
    labels = [", ".join(column.name for column in job.columns) for job in jobs]
    if ratio:
        return numbers_table(
            source, report, labels, lambda a: a["outliers"] / (a["judged"] or float("nan")), name="outliers(ratio)"
        )
    return numbers_table(source, report, labels, lambda a: a["outliers"], name=None)


def _groups(judge: FenceMethod | ScoreMethod, columns: Sequence[ColumnRef], owner: str) -> list[tuple[ColumnRef, ...]]:
    if isinstance(judge, FenceMethod) or judge.columns[1] == 1:
        return [(column,) for column in columns]
    least, most = judge.columns
    if len(columns) < least or (most is not None and len(columns) > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        raise InvalidValueError(f"{owner} takes {allowed} columns together; got {len(columns)}.")
    return [tuple(columns)]
