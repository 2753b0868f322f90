"""What was fitted, as one SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import types as T

from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.fitted.applying import check
from handyspark.fitted.columns import columns_after
from handyspark.fitted.lookup import helper_name, stratum_sql
from handyspark.quoting import identifier, nested
from handyspark.schema import Schema

if TYPE_CHECKING:
    from handyspark.fitted.rules import Step

__all__ = ["to_sql"]


def to_sql(steps: Sequence[Step], table: str | Sequence[str], *, owner: str) -> str:
    """Write steps as a SELECT of the columns that they were fitted on.

    Parameters
    ----------
    steps
        What to do, in order.
    table
        Name of the table, parts separated by dots; or a list of its parts, where these hold dots.
    owner
        Who asks, for errors.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        `table` is no name.
    """
    relation = _table(table)
    struct = _columns_before(steps)
    for step in steps:
        schema = Schema(struct, case_sensitive=True)
        check(step, schema, owner=owner)
        helper = helper_name(schema)
        if step.strata is not None:
            query = f"SELECT *, {stratum_sql(step.strata, step.keys)} AS {identifier(helper)}\nFROM {relation}"
            relation = _nested(query)
        changed = columns_after(step, schema, helper)
        selected = [
            f"{changed[name]} AS {identifier(name)}" if name in changed else identifier(name) for name in struct.names
        ]
        selected += [f"{changed[name]} AS {identifier(name)}" for name in step.adds]
        query = "SELECT\n  " + ",\n  ".join(selected) + f"\nFROM {relation}"
        relation = _nested(query)
        struct = _struct_after(struct, step)
    return query


def _nested(query: str) -> str:
    return "(\n" + "\n".join(f"  {line}" for line in query.splitlines()) + "\n)"


def _table(table: str | Sequence[str]) -> str:
    parts = table.split(".") if isinstance(table, str) else table
    if not isinstance(parts, Sequence) or not all(isinstance(part, str) for part in parts):
        raise InvalidTypeError(f"The table is named by a string, or a list of its parts; got {table!r}.")
    if not parts or not all(parts):
        raise InvalidValueError(f"The table is named by a string, or a list of its parts; got {table!r}.")
    return nested(parts)


def _columns_before(steps: Sequence[Step]) -> T.StructType:
    """Columns of the frames that steps were fitted on, without those that the steps themselves add."""
    fields: dict[str, T.StructField] = {}
    added = {name for step in steps for name in step.adds}
    for step in steps:
        for field in step.frame.fields:
            if field.name not in added:
                fields.setdefault(field.name, field)
    return T.StructType(list(fields.values()))


def _struct_after(struct: T.StructType, step: Step) -> T.StructType:
    """Columns and types after a step."""
    types = {rule.column.path: rule.data_type for rule in step.rules}
    fields = [_field_after(field, (field.name,), types) for field in struct.fields]
    return T.StructType([*fields, *(T.StructField(name, T.BooleanType()) for name in step.adds)])


def _field_after(
    field: T.StructField, path: tuple[str, ...], types: dict[tuple[str, ...], T.DataType]
) -> T.StructField:
    data_type = types.get(path, field.dataType)
    if isinstance(data_type, T.StructType):
        inner = [_field_after(part, (*path, part.name), types) for part in data_type.fields]
        data_type = T.StructType(inner)
    return T.StructField(field.name, data_type, field.nullable)
