"""Plugins that are committed as plain files, and a world in which only they are installed."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from handyhooks.hookspecs import HOSTS
from handyhooks.manager import Manager, manager

DISTRIBUTIONS = Path(__file__).parent / "distributions"


def offers_plugins(path: str) -> bool:
    return any(
        entry_point.group == "handyhooks"
        for distribution in metadata.distributions(path=[path or os.curdir])
        for entry_point in distribution.entry_points
    )


def forget(names: tuple[str, ...]) -> dict[str, object]:
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
    for name in kept:
        del sys.modules[name]
    return kept


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Manager]]:
    """Put distributions of the folder on the path, and nothing else that plugs in; returns the process's manager.

    Hosts that are installed really are out of sight.
    """
    monkeypatch.delenv("HANDYHOOKS_DISABLE", raising=False)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not offers_plugins(path)])
    hosts = forget(HOSTS)
    others = set(sys.modules)
    paths: list[str] = []
    manager.cache_clear()

    def install(*folders: str) -> Manager:
        new = [str(DISTRIBUTIONS / folder) for folder in folders]
        paths.extend(new)
        for name in HOSTS:
            if not any(Path(path, name).exists() for path in new):
                # Not by monkeypatch: it would take the real host out again, after that is back.
                sys.modules[name] = None  # type: ignore[assignment]
        monkeypatch.setattr(sys, "path", [*new, *sys.path])
        importlib.invalidate_caches()
        return manager()

    yield install
    manager.cache_clear()
    forget(HOSTS)
    for name in set(sys.modules) - others:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(tuple(paths)):
            del sys.modules[name]
    sys.modules.update(hosts)  # type: ignore[arg-type]
