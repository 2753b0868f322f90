"""A value drawn from the column's own (hot deck imputation): its distribution stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handyhooks import Derived, ImputationStrategy, Option, Sample

__all__ = ["RANDOM_SAMPLE"]


def _values(answers: Mapping[str, Any], **options: Any) -> list[Any]:
    return [value for (value,) in answers["rows"]]


RANDOM_SAMPLE: Final = ImputationStrategy(
    name="random_sample",
    summary="A value drawn from the column's own by a hash of the row: equal rows get equal draws.",
    stages=({"rows": Sample(n="n", seed="seed"), "donors": Derived(_values)},),
    fill="get({donors}, cast(pmod(xxhash64({row}, {seed}), nullif(size({donors}), 0)) as int))",
    options=(
        Option(
            name="n",
            default=200,
            kind="integer",
            bounds=(1, 10_000),
            doc="How many values to draw from, in each stratum: a random sample of the column's own.",
        ),
        Option(name="seed", default=0, kind="integer", doc="Another seed gives other draws."),
    ),
)
