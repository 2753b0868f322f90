"""Fitting: what each column is filled with, in each stratum."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from handyspark.calling import calling
from handyspark.errors import InvalidValueError
from handyspark.fitted.origins import origin_of
from handyspark.fitted.rules import VALUE, Fill, Step
from handyspark.imputation.choosing import HOOK
from handyspark.imputation.entries import entries_of, names_read, reads_rows
from handyspark.imputation.given import check_given
from handyspark.planner import Job, ask
from handyspark.planner.cost import measured
from handyspark.planner.job import resolve_stages

if TYPE_CHECKING:
    from handyspark.imputation.choosing import Choice
    from handyspark.imputation.entries import Entry
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["FALLBACKS", "fit_fills"]

FALLBACKS: Final = ("overall", "keep", "error")

_MISSING: Final = "handyspark_missing"
"""Answer that tells how many rows of a column that was filled before still miss a value."""


def fit_fills(
    source: Source,
    choices: Sequence[Choice],
    *,
    fallback: str,
    indicators: Mapping[ColumnRef, str],
    filled: Collection[str],
) -> Step | None:
    """Fit strategies: all columns, strategies and strata in the same queries.

    Parameters
    ----------
    source
        The data, in strata or not.
    choices
        Columns and strategies.
    fallback
        For strata without a value: one of `FALLBACKS`.
    indicators
        Names of the columns that keep which cells were missing.
    filled
        Names of columns that were filled before: those of them that miss nothing now are left out.

    Returns
    -------
    Step or None
        None where nothing is left to fill.
    """
    wanted = [(choice, _template(choice)) for choice in choices]
    with measured(source.cost):
        jobs = [_job(choice, recheck=choice.column.name in filled) for choice in choices]
        report = ask(source, jobs)
        left = [
            position
            for position, of_job in enumerate(report.answers)
            if jobs[position].stages[0].get(_MISSING) is None or any(answers[_MISSING] for answers in of_job)
        ]
        wanted = [wanted[position] for position in left]
        entries = entries_of(source.df.sparkSession, wanted, [report.answers[position] for position in left])
        lacking = [position for position, of_choice in enumerate(entries) if None in of_choice]
        if lacking and fallback == "error":
            _refuse(source, report.keys, wanted[lacking[0]][0], entries[lacking[0]])
        if lacking and fallback == "overall" and source.strata is not None:
            overall = _overall(source, [wanted[position] for position in lacking])
            for position, entry in zip(lacking, overall, strict=True):
                entries[position] = [entry if own is None else own for own in entries[position]]
    if not wanted:
        return None
    return Step(
        frame=source.schema.types,
        rules=tuple(
            _rule(choice, template, of_choice, indicators.get(choice.column))
            for (choice, template), of_choice in zip(wanted, entries, strict=True)
        ),
        strata=source.strata,
        keys=tuple(report.keys),
        clauses=tuple(source.strata.clause(key) for key in report.keys) if source.strata else (),
    )


def _template(choice: Choice) -> str:
    """SQL template of the value, checked where it is what the user gave."""
    fill = choice.strategy.fill
    if callable(fill):
        with calling(choice.owner):
            fill = fill(tuple(column.described for column in choice.columns), **choice.options)
    (name, *others) = names_read(fill) or [""]
    if fill == f"{{{name}}}" and not others and name in choice.options:
        check_given(choice.options[name], choice.column, owner=choice.owner)
    return fill


def _job(choice: Choice, *, recheck: bool) -> Job:
    stages = list(resolve_stages(choice.strategy.stages, choice.columns, choice.options, owner=choice.owner)) or [{}]
    if recheck:
        stages[0] = {**stages[0], _MISSING: "count_if({x} IS NULL)"}
    return Job(owner=choice.owner, columns=choice.columns, stages=tuple(stages), options=choice.options)


def _overall(source: Source, wanted: Sequence[tuple[Choice, str]]) -> list[Entry]:
    """Entries of all rows together."""
    report = ask(replace(source, strata=None), [_job(choice, recheck=False) for choice, _ in wanted])
    return [entry for (entry,) in entries_of(source.df.sparkSession, wanted, report.answers)]


def _refuse(source: Source, keys: Sequence[tuple[Any, ...]], choice: Choice, entries: Sequence[Entry]) -> None:
    without = [key for key, entry in zip(keys, entries, strict=True) if entry is None]
    where = ""
    if source.strata is not None:
        clauses = [source.strata.clause(key) for key in without]
        more = f" and {len(clauses) - 3} more" if len(clauses) > 3 else ""
        where = f" in {len(clauses)} strata: {'; '.join(clauses[:3])}{more}"
    raise InvalidValueError(f"There is nothing for {choice.owner} to fill column {choice.column.name!r} with{where}.")


def _rule(choice: Choice, template: str, entries: Sequence[Entry], indicator: str | None) -> Fill:
    if not reads_rows(template):
        template = f"{{{VALUE}}}"
    return Fill(
        column=choice.column,
        others=choice.others,
        values={name: tuple(entry[name] if entry else None for entry in entries) for name in names_read(template)},
        template=template,
        data_type=choice.column.data_type,
        indicator=indicator,
        origin=origin_of(HOOK, choice.strategy.name, choice.options),
    )
