"""Any mix of columns, statistics and strata, in as few passes as there are families of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyspark.sql import types as T

from handyspark.planner import Job, ask
from handyspark.schema import require_kinds
from handyspark.to_pandas import series_of

if TYPE_CHECKING:
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef
    from handyspark.statistics.table import Statistic

__all__ = ["aggregate", "summarize"]


def summarize(source: Source, columns: Sequence[ColumnRef], statistic: Statistic) -> pd.Series[Any] | pd.DataFrame:
    """Give one statistic of some columns.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Without strata a Series indexed by column. With strata, a Series indexed by stratum for one column, and a
        DataFrame (strata x columns) for several. Named after the statistic.
    """
    (by_column,), index = _asked(source, columns, [statistic])
    labels = [column.name for column in columns]
    if source.strata is None:
        types = [_type(statistic, column) for column in columns]
        values = [of_column[0] for of_column in by_column]
        return _mixed(values, types, index=pd.Index(labels), name=statistic.name)
    made = [
        series_of(values, _type(statistic, column), name=statistic.name, index=index)
        for column, values in zip(columns, by_column, strict=True)
    ]
    return made[0] if len(made) == 1 else _side_by_side(made, labels, index)


def aggregate(source: Source, columns: Sequence[ColumnRef], statistics: Sequence[Statistic]) -> pd.DataFrame:
    """Give several statistics of some columns.

    Returns
    -------
    pandas.DataFrame
        Without strata statistics x columns; with strata, strata x (column, statistic).
    """
    by_statistic, index = _asked(source, columns, statistics)
    if source.strata is None:
        made = [
            _mixed(
                [of_column[position][0] for of_column in by_statistic],
                [_type(statistic, column) for statistic in statistics],
                index=pd.Index([statistic.name for statistic in statistics]),
                name=None,
            )
            for position, column in enumerate(columns)
        ]
        return _side_by_side(made, [column.name for column in columns], made[0].index)
    made = [
        series_of(by_statistic[place][position], _type(statistic, column), index=index)
        for position, column in enumerate(columns)
        for place, statistic in enumerate(statistics)
    ]
    pairs = [(column.name, statistic.name) for column in columns for statistic in statistics]
    return _side_by_side(made, pd.MultiIndex.from_tuples(pairs), index)


def _asked(
    source: Source, columns: Sequence[ColumnRef], statistics: Sequence[Statistic]
) -> tuple[list[list[list[Any]]], pd.Index[Any]]:
    """Values by statistic, column and stratum, and the index of the strata."""
    jobs = []
    for statistic in statistics:
        require_kinds(columns, statistic.accepts, owner=f"`{statistic.name}`")
        jobs += [Job(owner=f"`{statistic.name}`", columns=(column,), stages=(statistic.stage,)) for column in columns]
    report = ask(source, jobs)
    width = len(columns)
    by_statistic = [
        [
            [statistic.value(answers) for answers in of_job]
            for of_job in report.answers[place * width : (place + 1) * width]
        ]
        for place, statistic in enumerate(statistics)
    ]
    return by_statistic, source.strata.index(report.keys) if source.strata else pd.RangeIndex(1)


def _type(statistic: Statistic, column: ColumnRef) -> T.DataType:
    if statistic.gives == "value":
        return column.data_type
    return T.LongType() if statistic.gives == "count" else T.DoubleType()


def _mixed(
    values: Sequence[Any], types: Sequence[T.DataType], *, index: pd.Index[Any], name: str | None
) -> pd.Series[Any]:
    """A Series of values of several types: of the one type, of a common number, or of objects."""
    if len(set(types)) == 1:
        return series_of(values, types[0], name=name, index=index)
    if all(isinstance(data_type, T.IntegralType) for data_type in types):
        return series_of(values, T.LongType(), name=name, index=index)
    if all(isinstance(data_type, (T.IntegralType, T.FractionalType)) for data_type in types):
        return series_of(
            [None if value is None else float(value) for value in values], T.DoubleType(), name=name, index=index
        )
    singles = [series_of([value], data_type).iloc[0] for value, data_type in zip(values, types, strict=True)]
    return pd.Series(singles, index=index, name=name, dtype=object)


def _side_by_side(columns: Sequence[pd.Series[Any]], labels: Any, index: pd.Index[Any]) -> pd.DataFrame:
    """A DataFrame of Series whose labels may repeat."""
    table = pd.DataFrame(dict(enumerate(columns)), index=index)
    table.columns = labels if isinstance(labels, pd.Index) else pd.Index(list(labels))
    return table
