"""What a step makes of the columns, as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pyspark.sql import types as T

from handyspark.errors import ColumnNotFoundError, InvalidValueError
from handyspark.fitted.lookup import Lookup
from handyspark.hashing import row_hash_sql
from handyspark.quoting import literal, nested

if TYPE_CHECKING:
    from handyspark.fitted.rules import Step
    from handyspark.schema import ColumnRef, Schema

__all__ = ["columns_after"]


def columns_after(step: Step, schema: Schema, helper: str) -> dict[str, str]:
    """SQL of the columns that a step changes or adds, by name.

    Parameters
    ----------
    step
        What to do.
    schema
        Columns of the frame.
    helper
        Name of the column that holds the number of the row's stratum, if the step has strata.
    """
    changed: dict[tuple[str, ...], str] = {}
    added: dict[str, str] = {}
    lookup = Lookup(helper if step.strata else None)
    row = row_hash_sql(_present(step.frame, schema)) if step.reads_row else ""
    for rule in step.rules:
        column = schema.find(rule.column.name)
        changed[column.path] = rule.sql(lookup, row)
        for indicator in rule.adds:
            added[indicator] = f"{column.clean_sql} IS NULL"
    columns: dict[str, str] = {}
    for field in schema.struct.fields:
        own = {path[1:]: sql for path, sql in changed.items() if path[0] == field.name}
        if own:
            columns[field.name] = _rebuilt((field.name,), field.dataType, own)
    return {**columns, **added}


def _present(frame: T.StructType, schema: Schema) -> Iterator[ColumnRef]:
    for name in frame.names:
        with suppress(ColumnNotFoundError, InvalidValueError):
            yield schema.find(name)


def _rebuilt(path: tuple[str, ...], data_type: T.DataType, changed: Mapping[tuple[str, ...], str]) -> str:
    """SQL of a column, some of whose fields (the empty path: itself) have changed. A null struct stays null."""
    if () in changed:
        return changed[()]
    if not isinstance(data_type, T.StructType):
        return nested(path)
    parts = []
    for field in data_type.fields:
        inner = (*path, field.name)
        own = {rest[1:]: sql for rest, sql in changed.items() if rest[0] == field.name}
        parts.append(f"{literal(field.name)}, {_rebuilt(inner, field.dataType, own) if own else nested(inner)}")
    return f"CASE WHEN {nested(path)} IS NOT NULL THEN named_struct({', '.join(parts)}) END"
