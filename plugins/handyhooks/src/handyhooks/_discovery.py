"""Which plugins are installed. Reads metadata only; imports none of them.

`importlib.metadata` is imported where it is needed: it draws in email, csv and zipfile.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handyhooks.markers import PROJECT
from handyhooks.origins import Origin

if TYPE_CHECKING:
    from importlib import metadata

__all__ = ["DISABLE", "Installed", "canonical", "disabled", "installed", "version_of"]

DISABLE = "HANDYHOOKS_DISABLE"
"""Environment variable: distributions to leave out, separated by commas; ``*`` for all."""


@dataclass(frozen=True, kw_only=True)
class Installed(Origin):
    """A plugin that could be loaded."""

    target: metadata.EntryPoint

    @property
    def key(self) -> str:
        """Name to register under. Entry points of two distributions may share theirs, so it has both."""
        return f"{self.distribution}:{self.entry_point}"


def installed() -> list[Installed]:
    """Find the entry points of the group, sorted, so that nothing depends on the order of ``sys.path``."""
    from importlib import metadata

    found = [_describe(entry_point) for entry_point in metadata.entry_points(group=PROJECT)]
    return sorted(found, key=lambda plugin: (plugin.distribution, plugin.target.name, plugin.target.value))


def _describe(entry_point: metadata.EntryPoint) -> Installed:
    distribution = entry_point.dist
    return Installed(
        # Metadata can lack either where an uninstall was cut short.
        distribution=(distribution and distribution.name) or "(unnamed distribution)",
        version=(distribution and distribution.version) or "(no version)",
        entry_point=entry_point.name,
        target=entry_point,
    )


def version_of(distribution: str) -> str:
    """Version of a distribution that may be on the path without metadata."""
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "(no version)"


def disabled(distribution: str) -> bool:
    """Whether the environment variable leaves a distribution out."""
    names = {name.strip() for name in os.environ.get(DISABLE, "").split(",")}
    return "*" in names or canonical(distribution) in {canonical(name) for name in names}


def canonical(distribution: str) -> str:
    """Name of a distribution as PEP 503 normalizes it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()
