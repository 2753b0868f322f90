"""Choosing a threshold: by a rate to reach, by what errors cost, or by a figure of merit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from handyspark.arguments import number
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.evaluation.curves import f_measure, precision, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handyspark.evaluation.tally import Tally

__all__ = ["CRITERIA", "best_threshold", "chooser"]


def _accuracy(tally: Tally) -> NDArray[np.float64]:
    true, false = np.cumsum(tally.positives), np.cumsum(tally.negatives)
    return (true + false[-1] - false) / (true[-1] + false[-1])


def _balanced(tally: Tally) -> NDArray[np.float64]:
    false, true = rates(tally)
    return (true + 1 - false) / 2


def _youden(tally: Tally) -> NDArray[np.float64]:
    false, true = rates(tally)
    return true - false


def _matthews(tally: Tally) -> NDArray[np.float64]:
    """Matthews' correlation: (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)), and 0 where that is 0 / 0."""
    true, false = np.cumsum(tally.positives), np.cumsum(tally.negatives)
    missed, rejected = true[-1] - true, false[-1] - false
    scale = np.sqrt((true + false) * (true + missed)) * np.sqrt((rejected + false) * (rejected + missed))
    product = true * rejected - false * missed
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)


CRITERIA: Final[Mapping[str, Callable[[Tally], NDArray[np.float64]]]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced,
    "f1": f_measure,
    "mcc": _matthews,
    "youden": _youden,
}
"""Figures of merit by name, greatest is best."""


def best_threshold(criterion: str) -> Callable[[Tally], float]:
    """Make what finds the threshold where a figure of merit is greatest; the highest one of several.

    Raises
    ------
    InvalidValueError
        There is no such figure.
    """
    if not isinstance(criterion, str) or criterion not in CRITERIA:
        raise InvalidValueError(f"The `criterion` of `best` must be one of {', '.join(CRITERIA)}; got {criterion!r}.")
    return lambda tally: _at_greatest(tally, CRITERIA[criterion](tally))


def chooser(wanted: Mapping[str, Any]) -> Callable[[Tally], float]:
    """Make what finds a threshold by the one thing that is wanted of it.

    Parameters
    ----------
    wanted
        One of ``recall``, ``precision``, ``fpr`` (a share) and ``cost`` (``{"fp": ..., "fn": ...}``); None for no.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        None or several are wanted, or a value is not allowed.
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    if len(given) != 1:
        raise InvalidTypeError(
            f"`threshold_for` takes exactly one of {', '.join(wanted)}; got {', '.join(given) or 'none'}."
        )
    ((name, value),) = given.items()
    if name == "cost":
        return _cheapest(value)
    share = _share(name, value)
    if name == "recall":
        return lambda tally: _first(tally, rates(tally)[1] >= share)
    if name == "fpr":
        return lambda tally: _lowest_under(tally, share)
    return lambda tally: _last(tally, precision(tally) >= share)


def _cheapest(cost: Any) -> Callable[[Tally], float]:
    if not isinstance(cost, Mapping) or set(cost) - {"fp", "fn"} or not cost:
        raise InvalidTypeError(f"The `cost` must be a dictionary such as {{'fp': 1, 'fn': 5}}; got {cost!r}.")
    prices = {}
    for name in ("fp", "fn"):
        price = number(cost.get(name, 0), f"cost[{name!r}]", "`threshold_for`")
        if not 0 <= price < math.inf:
            raise InvalidValueError(f"The cost of {name!r} must be finite and not below 0; got {price!r}.")
        prices[name] = price

    def find(tally: Tally) -> float:
        true, false = np.cumsum(tally.positives), np.cumsum(tally.negatives)
        total = prices["fp"] * false + prices["fn"] * (true[-1] - true)
        nothing = prices["fn"] * true[-1]
        return math.inf if nothing < total.min() else _at_greatest(tally, -total)

    return find


def _share(name: str, value: Any) -> float:
    share = number(value, name, "`threshold_for`")
    if not 0 <= share <= 1:
        raise InvalidValueError(f"The `{name}` of `threshold_for` must be from 0 to 1; got {value!r}.")
    return share


def _at_greatest(tally: Tally, values: NDArray[np.float64]) -> float:
    return math.nan if np.isnan(values).any() else float(tally.low[int(np.argmax(values))])


def _first(tally: Tally, reached: NDArray[np.bool_]) -> float:
    return float(tally.low[int(np.argmax(reached))]) if reached.any() else math.nan


def _last(tally: Tally, reached: NDArray[np.bool_]) -> float:
    """Lowest threshold that will do: above the highest score where none does."""
    return float(tally.low[int(np.flatnonzero(reached)[-1])]) if reached.any() else math.inf


def _lowest_under(tally: Tally, share: float) -> float:
    false, _ = rates(tally)
    return math.nan if np.isnan(false).any() else _last(tally, false <= share)
