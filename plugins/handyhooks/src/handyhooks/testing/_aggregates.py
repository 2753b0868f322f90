"""Plausible answers to SQL aggregates, without Spark: read off the outermost function."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from handyhooks.spark_records import ColumnKind
from handyhooks.testing._situations import Situation, positions, value_at

__all__ = ["aggregate"]

_CALL: Final = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_BARE: Final = re.compile(r"\s*(distinct\s+)?\{x[0-9]*\}\s*", re.IGNORECASE)
_NAME: Final = re.compile(r"\s*\{([a-z_][a-z0-9_.]*)\}\s*", re.IGNORECASE)
_FLOATING: Final = re.compile(r"\bdouble\b|\bfloat\b|/", re.IGNORECASE)

# Answers over a hundred values, over a hundred equal ones, and over a single one.
_SPREADS: Final[dict[str, tuple[float, float | None, float | None]]] = {
    "stddev": (3.0, 0.0, None),
    "std": (3.0, 0.0, None),
    "stddev_samp": (3.0, 0.0, None),
    "stddev_pop": (3.0, 0.0, 0.0),
    "variance": (9.0, 0.0, None),
    "var_samp": (9.0, 0.0, None),
    "var_pop": (9.0, 0.0, 0.0),
    "covar_samp": (4.5, 0.0, None),
    "covar_pop": (4.5, 0.0, 0.0),
    "skewness": (0.3, None, None),
    "kurtosis": (-0.2, None, None),
    "corr": (0.5, None, None),
    "regr_slope": (0.5, None, None),
    "regr_intercept": (3.0, None, None),
    "regr_r2": (0.25, None, None),
}
_RANKS: Final = {"min": 0.0, "max": 1.0, "first": 0.5, "last": 0.5, "any_value": 0.5, "mode": 0.5, "max_by": 1.0}
_RANKS_GIVEN: Final = ("percentile_approx", "approx_percentile", "percentile", "percentile_cont", "percentile_disc")
_COUNTS: Final = ("count", "count_if", "approx_count_distinct")
_LISTS: Final = ("collect_list", "collect_set", "array_agg")


def aggregate(template: str, kind: ColumnKind, situation: Situation, look_up: Callable[[str], Any]) -> Any:
    """Answer a SQL aggregate as Spark could over a made-up column.

    Parameters
    ----------
    template
        The request.
    kind, situation
        Kind of the column, and what it holds.
    look_up
        Value of an answer or option by its name.
    """
    call = _CALL.fullmatch(template)
    if call is None or not _balanced(call[2]):
        return None if situation is Situation.NOTHING else 2.5
    name, arguments = call[1].lower(), _split(call[2])
    if name in _COUNTS:
        # Rows are there, even where no value is.
        return 100 if arguments[0].strip() in ("1", "*") else situation.count
    if name in _LISTS:
        return [_value(kind, rank, arguments[0], situation) for rank in positions(situation, 20)]
    if situation is Situation.NOTHING:
        return None
    if name in _SPREADS:
        return _SPREADS[name][(Situation.VALUES, Situation.CONSTANT, Situation.ONE).index(situation)]
    if name in _RANKS_GIVEN:
        exact = name.startswith("percentile") and not name.endswith("approx")
        return _percentile("floating" if exact else kind, situation, arguments, look_up)
    if name in ("bool_and", "bool_or", "every", "some", "any"):
        return True
    return _value(_kind_of(name, kind), _RANKS.get(name, 0.5), arguments[0], situation)


def _kind_of(function: str, kind: ColumnKind) -> ColumnKind:
    if function in _RANKS or kind == "decimal" or (function == "sum" and kind == "integer"):
        return kind
    return "floating"


def _value(kind: ColumnKind, rank: float, argument: str, situation: Situation) -> Any:
    if _BARE.fullmatch(argument):
        return value_at(kind, rank if situation is Situation.VALUES else 0.5)
    # A difference from a middle vanishes where all values are the same.
    number = 0.0 if situation is not Situation.VALUES and "-" in argument else 1 + 10 * rank
    if kind == "decimal" and not _FLOATING.search(argument):
        return Decimal(f"{number:.2f}")
    return int(number) if kind == "integer" and not _FLOATING.search(argument) else number


def _percentile(kind: ColumnKind, situation: Situation, arguments: Sequence[str], look_up: Callable[[str], Any]) -> Any:
    ranks = _ranks(arguments[1] if len(arguments) > 1 else "0.5", look_up)
    if isinstance(ranks, list):
        return [_value(kind, rank, arguments[0], situation) for rank in ranks]
    return _value(kind, ranks, arguments[0], situation)


def _ranks(argument: str, look_up: Callable[[str], Any]) -> float | list[float]:
    array = _CALL.fullmatch(argument)
    if array:
        return [_rank(element, look_up) for element in _split(array[2])]
    value = _literal(argument, look_up)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [float(rank) for rank in value]
    return _rank(argument, look_up)


def _literal(argument: str, look_up: Callable[[str], Any]) -> Any:
    name = _NAME.fullmatch(argument)
    return look_up(name[1]) if name else argument


def _rank(argument: str, look_up: Callable[[str], Any]) -> float:
    value = _literal(argument, look_up)
    try:
        return min(max(float(value), 0.0), 1.0)
    except (TypeError, ValueError):
        return 0.5  # an expression


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _split(text: str) -> list[str]:
    """Split arguments at the commas that no parentheses enclose."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
