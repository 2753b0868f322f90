"""Samples summed up: all that a t-test needs of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handyhooks import NUMERICAL
from handyspark.evaluation.predictions import asked_source
from handyspark.failures import guarded
from handyspark.planner import Job, ask
from handyspark.schema import require_kinds
from handyspark.stats.samples import sample_label

__all__ = ["StatisticalSummary", "StatisticalSummaryValues"]


@dataclass(frozen=True, kw_only=True)
class StatisticalSummary:
    """A sample, summed up.

    Attributes
    ----------
    label
        The column, the clause of the stratum, or both.
    n
        Number of values.
    mean, variance
        Of the values; the variance divides by n - 1. NaN where there are too few.
    min, max
        Least and greatest value; NaN where there is none.
    """

    label: str
    n: int
    mean: float
    variance: float
    min: float
    max: float

    @property
    def stddev(self) -> float:
        """Square root of the variance."""
        return math.sqrt(self.variance)

    @property
    def sum(self) -> float:
        """Sum of the values."""
        return self.n * self.mean if self.n else 0.0


@guarded
def StatisticalSummaryValues(sdf: Any, columns: str | Sequence[str], by: Any = None) -> list[StatisticalSummary]:
    """Sum columns up for `tTest`: one pass.

    Parameters
    ----------
    sdf
        A Spark DataFrame, a HandyFrame or a stratified one.
    columns
        Names of numerical columns. What is missing (null or NaN) is left out.
    by
        Strata, as `HandyFrame.stratify` takes them.

    Returns
    -------
    list of StatisticalSummary
        One for each column; with strata, one for each column and stratum, strata in order within each column.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError
        A column is not there, or not numerical.

    Examples
    --------
    >>> women, men = StatisticalSummaryValues(hdf, "Age", by="Sex")
    >>> women.label, women.n > 0
    ('Sex == "female"', True)
    """
    source = asked_source(sdf, by)
    refs = source.schema.find_all(columns)
    require_kinds(refs, NUMERICAL, owner="`StatisticalSummaryValues`")
    value = "cast({x} as double)"
    requests = {
        "n": f"count({value})",
        "mean": f"avg({value})",
        "variance": f"var_samp({value})",
        "min": f"min({value})",
        "max": f"max({value})",
    }
    jobs = [Job(owner="`StatisticalSummaryValues`", columns=(ref,), stages=(requests,)) for ref in refs]
    report = ask(source, jobs)
    clauses = [""] if source.strata is None else [source.strata.clause(key) for key in report.keys]
    return [
        StatisticalSummary(label=sample_label(ref.name, clause, several=len(refs) > 1), **_values(answers))
        for ref, of_job in zip(refs, report.answers, strict=True)
        for clause, answers in zip(clauses, of_job, strict=True)
    ]


def _values(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value is None else value for name, value in answers.items()}
