"""Counting pairs of an actual and a predicted class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyspark.sql import functions as F

from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.evaluation.labels import listed_columns, say_left_out, shown
from handyspark.evaluation.predictions import NUMBERS, score_sql
from handyspark.planner.collecting import collect
from handyspark.schema import require_kinds
from handyspark.vectors import as_array

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["Counted", "Pairs", "class_sql", "counted", "pairs"]

_MOST_CLASSES: Final = 1_000
_MOST_PAIRS: Final = 100_000
_KINDS: Final = (*NUMBERS, "boolean", "string")


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Predictions of classes, and what they are grouped by.

    Attributes
    ----------
    source
        The frame they are in.
    prediction, label
        The columns of predicted and actual classes.
    weight, score
        The columns of weights and of scores by class; None for none.
    classes
        What the positions of the scores stand for; None for their numbers.
    """

    source: Source
    prediction: ColumnRef
    label: ColumnRef
    weight: ColumnRef | None
    score: ColumnRef | None
    classes: tuple[Any, ...] | None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What one pass told.

    Attributes
    ----------
    keys
        Strata that have rows to judge by, in order; one empty key without strata.
    classes
        Classes that occur, in ascending order.
    labels
        Those that occur as labels.
    matrices
        Weights by actual and predicted class of each stratum, shape (classes, classes).
    left_out
        Rows that miss a label, a prediction or a weight, each counted once, for the first of these.
    lengths
        Least and greatest number of scores in a row; None where there are none.
    """

    keys: Sequence[tuple[Any, ...]]
    classes: Sequence[Any]
    labels: frozenset[Any]
    matrices: list[NDArray[np.float64]]
    left_out: dict[str, int]
    lengths: tuple[int, int] | None


def pairs(
    source: Source,
    prediction: str,
    label: str,
    weight: str | None,
    score: str | None,
    classes: Sequence[Any] | None,
    *,
    owner: str,
) -> Pairs:
    """Look the columns up.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError, InvalidValueError
        A column is not there or makes no sense, labels can't be compared with predictions, or `classes` are no list.
    """
    find = source.schema.find
    predicted, actual = find(prediction), find(label)
    require_kinds([predicted], _KINDS, owner=f"The `predictionCol` of {owner}")
    require_kinds([actual], _KINDS, owner=f"The `labelCol` of {owner}")
    if (predicted.kind == "string") != (actual.kind == "string"):
        text, other = (prediction, label) if predicted.kind == "string" else (label, prediction)
        raise UnsupportedColumnError(
            f"{owner} compares {label!r} with {prediction!r}, but {text!r} holds strings and {other!r} does not. Turn "
            "the indices of a StringIndexer back into strings by pyspark.ml's IndexToString."
        )
    weights = None
    if weight is not None:
        weights = find(weight)
        require_kinds([weights], NUMBERS, owner=f"The `weightCol` of {owner}")
    scores = None
    if score is not None:
        scores = find(score)
        score_sql(scores, f"The `scoreCol` of {owner}")
        if as_array(scores) is None:
            raise UnsupportedColumnError(
                f"The `scoreCol` of {owner} must be a vector or an array of numbers, one a class; {score!r} is "
                f"{scores.data_type.simpleString()}."
            )
    if classes is not None:
        kind: Any = {"string": str, "boolean": bool}.get(actual.kind, (int, float))
        if isinstance(classes, str) or not isinstance(classes, (Sequence, np.ndarray)) or not len(classes):
            raise InvalidTypeError(f"The `classes` of {owner} must be a list of classes; got {classes!r}.")
        classes = tuple(shown(item.item() if isinstance(item, np.generic) else item) for item in classes)
        if not all(isinstance(item, kind) for item in classes):
            raise InvalidTypeError(
                f"The `classes` of {owner} must be values of {label!r}, a column of type "
                f"{actual.data_type.simpleString()}; got {list(classes)!r}."
            )
        if len(set(classes)) < len(classes):
            raise InvalidValueError(f"The `classes` of {owner} must differ from each other; got {list(classes)!r}.")
    return Pairs(source=source, prediction=predicted, label=actual, weight=weights, score=scores, classes=classes)


def counted(asked: Pairs) -> Counted:
    """Count pairs of classes: one pass.

    Raises
    ------
    InvalidValueError
        There are more than 1,000 classes, weights below 0, or nothing to judge by.
    """
    frame, names = _frame(asked)
    requests = (
        "count(1)",
        "count(CASE WHEN weight IS NULL THEN 1 END)",
        "count(CASE WHEN weight < 0 OR weight = double('Infinity') THEN 1 END)",
        "sum(CASE WHEN weight > 0 THEN weight END)",
        "min(length)",
        "max(length)",
    )
    grouped = frame.groupBy(*names, "label", "prediction").agg(*map(F.expr, requests))
    rows = collect(grouped.limit(_MOST_PAIRS + 1))
    if len(rows) > _MOST_PAIRS:
        raise InvalidValueError(
            f"{asked.label.name!r} and {asked.prediction.name!r} have more than {_MOST_PAIRS:,} pairs of values: are "
            "they classes?"
        )
    left_out = {"label": 0, "prediction": 0, "weight": 0}
    weight_name = None if asked.weight is None else asked.weight.name
    weights: dict[tuple[Any, ...], dict[tuple[Any, Any], float]] = {}
    lengths = [length for row in rows for length in row[-2:] if length is not None]
    for row in rows:
        *key, label, prediction, number, no_weight, bad_weight, weight, _, _ = row
        if bad_weight:
            raise InvalidValueError(
                f"The weights in {weight_name!r} must be finite and not below 0; {bad_weight} are not."
            )
        if label is None or prediction is None:
            left_out["label" if label is None else "prediction"] += number
            continue
        left_out["weight"] += no_weight
        if weight:
            weights.setdefault(tuple(key), {})[shown(label), shown(prediction)] = weight
    if not weights:
        raise InvalidValueError(
            "There is nothing to judge by: no row has "
            f"{listed_columns(prediction=asked.prediction.name, label=asked.label.name, weight=weight_name)}."
        )
    say_left_out(
        left_out,
        {
            "label": asked.label.name,
            "prediction": asked.prediction.name,
            "weight": weight_name,
        },
    )
    labels = frozenset(pair[0] for of_stratum in weights.values() for pair in of_stratum)
    classes = sorted(labels.union(pair[1] for of_stratum in weights.values() for pair in of_stratum))
    if len(classes) > _MOST_CLASSES:
        raise InvalidValueError(
            f"{asked.label.name!r} and {asked.prediction.name!r} hold {len(classes):,} classes; at most "
            f"{_MOST_CLASSES:,} are judged."
        )
    strata = asked.source.strata
    keys = [()] if strata is None else strata.in_order(weights)
    return Counted(
        keys=keys,
        classes=classes,
        labels=labels,
        matrices=[_matrix(weights[key], classes) for key in keys],
        left_out=left_out,
        lengths=(min(lengths), max(lengths)) if lengths else None,
    )


def _frame(asked: Pairs) -> tuple[DataFrame, list[str]]:
    """The strata's keys, label, prediction and weight, and the number of scores; and the names of the keys."""
    strata = asked.source.strata
    keys = [] if strata is None else list(zip(strata.key_sql, strata.key_names, strict=True))
    names = [name for _, name in keys]
    columns = [F.expr(sql).alias(name) for sql, name in keys]
    columns += [
        F.expr(class_sql(asked, ref)).alias(name)
        for ref, name in ((asked.label, "label"), (asked.prediction, "prediction"))
    ]
    weight = "1D" if asked.weight is None else f"cast({asked.weight.clean_sql} as double)"
    raw, length = F.lit(None), "cast(NULL as int)"
    if asked.score is not None:
        raw, _, length = score_sql(asked.score, "")
    frame = asked.source.df.select(*columns, F.expr(weight).alias("weight"), raw.alias("raw"))
    if names:
        frame = frame.where(" AND ".join(f"{name} IS NOT NULL" for name in names))
    return frame.selectExpr(*names, "label", "prediction", "weight", f"{length} AS length"), names


def class_sql(asked: Pairs, ref: ColumnRef) -> str:
    """SQL of a class, so that labels and predictions compare: strings, booleans where both are, or DOUBLE."""
    if {asked.label.kind, asked.prediction.kind} in ({"string"}, {"boolean"}):
        return ref.sql
    return f"cast({ref.clean_sql} as double) + 0D"


def _matrix(weights: dict[tuple[Any, Any], float], classes: Sequence[Any]) -> NDArray[np.float64]:
    place = {name: number for number, name in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)))
    for (label, prediction), weight in weights.items():
        matrix[place[label], place[prediction]] += weight
    return matrix
