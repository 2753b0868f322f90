"""What a strategy's answers come to in each stratum: a value of the column's type, or what a row's value takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from handyhooks.templates import ROW, parse
from handyspark.errors import InvalidValueError
from handyspark.fitted.encoding import plain
from handyspark.fitted.rules import VALUE
from handyspark.planner.collecting import rows_of
from handyspark.planner.render import column_position, look_up, render
from handyspark.quoting import literal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from handyspark.imputation.choosing import Choice

__all__ = ["Entry", "entries_of", "names_read", "reads_rows"]

Entry: TypeAlias = "Mapping[str, Any] | None"
"""Values by name in one stratum; None where there is nothing to fill with."""


def names_read(template: str) -> list[str]:
    """Names of answers and options that a template reads, with their fields."""
    fields = (field for _, field in parse(template) if field is not None)
    return list(dict.fromkeys(field for field in fields if field != ROW and column_position(field) is None))


def reads_rows(template: str) -> bool:
    """Whether what a template gives differs between the rows of one stratum."""
    return any(field == ROW or column_position(field) is not None for _, field in parse(template) if field is not None)


def entries_of(
    session: SparkSession, wanted: Sequence[tuple[Choice, str]], answers: Sequence[Sequence[Mapping[str, Any]]]
) -> list[list[Entry]]:
    """Entries by choice and stratum. Spark computes and casts values, without reading any data.

    Parameters
    ----------
    session
        Where to compute.
    wanted
        Choices and their templates.
    answers
        For each, what was answered in each stratum.

    Raises
    ------
    InvalidValueError
        A value does not fit the column's type.
    """
    made: list[list[Entry]] = [[] for _ in wanted]
    typed = []
    for position, ((choice, template), of_choice) in enumerate(zip(wanted, answers, strict=True)):
        if reads_rows(template):
            made[position] = [_facts(choice, template, of_stratum) for of_stratum in of_choice]
        elif of_choice:
            typed.append((position, choice, [_rendered(choice, template, of_stratum) for of_stratum in of_choice]))
    if not typed:
        return made
    (row,) = rows_of(session.sql("SELECT " + ", ".join(_arrays(choice, values) for _, choice, values in typed)))
    for (position, choice, _), (values, misfits) in zip(typed, zip(row[::2], row[1::2], strict=True), strict=True):
        misfit = next((text for text in misfits if text is not None), None)
        if misfit is not None:
            raise InvalidValueError(
                f"{choice.owner} gives {misfit}, which column {choice.column.name!r} of type "
                f"{choice.column.data_type.simpleString()} can't hold. Cast the column before."
            )
        made[position] = [None if _is_missing(value) else {VALUE: value} for value in values]
    return made


def _rendered(choice: Choice, template: str, answers: Mapping[str, Any]) -> str:
    known = {**choice.options, **answers}
    return render(template, columns=(), value=lambda name: literal(look_up(known, name)), row=lambda: "NULL")


def _arrays(choice: Choice, values: Sequence[str]) -> str:
    """SQL of two arrays: values cast to the column's type, and as text those that this can't be done to."""
    data_type = choice.column.data_type.simpleString()
    cast = ", ".join(f"try_cast(({value}) as {data_type})" for value in values)
    misfits = ", ".join(
        f"CASE WHEN try_cast(({value}) as {data_type}) IS NULL THEN cast(({value}) as string) END" for value in values
    )
    return f"array({cast}), array({misfits})"


def _facts(choice: Choice, template: str, answers: Mapping[str, Any]) -> Entry:
    """What a template reads; None where an answer does not say."""
    known = {**choice.options, **answers}
    facts = {name: plain(look_up(known, name)) for name in names_read(template)}
    says_nothing = any(_is_missing(value) for name, value in facts.items() if name.partition(".")[0] in answers)
    return None if says_nothing else facts


def _is_missing(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_missing(item) for item in value)
    return value is None or (isinstance(value, float) and math.isnan(value))
