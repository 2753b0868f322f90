"""Option values that a check tries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from handyhooks.errors import OptionError
from handyhooks.options import REQUIRED, Option, check_options
from handyhooks.testing.conformance import called

__all__ = ["option_sets"]

_LARGEST: Final = 1000
"""A greater bound is no value that anybody would try."""


def option_sets(record: Any, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what to call the record's functions with: the defaults first, then each option at its limits.

    Parameters
    ----------
    record
        A record with options.
    given
        Values that stay; those of required options that take anything must be here.
    """
    base = dict(given)
    for option in record.options:
        if option.default is REQUIRED and option.name not in base and (probes := _probes(option)):
            base[option.name] = probes[0]
    with called(record, "its options take the values given to the check"):
        base = check_options(record.options, base, owner=f"{record.name!r}")
    varied = [{**base, option.name: value} for option in record.options for value in _probes(option)]
    return [base, *(values for values in varied if not given.keys() & _changed(base, values))]


def _changed(base: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    return {name for name in base if values[name] is not base[name]}


def _probes(option: Option) -> list[Any]:
    """Values at the limits of what an option takes."""
    return [value for value in _of_kinds(option) if _fits(option, value)]


def _fits(option: Option, value: Any) -> bool:
    try:
        option.check(value, owner="the check")
    except OptionError:
        return False
    return True


def _of_kinds(option: Option) -> Iterator[Any]:
    numbers = [bound for bound in (*option.bounds, 1, 0.5) if bound is not None and abs(bound) <= _LARGEST]
    for kind in option.kinds:
        if kind == "boolean":
            yield from (True, False)
        elif kind == "string":
            yield from option.choices or ("text",)
        elif kind == "integer":
            yield from (int(number) for number in numbers if number == int(number))
        elif kind == "number":
            yield from numbers
        elif kind == "numbers":
            yield (0.25, 0.75)
        elif kind == "strings":
            yield ("one", "two")
