"""What made a rule: a record of a hook, and what it came with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handyspark.records import provided

__all__ = ["Origin", "origin_of"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What made a rule.

    Attributes
    ----------
    name
        Of the imputation strategy or outlier method; None where that is not known.
    distribution, version
        What it came with.
    options
        All of its options, by name.
    """

    name: str | None = None
    distribution: str | None = None
    version: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def origin_of(hook: str, name: str, options: Mapping[str, Any]) -> Origin:
    """Say what a record came with."""
    found = provided(hook, name)
    return Origin(name=name, distribution=found.distribution, version=found.version, options=options)
