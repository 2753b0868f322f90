"""Filling a frame, and remembering by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from handyspark.arguments import flag
from handyspark.errors import InvalidValueError, near
from handyspark.imputation.choosing import Columns, Strategies, choose
from handyspark.imputation.fitting import FALLBACKS, fit_fills

if TYPE_CHECKING:
    from handyspark.fitted.rules import Step
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef, Schema

__all__ = ["INDICATOR", "learn_fills"]

INDICATOR = "{}_was_missing"
"""Name of the column that keeps which cells of another were missing."""


def learn_fills(
    source: Source,
    steps: Sequence[Step],
    *,
    categorical: Columns = None,
    continuous: Columns = None,
    strategy: Strategies = "mean",
    fallback: str = "overall",
    add_indicator: bool = False,
    predictors: str | Sequence[str] | None = None,
    options: Mapping[str, Any],
) -> Step | None:
    """Learn what to fill with, as `HandyFrame.fill` describes; None where nothing is left to fill.

    Parameters
    ----------
    source
        The data.
    steps
        What was filled before.
    """
    if fallback not in FALLBACKS:
        allowed = ", ".join(map(repr, FALLBACKS))
        raise InvalidValueError(
            f"The `fallback` of `fill` must be one of {allowed}; got {fallback!r}.{near(str(fallback), FALLBACKS)}"
        )
    add_indicator = flag(add_indicator, "add_indicator", "`fill`")
    choices = choose(
        source.schema,
        categorical=categorical,
        continuous=continuous,
        strategy=strategy,
        predictors=predictors,
        options=options,
    )
    columns = [choice.column for choice in choices]
    return fit_fills(
        source,
        choices,
        fallback=fallback,
        indicators=_indicators(source.schema, columns, steps) if add_indicator else {},
        filled={rule.column.name for step in steps for rule in step.rules},
    )


def _indicators(schema: Schema, columns: Sequence[ColumnRef], steps: Sequence[Step]) -> dict[ColumnRef, str]:
    kept = {name for step in steps for name in step.adds}
    names = {column: INDICATOR.format(column.name) for column in columns}
    names = {column: name for column, name in names.items() if name not in kept}
    there = [name for name in names.values() if name.casefold() in map(str.casefold, schema.names)]
    if there:
        raise InvalidValueError(
            f"`add_indicator` would add a column {there[0]!r}, but there is one. Rename or drop it before."
        )
    return names
