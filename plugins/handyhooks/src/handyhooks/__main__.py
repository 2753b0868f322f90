"""``python -m handyhooks``: what is installed, what was left out, and why."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator, Sequence
from itertools import groupby

from handyhooks._discovery import DISABLE
from handyhooks._plugins import one_line
from handyhooks.errors import PluginWarning
from handyhooks.hookspecs import NOUNS, RECORDS, host_of
from handyhooks.manager import Manager, Provided

__all__ = ["main"]

_HEADINGS = ("Hook", "Name", "Summary", "Distribution")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of all records, and what was left out.

    Parameters
    ----------
    arguments
        Of the command line; by default those of this process.

    Returns
    -------
    int
        0, whatever was found.
    """
    parser = argparse.ArgumentParser(prog="python -m handyhooks", description="List the records of all plugins.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    as_json = parser.parse_args(arguments).json
    manager = Manager()
    provided, broken = _survey(manager)
    if as_json:
        print(json.dumps(_document(manager, provided, broken), indent=2))
    else:
        print("\n".join([*_table(provided), *_notes(manager, provided, broken)]))
    return 0


def _survey(manager: Manager) -> tuple[list[Provided], dict[str, str]]:
    """All records, and the hosts that can't be asked for theirs."""
    broken: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # what it says is printed below
        provided = [one for hook in RECORDS for one in _records(manager, hook, broken)]
    return provided, broken


def _records(manager: Manager, hook: str, broken: dict[str, str]) -> Sequence[Provided]:
    try:
        return manager.records(hook)
    except Exception as error:
        broken[host_of(hook)] = one_line(error)
        return ()


def _table(provided: Sequence[Provided]) -> list[str]:
    if not provided:
        return ["No records are installed."]
    rows = [_HEADINGS, *((one.hook, one.record.name, one.record.summary, one.label) for one in provided)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _conflicts(provided: Sequence[Provided]) -> Iterator[tuple[str, str, list[str]]]:
    for (hook, name), offers in groupby(provided, key=lambda one: (one.hook, one.record.name)):
        labels = [one.label for one in offers]
        if len(labels) > 1:
            yield hook, name, labels


def _notes(manager: Manager, provided: Sequence[Provided], broken: dict[str, str]) -> Iterator[str]:
    conflicts = [
        f"{NOUNS[hook]} {name!r}: offered by {' and by '.join(labels)}" for hook, name, labels in _conflicts(provided)
    ]
    yield from _section("In conflict (asking for the name is an error)", conflicts)
    hosts = [f"{host}, whose own records can't be loaded: {cause}" for host, cause in broken.items()]
    yield from _section("Set aside", [*hosts, *map(str, manager.failures)])
    yield from _section(f"Left out by {DISABLE}", [origin.label for origin in manager.disabled])


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{heading}:", *(f"  {line}" for line in lines)] if lines else []


def _document(manager: Manager, provided: Sequence[Provided], broken: dict[str, str]) -> dict[str, object]:
    return {
        "records": [
            {
                "hook": one.hook,
                "name": one.record.name,
                "summary": one.record.summary,
                "distribution": one.distribution,
                "version": one.version,
                "built_in": one.built_in,
            }
            for one in provided
        ],
        "conflicts": [
            {"hook": hook, "name": name, "offered_by": labels} for hook, name, labels in _conflicts(provided)
        ],
        "failures": [
            {
                "distribution": failure.distribution,
                "version": failure.version,
                "entry_point": failure.entry_point,
                "hook": failure.hook,
                "cause": failure.cause,
                "host_missing": failure.host_missing,
            }
            for failure in manager.failures
        ],
        "broken_hosts": broken,
        "disabled": [origin.label for origin in manager.disabled],
    }


if __name__ == "__main__":
    sys.exit(main())
