"""Rows that are outliers, and rows that are not: a filter over fitted values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from handyspark.fitted.encoding import plain
from handyspark.fitted.lookup import Lookup, helper_name, stratum_sql
from handyspark.outliers.judging import far_out, judges
from handyspark.planner import ask
from handyspark.planner.render import look_up, render

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.outliers.judging import Judge
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["outliers_of", "without_outliers"]


def outliers_of(source: Source, columns: Sequence[ColumnRef], method: str, options: Mapping[str, Any]) -> DataFrame:
    """Rows that are outliers in any of the columns, or in the set of columns."""
    return _where(source, columns, method, options, "{}")


def without_outliers(
    source: Source, columns: Sequence[ColumnRef], method: str, options: Mapping[str, Any]
) -> DataFrame:
    """All other rows, among them those that miss a value or belong to no stratum."""
    return _where(source, columns, method, options, "NOT ({})")


def _where(
    source: Source, columns: Sequence[ColumnRef], method: str, options: Mapping[str, Any], condition: str
) -> DataFrame:
    judged = judges(columns, method, far_out(method, options))
    report = ask(source, [judge.job for judge in judged])
    frame, helper = source.df, None
    if source.strata is not None:
        helper = helper_name(source.schema)
        frame = frame.withColumn(helper, F.expr(stratum_sql(source.strata, report.keys)))
    rendered = (
        f"coalesce({_rendered(judge, Lookup(helper), answers)}, false)"
        for judge, answers in zip(judged, report.answers, strict=True)
    )
    chosen = frame.where(condition.format(" OR ".join(rendered)))
    return chosen if helper is None else chosen.drop(helper)


def _rendered(judge: Judge, lookup: Lookup, answers: Sequence[Mapping[str, Any]]) -> str:
    known = [{**judge.options, **of_stratum} for of_stratum in answers]
    condition = render(
        judge.condition,
        columns=[column.clean_sql for column in judge.columns],
        value=lambda name: lookup.agreed([plain(look_up(of_stratum, name)) for of_stratum in known]),
        row=lambda: "NULL",
    )
    return lookup.where_known(f"({condition})")
