"""What was fitted as readable JSON, and back: no plugin is needed to read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from pyspark.sql import types as T

from handyspark.errors import InvalidValueError
from handyspark.fitted.encoding import decoded, encoded
from handyspark.fitted.origins import Origin
from handyspark.fitted.rules import Fence, Fill, Rule, Step
from handyspark.schema import ColumnRef
from handyspark.strata import IntervalKey, Key, PlainKey, Strata

__all__ = ["FORMAT", "from_json", "to_json"]

FORMAT: Final = 2
"""Version of the format that is written. `_UPGRADES` reads all that came before."""


def to_json(steps: Sequence[Step], *, version: str) -> str:
    """Write steps as indented JSON; `version` is handyspark's own."""
    return json.dumps(
        {"format": FORMAT, "handyspark": version, "steps": [_step_out(step) for step in steps]},
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )


def from_json(text: str, *, origin: str) -> tuple[Step, ...]:
    """Read steps of this or any earlier format; `origin` says where they stood, for errors.

    Raises
    ------
    InvalidValueError
        It is no such JSON, or of a format that only a later handyspark knows.
    """
    try:
        document = json.loads(text)
        number = document["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidValueError(f"{origin} holds nothing that handyspark saved.") from error
    if not isinstance(number, int) or not 1 <= number <= FORMAT:
        writer = document.get("handyspark", "of unknown version")
        raise InvalidValueError(
            f"{origin} is of format {number!r}, written by handyspark {writer}; this one reads formats up to {FORMAT}. "
            "Upgrade handyspark."
        )
    try:
        for upgrade in _UPGRADES[number - 1 :]:
            document = upgrade(document)
        return tuple(_step_in(step) for step in document["steps"])
    # PySpark 3.5.0 fails to say what is wrong with a type, by an AssertionError.
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError) as error:
        raise InvalidValueError(f"{origin} is damaged: {type(error).__name__}: {error}.") from error


def _step_out(step: Step) -> dict[str, Any]:
    fitted = []
    for ordinal, key in enumerate(step.keys):
        values = {
            rule.column.name: {name: encoded(of[ordinal]) for name, of in rule.values.items()} for rule in step.rules
        }
        stratum = {"clause": step.clauses[ordinal], "key": encoded(key)} if step.strata else {}
        fitted.append({**stratum, "values": values})
    return {
        "frame": {field.name: field.dataType.jsonValue() for field in step.frame.fields},
        "rules": [_rule_out(rule) for rule in step.rules],
        "strata": [_key_out(key) for key in step.strata.keys] if step.strata else None,
        "fitted": fitted,
    }


def _step_in(stored: dict[str, Any]) -> Step:
    strata, fitted = stored["strata"], stored["fitted"]
    return Step(
        frame=T.StructType([T.StructField(name, _type_in(kind)) for name, kind in stored["frame"].items()]),
        rules=tuple(_rule_in(rule, [stratum["values"] for stratum in fitted]) for rule in stored["rules"]),
        strata=None if strata is None else Strata(keys=tuple(_key_in(key) for key in strata)),
        keys=tuple(tuple(decoded(stratum.get("key", []))) for stratum in fitted),
        clauses=() if strata is None else tuple(stratum["clause"] for stratum in fitted),
    )


def _rule_out(rule: Rule) -> dict[str, Any]:
    origin = {
        "name": rule.origin.name,
        "distribution": rule.origin.distribution,
        "version": rule.origin.version,
        "options": {name: encoded(value) for name, value in rule.origin.options.items()},
    }
    common = {
        "column": _column_out(rule.column),
        "type": rule.data_type.jsonValue(),
        "names": list(rule.values),
        "made_by": origin,
    }
    if isinstance(rule, Fill):
        others = [_column_out(column) for column in rule.others]
        return {"rule": "fill", **common, "template": rule.template, "others": others, "indicator": rule.indicator}
    return {"rule": "fence", **common}


def _rule_in(stored: dict[str, Any], fitted: Sequence[dict[str, Any]]) -> Rule:
    column = _column_in(stored["column"])
    made_by = stored["made_by"]
    common: dict[str, Any] = {
        "column": column,
        "values": {name: tuple(decoded(of[column.name][name]) for of in fitted) for name in stored["names"]},
        "data_type": _type_in(stored["type"]),
        "origin": Origin(
            name=made_by["name"],
            distribution=made_by["distribution"],
            version=made_by["version"],
            options={name: decoded(value) for name, value in made_by["options"].items()},
        ),
    }
    if stored["rule"] == "fence":
        return Fence(**common)
    others = tuple(_column_in(other) for other in stored["others"])
    return Fill(**common, template=stored["template"], others=others, indicator=stored["indicator"])


def _key_out(key: Key) -> dict[str, Any]:
    column = _column_out(key.column)
    return {"column": column, "edges": list(key.edges)} if isinstance(key, IntervalKey) else {"column": column}


def _key_in(stored: dict[str, Any]) -> Key:
    column = _column_in(stored["column"])
    return IntervalKey(column=column, edges=tuple(stored["edges"])) if "edges" in stored else PlainKey(column=column)


def _column_out(column: ColumnRef) -> dict[str, Any]:
    stored = {"name": column.name, "type": column.data_type.jsonValue()}
    return stored if column.path == (column.name,) else {**stored, "path": list(column.path)}


def _column_in(stored: dict[str, Any]) -> ColumnRef:
    return ColumnRef(
        name=stored["name"], path=tuple(stored.get("path", [stored["name"]])), data_type=_type_in(stored["type"])
    )


def _type_in(stored: Any) -> T.DataType:
    field = {"name": "of", "type": stored, "nullable": True, "metadata": {}}
    return T.StructType.fromJson({"type": "struct", "fields": [field]}).fields[0].dataType


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Format 1 did not say what made a rule, and knew no indicators."""
    unknown: dict[str, Any] = {"name": None, "distribution": None, "version": None, "options": {}}
    for step in document["steps"]:
        step["rules"] = [
            {**rule, "made_by": unknown, **({"indicator": None} if rule["rule"] == "fill" else {})}
            for rule in step["rules"]
        ]
    return {**document, "format": 2}


_UPGRADES: Final[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (_from_1,)
"""From each format to the next, the first first."""
