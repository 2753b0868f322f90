"""Load what is installed, and set aside what is broken."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

from handyhooks._discovery import Installed, disabled, installed
from handyhooks._registry import Refused, Registry
from handyhooks.hookspecs import HOSTS
from handyhooks.origins import Failure, Origin, Provided

__all__ = ["Plugins", "one_line"]


class Plugins:
    """Every installed plugin, imported when this is made.

    Attributes
    ----------
    failures
        What was set aside so far.
    disabled
        What the environment variable leaves out.
    installed
        All that was found, whatever became of it.
    """

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self.installed: tuple[Origin, ...] = tuple(found := installed())
        self.disabled: tuple[Origin, ...] = tuple(plugin for plugin in found if disabled(plugin.distribution))
        self._registry = Registry()
        self._loaded = [plugin for plugin in found if plugin not in self.disabled and self._load(plugin)]

    def records(self, hook: str, built_in: Mapping[str, Provided]) -> list[Provided]:
        """Ask each plugin for its records. Those that are named as a built-in record are set aside."""
        return [provided for plugin in self._loaded for provided in self._ask(plugin, hook, built_in)]

    def _load(self, plugin: Installed) -> bool:
        try:
            self._registry.add(plugin.key, plugin.target.load())
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a module that calls sys.exit() must not end the user's session
            host = _missing_host(error)
            cause = f"it needs {host}, which is not installed" if host else one_line(error)
            self._set_aside(plugin, None, cause, host_missing=host is not None)
            return False
        for hook, cause in self._registry.strangers(plugin.key):
            self._set_aside(plugin, hook, cause)
        return True

    def _ask(self, plugin: Installed, hook: str, built_in: Mapping[str, Provided]) -> list[Provided]:
        try:
            records = self._registry.records(plugin.key, hook)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._set_aside(plugin, hook, one_line(error))
            return []
        kept = []
        for record in records:
            if record.name in built_in:
                owner = built_in[record.name].label
                self._set_aside(plugin, hook, f"its {record.name!r} has the name of one that is built into {owner}")
            else:
                kept.append(
                    Provided(
                        distribution=plugin.distribution,
                        version=plugin.version,
                        entry_point=plugin.entry_point,
                        hook=hook,
                        record=record,
                    )
                )
        return kept

    def _set_aside(self, plugin: Origin, hook: str | None, cause: str, *, host_missing: bool = False) -> None:
        self.failures.append(
            Failure(
                distribution=plugin.distribution,
                version=plugin.version,
                entry_point=plugin.entry_point,
                hook=hook,
                cause=cause,
                host_missing=host_missing,
            )
        )


def _missing_host(error: BaseException) -> str | None:
    """Name the host that is not installed, where that is all that is wrong."""
    if not isinstance(error, ModuleNotFoundError) or error.name is None:
        return None
    package = error.name.partition(".")[0]
    return package if package in HOSTS and importlib.util.find_spec(package) is None else None


def one_line(error: BaseException) -> str:
    """Say what an error is, however many lines it has."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = "(its message can't be shown)"
    if isinstance(error, Refused):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
