"""Asking: stage by stage, all jobs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handyhooks import Derived, Shared
from handyspark.calling import calling
from handyspark.planner.cost import measured
from handyspark.planner.families.aggregates import aggregates
from handyspark.planner.families.joints import joints
from handyspark.planner.families.quantiles import quantiles
from handyspark.planner.families.tallies import tallies
from handyspark.planner.frame import Projection
from handyspark.planner.shapes import Compiled, compile_request
from handyspark.planner.shapes.compiling import Context

if TYPE_CHECKING:
    from handyspark.planner.job import Job
    from handyspark.planner.shapes.compiling import Family
    from handyspark.planner.source import Source
    from handyspark.strata import Strata

__all__ = ["Report", "ask"]

Known = dict[str, Any]

_ROWS = Compiled(family=aggregates, items=("count(1)",), read=lambda raw, ordinal: raw[0])
"""Asked for where nothing else in the first stage shows which strata there are."""

_BY_GROUP: Final = (aggregates, quantiles, joints)
"""Families that bring one row a group and item, and can be told to bring no more than so many groups."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found.

    Attributes
    ----------
    keys
        Keys of the strata that hold rows, in strata order; one empty key without strata.
    answers
        For each job, its answers by stratum, in the order of `keys`.
    """

    keys: Sequence[tuple[Any, ...]]
    answers: Sequence[Sequence[Mapping[str, Any]]]


def ask(source: Source, jobs: Sequence[Job]) -> Report:
    """Answer all jobs for all strata.

    Stage i of all jobs goes into the same queries: as many passes over the data as the longest job has stages,
    once more for each further family of queries in a stage, or where one query would hold too much.

    Raises
    ------
    InvalidValueError
        A job's column shares its name with another one.
    TooManyStrataError
        There are more strata than is allowed.
    """
    source.schema.require_unique(column for job in jobs for column in job.columns)
    keys: Sequence[tuple[Any, ...]] | None = None if source.strata else [()]
    known: list[list[Known]] = [[{}] for _ in jobs]
    with measured(source.cost):
        for stage in range(max((len(job.stages) for job in jobs), default=0)):
            keys, known = _run_stage(source, jobs, stage, keys, known)
            if not keys:
                break
    return Report(keys=keys or [], answers=known)


def _run_stage(
    source: Source, jobs: Sequence[Job], stage: int, keys: Sequence[tuple[Any, ...]] | None, known: list[list[Known]]
) -> tuple[Sequence[tuple[Any, ...]], list[list[Known]]]:
    projection = Projection(source, keys)
    compiled = _compile(source, projection, jobs, stage, known)
    plans = [plan for plans in compiled for plan in plans.values()]
    new = source.strata if keys is None else None
    if new is not None and not any(plan.family in (*_BY_GROUP, tallies) for plan in plans):
        plans.append(_ROWS)
    raw = _run_families(projection, plans, new)
    if new is not None:
        keys = new.in_order({key for plan in raw for item in plan for key in item})
        groups, known = list(keys), [[{} for _ in keys] for _ in jobs]
    elif source.strata is not None:
        groups = [(ordinal,) for ordinal in range(len(keys or ()))]
    else:
        groups = [()]
    answers = iter(raw)
    for job, by_name, of_job in zip(jobs, compiled, known, strict=True):
        for name, plan in by_name.items():
            by_item = next(answers)
            for ordinal, (group, of_stratum) in enumerate(zip(groups, of_job, strict=True)):
                of_stratum[name] = plan.read([item.get(group) for item in by_item], ordinal)
        _derive(job, stage, of_job)
    return keys or [], known


def _compile(
    source: Source, projection: Projection, jobs: Sequence[Job], stage: int, known: list[list[Known]]
) -> list[dict[str, Compiled]]:
    major, minor = source.df.sparkSession.version.split(".")[:2]
    compiled = []
    for job, of_job in zip(jobs, known, strict=True):
        context = Context(
            job=job,
            projection=projection,
            known=[{**job.options, **of_stratum} for of_stratum in of_job],
            version=(int(major), int(minor)),
        )
        requests = job.stages[stage] if stage < len(job.stages) else {}
        compiled.append(
            {
                name: compile_request(request, context)
                for name, request in requests.items()
                if not isinstance(request, (Derived, Shared))
            }
        )
    return compiled


def _run_families(
    projection: Projection, plans: Sequence[Compiled], new: Strata | None
) -> list[list[dict[tuple[Any, ...], Any]]]:
    """Run all queries of a stage; strata that are new are counted by the first, and refused before they are many."""
    frame = projection.frame()
    by_family: dict[Family, list[Any]] = {}
    for plan in sorted(plans, key=lambda plan: plan.family not in _BY_GROUP):
        by_family.setdefault(plan.family, []).extend(plan.items)
    results = {}
    for family, items in by_family.items():
        bounded = {"most": new.most + 1} if new is not None and family in _BY_GROUP else {}
        found = family(frame, projection.group, items, **bounded)
        if new is not None:
            new.in_order({key for item in found for key in item})
        results[family] = iter(found)
    return [[next(results[plan.family]) for _ in plan.items] for plan in plans]


def _derive(job: Job, stage: int, of_job: Sequence[Known]) -> None:
    requests = job.stages[stage] if stage < len(job.stages) else {}
    for name, request in requests.items():
        if isinstance(request, Shared):
            with calling(job.owner):
                value = request.function(list(of_job), **job.options)
            for of_stratum in of_job:
                of_stratum[name] = value
        elif isinstance(request, Derived):
            for of_stratum in of_job:
                with calling(job.owner):
                    of_stratum[name] = request.function(of_stratum, **job.options)
