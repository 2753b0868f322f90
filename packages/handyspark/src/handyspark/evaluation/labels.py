"""One look at predictions: which labels there are, what is missing, about how many scores there are."""

from __future__ import annotations

import decimal
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.errors import InvalidValueError, LeftOutWarning, UndefinedMetricWarning
from handyspark.failures.places import levels_to_user
from handyspark.planner.collecting import collect

if TYPE_CHECKING:
    from handyspark.evaluation.predictions import Predictions
    from handyspark.evaluation.tally import Tally

__all__ = ["Survey", "listed_columns", "say_left_out", "shown", "survey", "warn_of_one_class"]

_MOST_GROUPS: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one pass told.

    Attributes
    ----------
    keys
        Strata that have rows to judge by, in order; one empty key without strata.
    positive, negative
        Values of the two classes; `negative` is None where it is everything else, or nothing.
    distinct
        Estimate of how many distinct scores there are at least, in all strata together.
    left_out
        Rows that miss a label, a score or a weight, each counted once, for the first of these.
    """

    keys: tuple[tuple[Any, ...], ...]
    positive: Any
    negative: Any
    distinct: float
    left_out: dict[str, int]


def survey(predictions: Predictions) -> Survey:
    """Take one pass over predictions, and check what only the data can tell.

    Raises
    ------
    InvalidValueError
        Labels that are not two classes, weights below 0, scores of other than two classes, or nothing to judge by.
    """
    score, label, weight = predictions.names
    grouped = predictions.frame.groupBy(*predictions.keys, "label")
    requests = [
        "count(1)",
        "count(CASE WHEN score IS NULL THEN 1 END)",
        "count(CASE WHEN score IS NOT NULL AND weight IS NULL THEN 1 END)",
        "count(CASE WHEN weight < 0 OR weight = double('Infinity') THEN 1 END)",
        "count(CASE WHEN score IS NOT NULL AND weight > 0 THEN 1 END)",
        "approx_count_distinct(score)",
        "min(classes)",
        "max(classes)",
    ]
    aggregates = [F.expr(sql).alias(f"a{i}") for i, sql in enumerate(requests)]
    rows = collect(grouped.agg(*aggregates).limit(_MOST_GROUPS + 1))
    width = len(predictions.keys)
    left_out = {"label": 0, "score": 0, "weight": 0}
    labels: set[Any] = set()
    distinct: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key, value = row[:width], row[width]
        number, no_score, no_weight, bad_weight, usable, scores, least, most = row[width + 1 :]
        if most is not None and (least, most) != (2, 2):
            raise InvalidValueError(
                f"The scores in {score!r} must hold two numbers, one a class; some hold {most if most != 2 else least}."
            )
        if bad_weight:
            raise InvalidValueError(f"The weights in {weight!r} must be finite and not below 0; {bad_weight} are not.")
        if value is None:
            left_out["label"] += number
            continue
        left_out["score"] += no_score
        left_out["weight"] += no_weight
        if usable:
            distinct[key] = max(scores, distinct.get(key, 0))
            labels.add(shown(value))
    positive, negative = _classes(labels, predictions)
    if len(rows) > _MOST_GROUPS:
        raise InvalidValueError(
            f"There are too many strata: with the labels they make more than {_MOST_GROUPS:,} groups."
        )
    if not distinct:
        raise InvalidValueError(
            f"There is nothing to judge by: no row has {listed_columns(score=score, label=label, weight=weight)}."
        )
    say_left_out(left_out, {"label": label, "score": score, "weight": weight})
    ordered = [()] if predictions.source.strata is None else predictions.source.strata.in_order(distinct)
    return Survey(
        keys=tuple(ordered),
        positive=positive,
        negative=negative,
        distinct=sum(distinct.values()),
        left_out=left_out,
    )


def warn_of_one_class(found: Sequence[Tally], clauses: Sequence[str], *, label: str, positive: Any) -> None:
    """Explain what is not defined in strata of positives alone, or of negatives alone."""
    lacking = {
        "positive": [clause for clause, tally in zip(clauses, found, strict=True) if not tally.positives.sum() > 0],
        "negative": [clause for clause, tally in zip(clauses, found, strict=True) if not tally.negatives.sum() > 0],
    }
    undefined = {"positive": "rates and areas", "negative": "the false positive rate and the area under ROC"}
    for kind, without in lacking.items():
        if without:
            where = "" if without == [""] else f" in {', '.join(without[:5])}{', ...' if len(without) > 5 else ''}"
            warnings.warn(
                f"No label in {label!r} is {kind}{where} (positive is {positive!r}): {undefined[kind]} are not defined "
                "there and given as NaN.",
                UndefinedMetricWarning,
                stacklevel=levels_to_user(),
            )


def _classes(labels: set[Any], predictions: Predictions) -> tuple[Any, Any]:
    name, wanted = predictions.names[1], predictions.positive
    if wanted is not None:
        others = sorted(labels - {wanted})
        return shown(wanted), others[0] if len(others) == 1 else None
    positive: Any = predictions.label.kind == "boolean" or 1
    if not (labels <= {0, 1} or labels <= {-1, 1}):
        said = ", ".join(map(repr, sorted(labels)[:5])) + (", ..." if len(labels) > 5 else "")
        raise InvalidValueError(
            f"The labels in {name!r} are {said}: say by `posLabel` which is positive (all others are negative then)."
        )
    others = sorted(labels - {positive})
    return positive, others[0] if others else (False if positive is True else 0)


def shown(value: Any) -> Any:
    """A class as users know it: whole numbers as integers."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return int(value) if isinstance(value, decimal.Decimal) and value == value.to_integral_value() else value


def listed_columns(*, weight: str | None, **columns: str) -> str:
    """What a row needs to count, with the columns: "a score ('p') and a label ('y')"."""
    needed = [f"a {what} ({name!r})" for what, name in columns.items()]
    if weight is not None:
        needed.append(f"a weight above 0 ({weight!r})")
    return ", ".join(needed[:-1]) + f" and {needed[-1]}"


def say_left_out(left_out: dict[str, int], columns: dict[str, str | None]) -> None:
    """Warn of rows that were left out, by what they miss and the column that lacks it."""
    said = [f"{count:,} without a {what} ({columns[what]!r})" for what, count in left_out.items() if count]
    if said:
        warnings.warn(f"Rows were left out: {', '.join(said)}.", LeftOutWarning, stacklevel=levels_to_user())
