"""Tables of one number per column and stratum, as users get them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from handyspark.planner import Report, Source

__all__ = ["numbers_table"]


def numbers_table(
    source: Source,
    report: Report,
    labels: Sequence[str],
    value: Callable[[Mapping[str, Any]], float],
    *,
    name: str | None,
    dtype: str = "float64",
) -> pd.Series[float] | pd.DataFrame:
    """Arrange a number that each job's answers give.

    Parameters
    ----------
    source
        What was asked.
    report
        The answers, one job a label.
    labels
        What each job is shown as: names of columns.
    value
        From the answers for one column and stratum to the number.
    name, dtype
        Of the Series.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Without strata a Series indexed by label. With strata, a Series indexed by stratum where there is one label,
        and a DataFrame (strata x labels) where there are several.
    """
    columns = [[value(answers) for answers in of_job] for of_job in report.answers]
    if source.strata is None:
        return pd.Series([of_job[0] for of_job in columns], index=list(labels), name=name, dtype=dtype)
    index = source.strata.index(report.keys)
    if len(labels) == 1:
        return pd.Series(columns[0], index=index, name=name, dtype=dtype)
    table = pd.DataFrame(dict(enumerate(columns)), index=index, dtype=dtype)
    table.columns = pd.Index(list(labels))
    return table
