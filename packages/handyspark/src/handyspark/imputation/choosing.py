"""From what users ask of `fill` to a strategy for each column, checked before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.records import checked_options, owner_of, record
from handyspark.schema import CATEGORICAL, CONTINUOUS, require_kinds

if TYPE_CHECKING:
    from handyhooks import ImputationStrategy
    from handyspark.schema import ColumnRef, Schema

__all__ = ["HOOK", "Choice", "Columns", "Strategies", "choose"]

HOOK: Final = "handyspark_imputation_strategies"

_OWN: Final = ("categorical", "continuous", "strategy", "fallback", "add_indicator", "predictors")
"""Parameters of `fill` itself."""

Columns: TypeAlias = "str | Sequence[str] | None"
"""Names of columns, ``"all"`` for all of a kind."""

Strategies: TypeAlias = "str | Sequence[str] | Mapping[str, str]"
"""One strategy for all columns, one each, or strategies by column."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How one column is to be filled.

    Attributes
    ----------
    column
        The column.
    others
        Columns that the strategy reads besides.
    strategy
        The strategy.
    options
        Values of all of its options.
    """

    column: ColumnRef
    others: tuple[ColumnRef, ...]
    strategy: ImputationStrategy
    options: Mapping[str, Any]

    @property
    def owner(self) -> str:
        """How users call what fills it."""
        return owner_of(HOOK, self.strategy.name)

    @property
    def columns(self) -> tuple[ColumnRef, ...]:
        """All columns that are read."""
        return (self.column, *self.others)


def choose(
    schema: Schema,
    *,
    categorical: Columns,
    continuous: Columns,
    strategy: Strategies,
    predictors: str | Sequence[str] | None,
    options: Mapping[str, Any],
) -> list[Choice]:
    """Choose strategies.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        No columns, one twice, as many strategies as there are columns neither, or an option that is not right.
    ColumnNotFoundError, UnsupportedColumnError
        A column that is not there, or of a kind that its strategy can't fill.
    UnknownNameError
        A strategy that is not installed.
    """
    names = _names_by_column(schema, categorical, continuous, strategy)
    records = {name: record(HOOK, name) for name in dict.fromkeys(names.values())}
    by_strategy = _options(records, options)
    read = schema.find_all(predictors) if predictors is not None else ()
    if read and all(chosen.columns[1] == 1 for chosen in records.values()):
        listed = ", ".join(map(repr, records))
        raise InvalidTypeError(
            f"`predictors` are for strategies that read other columns, as 'regression'; not {listed}."
        )
    choices = []
    for column, name in names.items():
        chosen = records[name]
        others = tuple(other for other in read if other != column) if chosen.columns[1] != 1 else ()
        choice = Choice(column=column, others=others, strategy=chosen, options=by_strategy[name])
        require_kinds(choice.columns, chosen.accepts, owner=choice.owner)
        _check_number(choice)
        choices.append(choice)
    return choices


def _names_by_column(
    schema: Schema, categorical: Columns, continuous: Columns, strategy: Strategies
) -> dict[ColumnRef, str]:
    """Name of the strategy of each column, in the order in which they were named."""
    pairs = [(column, "mode") for column in _columns(schema, categorical, CATEGORICAL)]
    numbers = _columns(schema, continuous, CONTINUOUS)
    if isinstance(strategy, Mapping):
        by_column = {schema.find(name): named for name, named in strategy.items()}
        if len(by_column) < len(strategy):
            raise InvalidValueError(f"The `strategy` of `fill` names a column twice: {', '.join(map(repr, strategy))}.")
        pairs = [(column, by_column.pop(column, named)) for column, named in pairs]
        pairs += [(column, by_column.pop(column, "mean")) for column in numbers]
        pairs += list(by_column.items())
    elif isinstance(strategy, str):
        pairs += [(column, strategy) for column in numbers]
    elif not isinstance(strategy, Sequence):
        raise InvalidTypeError(
            f"The `strategy` of `fill` is a name, a list of names, or names by column; got {strategy!r}."
        )
    else:
        named = list(strategy)
        if len(named) != len(numbers):
            raise InvalidValueError(
                f"`fill` takes one strategy, or one for each continuous column; got {len(named)} for {len(numbers)} "
                "columns."
            )
        pairs += list(zip(numbers, named, strict=True))
    names = dict(pairs)
    if len(names) < len(pairs):
        columns = [column.name for column, _ in pairs]
        twice = next(name for name in columns if columns.count(name) > 1)
        raise InvalidValueError(f"`fill` was given column {twice!r} twice.")
    if not names:
        raise InvalidValueError(
            "`fill` needs columns: `categorical=[...]`, `continuous=[...]`, 'all' for either, or strategies by column "
            "as `strategy={'Age': 'median'}`."
        )
    return names


def _columns(schema: Schema, columns: Columns, types: Any) -> Sequence[ColumnRef]:
    if columns is None:
        return ()
    if isinstance(columns, str) and columns == "all":
        return schema.find_all(schema.of_types(types))
    if not isinstance(columns, (str, Sequence)):
        raise InvalidTypeError(f"`fill` takes names of columns, or 'all'; got {columns!r}.")
    return schema.find_all(columns)


def _options(records: Mapping[str, ImputationStrategy], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Options by strategy: what was given goes to each that takes it."""
    taken = {name: [option.name for option in chosen.options] for name, chosen in records.items()}
    for name in given:
        if not any(name in names for names in taken.values()):
            known = sorted({option for names in taken.values() for option in names})
            listed = ", ".join(map(repr, records))
            has = f"they take {', '.join(known)}" if known else "they take no options"
            raise InvalidTypeError(f"`fill` by {listed} has no parameter `{name}`; {has}.{near(name, [*known, *_OWN])}")
    return {
        name: checked_options(
            chosen.options,
            {option: given[option] for option in taken[name] if option in given},
            owner=owner_of(HOOK, name),
        )
        for name, chosen in records.items()
    }


def _check_number(choice: Choice) -> None:
    least, most = choice.strategy.columns
    number = len(choice.columns)
    if number < least or (most is not None and number > most):
        needed = f"at least {least - 1}" if most is None else f"{least - 1} to {most - 1}"
        raise InvalidValueError(
            f"{choice.owner} needs {needed} other columns to fill {choice.column.name!r} by; got {number - 1}. "
            "Name them by `predictors=[...]`."
        )
