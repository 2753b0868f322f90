"""Which module compiles which request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from handyspark.planner.render import look_up

if TYPE_CHECKING:
    from handyspark.planner.frame import Projection
    from handyspark.planner.job import Job
    from handyspark.schema import ColumnRef

__all__ = ["Compiled", "Context", "Family", "compile_request"]

Family: TypeAlias = "Callable[..., list[dict[tuple[Any, ...], Any]]]"
"""``family(frame, group, items)`` gives, for each item, raw values by the group."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A request as items of one family of queries.

    Attributes
    ----------
    family
        What runs the items.
    items
        Items of that family.
    read
        ``read(raw, ordinal)``: from the raw values of the items in one stratum (None where the query gave no row
        for it) to the answer.
    """

    family: Family
    items: tuple[Any, ...]
    read: Callable[[Sequence[Any], int], Any]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What compiling reads.

    Attributes
    ----------
    job
        The job that asks.
    projection
        Gives short names.
    known
        Options and earlier answers, one mapping a stratum (a single one while strata are not known yet).
    version
        Spark's version, as far as (major, minor).
    """

    job: Job
    projection: Projection
    known: Sequence[Mapping[str, Any]]
    version: tuple[int, int]

    def column(self, position: int) -> ColumnRef:
        """One of the job's columns."""
        return self.job.columns[position]

    def render(self, template: str) -> str:
        """SQL of a template."""
        return self.projection.render(template, self.job, self.known)

    def values(self, field: Any) -> list[Any]:
        """A field of a request by stratum: names looked up, anything else as it stands."""
        return [look_up(known, field) if isinstance(field, str) else field for known in self.known]

    def value(self, field: Any) -> Any:
        """A field of a request that is the same in all strata (an option)."""
        return self.values(field)[0] if self.known else field


def compile_request(request: Any, context: Context) -> Compiled:
    """Compile one request."""
    from handyhooks import Counts, Extremes, Grid, Histogram, Moments, Sample
    from handyspark.planner.requests import Correlation, Hexagons, JointCounts, Percentile
    from handyspark.planner.shapes import (
        correlation,
        counts,
        extremes,
        grid,
        hexagons,
        histogram,
        joint,
        moments,
        percentile,
        sample,
        scalar,
    )

    compilers: dict[type, Callable[[Any, Context], Compiled]] = {
        str: scalar.compiled,
        Histogram: histogram.compiled,
        Counts: counts.compiled,
        Grid: grid.compiled,
        Extremes: extremes.compiled,
        Moments: moments.compiled,
        Sample: sample.compiled,
        Correlation: correlation.compiled,
        Hexagons: hexagons.compiled,
        JointCounts: joint.compiled,
        Percentile: percentile.compiled,
    }
    return compilers[type(request)](request, context)
