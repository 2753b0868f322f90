"""The one place where hosts ask for records."""

from __future__ import annotations

import functools
import importlib
import inspect
import threading
import warnings
from collections import Counter
from typing import Any

from handyhooks import _messages
from handyhooks._discovery import version_of
from handyhooks._near import did_you_mean
from handyhooks._plugins import Plugins
from handyhooks._registry import Registry
from handyhooks.errors import (
    DuplicateNameError,
    HandyhooksError,
    PluginWarning,
    UnknownHookError,
    UnknownNameError,
)
from handyhooks.hookspecs import HOSTS, RECORDS, host_of
from handyhooks.origins import Failure, Origin, Provided

__all__ = ["Failure", "Manager", "Origin", "Provided", "manager"]


class Manager:
    """Finds records by hook and name.

    Records that are built into a host come first. Plugins are looked for and imported when a name is asked
    for that is not built in, or a list; what is broken is set aside with one `PluginWarning`.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._built_in: dict[str, tuple[Provided, ...]] = {}
        self._records: dict[str, tuple[Provided, ...]] = {}
        self._plugins: Plugins | None = None
        self._asking = False

    def get(self, hook: str, name: str) -> Any:
        """Return the record of that name.

        Parameters
        ----------
        hook
            One of the spec's hooks.
        name
            The record's name.

        Raises
        ------
        UnknownHookError
            The spec has no such hook.
        UnknownNameError
            No record has the name. Says what there is, what is near, and what was left out or set aside.
        DuplicateNameError
            Several plugins offer the name.
        """
        return self.find(hook, name).record

    def find(self, hook: str, name: str) -> Provided:
        """Return the record of that name together with what provides it: as `get`, which raises the same errors."""
        found = self._named(name, self._built_in_records(hook)) or self._named(name, self.records(hook))
        if not found:
            raise UnknownNameError(self._unknown(hook, name))
        if len(found) > 1:
            raise DuplicateNameError(_messages.duplicate_name(hook, name, found))
        return found[0]

    def records(self, hook: str) -> tuple[Provided, ...]:
        """List the records of a hook, sorted by name. A name that several plugins offer stands here several times.

        Raises
        ------
        UnknownHookError
            The spec has no such hook.
        """
        with self._lock:
            if hook in self._records:
                return self._records[hook]
            built_in = self._built_in_records(hook)
            if self._asking:
                raise HandyhooksError("A plugin asked for records of plugins while it was being asked for its own.")
            before = len(self.failures)
            self._records[hook] = self._collect(hook, built_in)
            set_aside = self.failures[before:]
        # When everything is in its place: a warning may be an error for the user.
        for failure in set_aside:
            if not failure.host_missing:
                warnings.warn(_messages.set_aside(failure), PluginWarning, stacklevel=_level_of_user())
        return self._records[hook]

    def names(self, hook: str) -> tuple[str, ...]:
        """List the names that `get` finds, sorted. One that several plugins offer is none of them."""
        times = Counter(provided.record.name for provided in self.records(hook))
        return tuple(name for name, count in times.items() if count == 1)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What was set aside so far, and why: plugins once any was needed, hooks once they were asked for."""
        return tuple(self._plugins.failures) if self._plugins else ()

    @property
    def disabled(self) -> tuple[Origin, ...]:
        """Plugins that ``HANDYHOOKS_DISABLE`` leaves out, once any plugin was needed."""
        return self._plugins.disabled if self._plugins else ()

    def _collect(self, hook: str, built_in: tuple[Provided, ...]) -> tuple[Provided, ...]:
        self._asking = True
        try:
            if self._plugins is None:
                self._plugins = Plugins()
            offers = self._plugins.records(hook, {provided.record.name: provided for provided in built_in})
        finally:
            self._asking = False
        return tuple(sorted([*built_in, *offers], key=_order))

    def _built_in_records(self, hook: str) -> tuple[Provided, ...]:
        if hook not in RECORDS:
            raise UnknownHookError(
                f"There is no hook {hook!r}; choose from {', '.join(RECORDS)}.{did_you_mean(str(hook), RECORDS)}"
            )
        with self._lock:
            if hook not in self._built_in:
                self._built_in[hook] = _built_into_host(hook)
            return self._built_in[hook]

    def _unknown(self, hook: str, name: str) -> str:
        return _messages.unknown_name(
            hook,
            name,
            [provided.record.name for provided in self.records(hook)],
            installed=self._plugins.installed if self._plugins else (),
            disabled=self.disabled,
            failures=self.failures,
        )

    @staticmethod
    def _named(name: str, records: tuple[Provided, ...]) -> list[Provided]:
        return [provided for provided in records if provided.record.name == name]


@functools.cache
def manager() -> Manager:
    """Return the manager of this process."""
    return Manager()


def _built_into_host(hook: str) -> tuple[Provided, ...]:
    """Ask the host's own module; no records where the host is not installed."""
    host = host_of(hook)
    try:
        module = importlib.import_module(f"{host}.builtins")
    except ModuleNotFoundError as error:
        if error.name in (host, f"{host}.builtins"):
            return ()
        raise
    registry = Registry()
    registry.add(host, module)
    version = version_of(host)
    return tuple(
        Provided(distribution=host, version=version, entry_point=None, hook=hook, record=record)
        for record in registry.records(host, hook)
    )


def _order(provided: Provided) -> tuple[str, str, str]:
    return provided.record.name, provided.distribution, provided.entry_point or ""


def _level_of_user() -> int:
    """Stack level, for the function that calls this, of the first frame outside of the hosts and handyhooks."""
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("handyhooks", *HOSTS):
        level, frame = level + 1, frame.f_back
    return level
