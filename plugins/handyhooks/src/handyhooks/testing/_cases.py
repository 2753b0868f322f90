"""What the records of handyspark's hooks are tried on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handyhooks.spark_records import Column
from handyhooks.testing._answers import Interview
from handyhooks.testing._options import option_sets
from handyhooks.testing._situations import Situation, columns_of, describe
from handyhooks.testing.conformance import called, expect

__all__ = ["Case", "cases", "expect_columns_read", "template_of"]

_STRATA: Final[tuple[tuple[Situation, ...], ...]] = (
    (Situation.VALUES,),
    (Situation.NOTHING,),
    tuple(Situation),
)
"""Without strata, where all is well and where nothing is there; and one stratum of each situation."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call of a user.

    Attributes
    ----------
    options
        Values of all options.
    plain
        Whether the options are the ones that a user starts from.
    columns
        Made-up columns.
    interview
        The record's stages, answered.
    """

    options: Mapping[str, Any]
    plain: bool
    columns: tuple[Column, ...]
    interview: Interview

    def strata(self) -> Iterator[tuple[Situation, Mapping[str, Any], str]]:
        """Yield each stratum's situation and answers, and where that is, for an error."""
        for situation, answers in zip(self.interview.situations, self.interview.views(), strict=True):
            yield situation, answers, f"Of {describe(self.columns)} with {situation.value} and {dict(self.options)}"


def cases(record: Any, options: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Case]:
    """Yield each combination of options, kinds and numbers of columns, and strata."""
    for position, values in enumerate(option_sets(record, options)):
        for kind in record.accepts:
            for count in _numbers_of_columns(record):
                columns = columns_of(kind, count)
                for situations in _STRATA:
                    interview = Interview(record, columns, values, situations, answers)
                    yield Case(options=values, plain=position == 0, columns=columns, interview=interview)


def template_of(record: Any, field: str, case: Case) -> set[int]:
    """Expect that a SQL template of a record, or what its function returns, can be resolved.

    Returns the positions of the columns that it reads.
    """
    template = getattr(record, field)
    if callable(template):
        promise = f"`{field}(columns, **options)` gives a SQL template"
        with called(record, promise):
            template = template(case.columns, **case.options)
        expect(isinstance(template, str), record, promise, f"It gave {template!r}.")
    return case.interview.check_template(template, field)


def expect_columns_read(record: Any, read: Collection[int], needed: Sequence[int]) -> None:
    """Expect that no column which the user named is passed over."""
    unread = [position for position in needed if position not in read]
    expect(
        not unread,
        record,
        "it reads each column that it is given",
        f"It passes over {unread}, counted from 0.",
    )


def _numbers_of_columns(record: Any) -> list[int]:
    least, most = getattr(record, "columns", (1, 1))
    return sorted({least, least + 2 if most is None else min(most, 12)})
