"""Where a record comes from, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Failure", "Origin", "Provided"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """An entry point of an installed distribution, or a host's own records.

    Attributes
    ----------
    distribution, version
        As its metadata have them.
    entry_point
        Name in the group ``handyhooks``; None for a host's own records.
    """

    distribution: str
    version: str
    entry_point: str | None

    @property
    def label(self) -> str:
        """Distribution and version, as errors and tables name them."""
        return f"{self.distribution} {self.version}"


@dataclass(frozen=True, kw_only=True)
class Provided(Origin):
    """A record and where it comes from.

    Attributes
    ----------
    hook
        The hook that yielded it.
    record
        One of the hook's record types (`handyhooks.hookspecs.RECORDS`).
    """

    hook: str
    record: Any

    @property
    def built_in(self) -> bool:
        """Whether it is one of the host's own."""
        return self.entry_point is None


@dataclass(frozen=True, kw_only=True)
class Failure(Origin):
    """What was set aside, and why.

    Attributes
    ----------
    hook
        The hook whose records are missing; None when the whole plugin is.
    cause
        One line.
    host_missing
        Nothing is broken: the plugin serves a host that is not installed.
    """

    hook: str | None
    cause: str
    host_missing: bool = False

    def __str__(self) -> str:
        what = self.label if self.hook is None else f"{self.label}, hook {self.hook}"
        return f"{what}: {self.cause}"
