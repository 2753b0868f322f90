"""pluggy, asked for one plugin at a time: in a call to all, one that raises would end the call for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from handyhooks import hookspecs
from handyhooks._near import did_you_mean
from handyhooks.hookspecs import RECORDS
from handyhooks.markers import PROJECT

__all__ = ["Refused", "Registry"]


class Refused(Exception):
    """What a plugin gave is not what the spec asks for."""


class Registry:
    """Plugins by key, checked against the spec."""

    def __init__(self) -> None:
        self._plugins = pluggy.PluginManager(PROJECT)
        self._plugins.add_hookspecs(hookspecs)

    def add(self, key: str, plugin: object) -> None:
        """Register a plugin whole, or not at all.

        Raises
        ------
        Refused
            The key or the plugin is registered already, or the plugin implements no hook.
        pluggy.PluginValidationError
            A signature does not fit.
        """
        if self._plugins.has_plugin(key):
            raise Refused(f"its distribution has another entry point called {key.rpartition(':')[2]!r}")
        if self._plugins.is_registered(plugin):
            raise Refused(f"it is the same object as {self._plugins.get_name(plugin)}")
        try:
            self._plugins.register(plugin, key)
            if not self._plugins.get_hookcallers(plugin):
                raise Refused("it implements no hook: mark its functions with @handyhooks.hookimpl")
        except BaseException:
            # Before 1.7, pluggy leaves a plugin with a bad signature half registered.
            if self._plugins.has_plugin(key):
                self._plugins.unregister(name=key)
            raise

    def strangers(self, key: str) -> list[tuple[str, str]]:
        """Hooks that a plugin implements and the spec does not have, each with what is wrong."""
        return [
            (caller.name, f"there is no hook {caller.name!r}.{did_you_mean(caller.name, RECORDS)}")
            for caller in self._plugins.get_hookcallers(self._plugins.get_plugin(key)) or ()
            if not caller.has_spec() and not all(impl.optionalhook for impl in self._of(key, caller))
        ]

    def records(self, key: str, hook: str) -> list[Any]:
        """Ask a plugin for its records.

        Raises
        ------
        Refused
            It gave something else. What its own code raises comes through as it is.
        """
        implementations = self._of(key, getattr(self._plugins.hook, hook))
        return [record for implementation in implementations for record in _ask(hook, implementation)]

    @staticmethod
    def _of(key: str, caller: pluggy.HookCaller) -> list[pluggy.HookImpl]:
        return [implementation for implementation in caller.get_hookimpls() if implementation.plugin_name == key]


def _ask(hook: str, implementation: pluggy.HookImpl) -> list[Any]:
    if implementation.wrapper or implementation.hookwrapper:
        raise Refused("it is a wrapper, and these hooks can't be wrapped")
    kinds = " or ".join(kind.__name__ for kind in RECORDS[hook])
    offered = implementation.function()
    if not isinstance(offered, Iterable):
        raise Refused(f"it must yield {kinds} records, or return a list of them; it returned {offered!r}")
    records = list(offered)
    for record in records:
        if not isinstance(record, RECORDS[hook]):
            raise Refused(f"it must yield {kinds} records; it yielded {record!r}")
    return records
