"""Applying what was fitted to a frame: a projection, without a query, a shuffle or a UDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from handyspark.errors import ColumnNotFoundError, InvalidValueError, UnsupportedColumnError
from handyspark.fitted.columns import columns_after
from handyspark.fitted.lookup import helper_name, stratum_sql
from handyspark.schema import Schema, schema_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.fitted.rules import Step
    from handyspark.schema import ColumnRef

__all__ = ["apply", "check"]


def apply(df: DataFrame, steps: Sequence[Step], *, owner: str) -> DataFrame:
    """Change the cells that steps are for; every other cell, and the rows' order, stay as they are.

    Parameters
    ----------
    df
        A plain DataFrame.
    steps
        What to do, in order.
    owner
        Who asks, for errors (``"`HandyImputer`"``).

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError
        A column that is needed is missing, or of another type than the one that was fitted on.
    InvalidValueError
        A column that is to be added is there.
    """
    for step in steps:
        schema = schema_of(df)
        check(step, schema, owner=owner)
        df = _applied(df, step, schema)
    return df


def _applied(df: DataFrame, step: Step, schema: Schema) -> DataFrame:
    helper = helper_name(schema)
    if step.strata is not None:
        # Within the SQL of each column, Spark would look the stratum up again and again.
        df = df.withColumn(helper, F.expr(stratum_sql(step.strata, step.keys)))
    columns = columns_after(step, schema, helper)
    df = df.withColumns({name: F.expr(sql) for name, sql in columns.items()}).drop(helper)
    for field in schema.struct.fields:
        if field.metadata and field.name in columns:
            df = df.withMetadata(field.name, field.metadata)
    return df


def check(step: Step, schema: Schema, *, owner: str) -> None:
    """See that a frame has the columns that a step reads, of the right types, and none that it adds."""
    missing = [column for column in step.reads if _found(schema, column.name) is None]
    if missing:
        needed = ", ".join(f"{column.name!r} ({column.data_type.simpleString()})" for column in missing)
        error = ColumnNotFoundError.from_missing(missing[0].name, schema.names)
        raise ColumnNotFoundError(f"{owner} needs {needed}. {error}")
    for column in step.reads:
        found = schema.find(column.name)
        if found.data_type != column.data_type:
            was, now = column.data_type.simpleString(), found.data_type.simpleString()
            raise UnsupportedColumnError(
                f"{owner} was fitted on column {column.name!r} of type {was}; here it is {now}. Cast it before."
            )
    there = [name for name in step.adds if _found(schema, name) is not None]
    if there:
        raise InvalidValueError(f"{owner} adds a column {there[0]!r}, but there is one. Rename or drop it before.")


def _found(schema: Schema, name: str) -> ColumnRef | None:
    try:
        return schema.find(name)
    except ColumnNotFoundError:
        return None
