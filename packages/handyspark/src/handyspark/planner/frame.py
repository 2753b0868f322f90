"""The projection that every query starts from: short names inside, odd names outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as T

from handyspark.hashing import row_hash_sql
from handyspark.ordinals import ordinal_sql
from handyspark.planner.ranks import rank_sql
from handyspark.planner.render import look_up, render
from handyspark.quoting import literal

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.planner.job import Job
    from handyspark.planner.source import Source
    from handyspark.schema import ColumnRef

__all__ = ["Projection"]


class Projection:
    """Names what the queries of one stage read: columns, strata, earlier answers, conditions.

    Columns are called ``c0``, ``c1``, ... (NaN turned into null), the parts of a stratum's key ``k0``, ..., its
    ordinal ``s``, answers that differ between strata ``a0``, ..., what is computed from these ``m0``, ... and
    ``n0``, ...: users' names stand in the innermost SELECT alone.

    Parameters
    ----------
    source
        The data.
    keys
        The strata, once they are known; None before.
    """

    def __init__(self, source: Source, keys: Sequence[tuple[Any, ...]] | None) -> None:
        self._source = source
        self._keys = keys
        self._columns: dict[str, str] = {}
        self._lookups: dict[str, str] = {}
        self._computed: dict[str, str] = {}
        self._finished: dict[str, str] = {}

    @property
    def group(self) -> list[str]:
        """Names of the columns to group by."""
        strata = self._source.strata
        if strata is None:
            return []
        return ["s"] if self._keys is not None else strata.key_names

    def column(self, ref: ColumnRef) -> str:
        """Short name of a column."""
        return self._columns.setdefault(ref.clean_sql, f"c{len(self._columns)}")

    def number(self, ref: ColumnRef) -> str:
        """Short name of a column as a DOUBLE: dates and timestamps in days since 1970, booleans as 0 and 1."""
        return self._columns.setdefault(number_sql(ref), f"c{len(self._columns)}")

    def rank(self, ref: ColumnRef, other: ColumnRef | None = None) -> str:
        """Short name of a value's rank in its stratum, among the rows that have a value of another column too."""
        strata = self._source.strata
        sql = rank_sql(ref, other, strata.key_sql if strata else ())
        return self._columns.setdefault(sql, f"c{len(self._columns)}")

    def computed(self, sql: str) -> str:
        """Short name of what SQL over columns and answers gives."""
        return self._computed.setdefault(sql, f"m{len(self._computed)}")

    def finished(self, sql: str) -> str:
        """Short name of what SQL over columns, answers and computed names gives."""
        return self._finished.setdefault(sql, f"n{len(self._finished)}")

    def row(self) -> str:
        """Short name of the row's hash."""
        self._source.schema.require_unique(self._source.schema.columns)
        return self._columns.setdefault(row_hash_sql(self._source.schema.columns), f"c{len(self._columns)}")

    def value(self, known: Sequence[Mapping[str, Any]], name: str) -> str:
        """SQL of an answer or option: a literal where all strata agree, else a look-up by the stratum."""
        literals = [literal(look_up(of_stratum, name)) for of_stratum in known]
        if len(set(literals)) == 1:
            return literals[0]
        return self.by_stratum(literals)

    def by_stratum(self, literals: Sequence[str]) -> str:
        """Short name of a look-up, by the ordinal of the stratum, among literals."""
        sql = f"get(array({', '.join(literals)}), s)" if literals else "NULL"
        return self._lookups.setdefault(sql, f"a{len(self._lookups)}")

    def render(self, template: str, job: Job, known: Sequence[Mapping[str, Any]]) -> str:
        """SQL of a template over short names."""
        return render(
            template,
            columns=[self.column(ref) for ref in job.columns],
            value=lambda name: self.value(known, name),
            row=self.row,
        )

    def frame(self) -> DataFrame:
        """Give the DataFrame with all that was named so far."""
        selected = [f"{sql} AS {name}" for sql, name in self._columns.items()]
        strata = self._source.strata
        if strata is None:
            frame = self._source.df.selectExpr(*selected) if selected else self._source.df.selectExpr("1 AS c")
        else:
            keys = [f"{sql} AS {name}" for sql, name in zip(strata.key_sql, strata.key_names, strict=True)]
            present = " AND ".join(f"{name} IS NOT NULL" for name in strata.key_names)
            frame = self._source.df.selectExpr(*keys, *selected).where(present)
            if self._keys is not None:
                # Keys that turn up only now are a group that nothing reads: a filter would look each key up twice.
                ordinal = f"coalesce({ordinal_sql(strata.key_types, self._keys)}, {len(self._keys)})"
                frame = frame.selectExpr("*", f"cast({ordinal} as int) AS s")
        for layer in (self._lookups, self._computed, self._finished):
            if layer:
                frame = frame.selectExpr("*", *(f"{sql} AS {name}" for sql, name in layer.items()))
        return frame


def number_sql(ref: ColumnRef) -> str:
    """SQL of a column as a DOUBLE, NaN as null."""
    if ref.kind == "date":
        return f"cast(unix_date({ref.sql}) as double)"
    if isinstance(ref.data_type, T.TimestampType):
        return f"unix_micros({ref.sql}) / 86400000000D"
    if ref.kind == "timestamp":
        return f"timestampdiff(MICROSECOND, timestamp_ntz'1970-01-01 00:00:00', {ref.sql}) / 86400000000D"
    return f"cast({ref.clean_sql} as double)"
