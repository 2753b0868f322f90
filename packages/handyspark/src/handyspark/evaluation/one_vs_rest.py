"""Each class against all others: a row becomes one of each class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.evaluation.binary import BinaryClassificationMetrics
from handyspark.evaluation.pairs import class_sql
from handyspark.evaluation.predictions import score_sql
from handyspark.quoting import array, identifier
from handyspark.schema import schema_of, unused_name
from handyspark.strata import MOST_STRATA, PlainKey, Strata

if TYPE_CHECKING:
    from handyspark.evaluation.pairs import Counted, Pairs

__all__ = ["against_the_rest"]


def against_the_rest(asked: Pairs, counted: Counted) -> BinaryClassificationMetrics:
    """Metrics by class, within the strata that there are.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        There are no scores, or they are not one a class; `classes` are needed, or lack a label.
    """
    from handyspark.frame import handy
    from handyspark.stratified import StratifiedFrame

    if asked.score is None:
        raise InvalidTypeError("`one_vs_rest` needs scores: give `scoreCol`, a column of vectors with one a class.")
    classes = _classes(asked, counted)
    source = asked.source
    wanted = ("class", f"{asked.score.name} of class", f"{asked.label.name} is class", "scores")
    by, score, label, scores = (unused_name(name, source.schema.names) for name in wanted)
    raw, *_ = score_sql(asked.score, "")
    # A row without scores has as many that are missing.
    each = f"inline(arrays_zip({array(classes)}, coalesce({identifier(scores)}, array())))"
    rows = source.df.withColumn(scores, raw).selectExpr("*", f"{each} AS ({identifier(by)}, {identifier(score)})")
    rows = rows.withColumn(label, F.expr(f"{class_sql(asked, asked.label)} = {identifier(by)}"))
    before, most = ((), MOST_STRATA) if source.strata is None else (source.strata.keys, source.strata.most)
    key = PlainKey(column=schema_of(rows).find(by))
    return BinaryClassificationMetrics(
        StratifiedFrame(handy(rows), Strata(keys=(*before, key), most=most * len(classes))),
        scoreCol=score,
        labelCol=label,
        weightCol=None if asked.weight is None else asked.weight.name,
    )


def _classes(asked: Pairs, counted: Counted) -> Sequence[Any]:
    """The class of each score, in order."""
    name, label = asked.score.name if asked.score else "", asked.label
    if counted.lengths is None:
        raise InvalidValueError(f"No row has scores in {name!r}.")
    least, most = counted.lengths
    booleans = {label.kind, asked.prediction.kind} == {"boolean"}
    classes: Sequence[Any] | None = asked.classes
    if classes is None:
        if label.kind == "string":
            raise InvalidTypeError(
                f"The labels in {label.name!r} are strings: say by `classes` which of them each score in {name!r} is "
                "of, as `classes=indexer.labels`."
            )
        classes = [False, True] if booleans else list(range(most))
    if not booleans:
        # Labels that are booleans count as 0 and 1 beside predictions that are numbers.
        classes = [int(name) if isinstance(name, bool) else name for name in classes]
    if (least, most) != (len(classes), len(classes)):
        found = f"{most}" if least == most else f"from {least} to {most}"
        raise InvalidValueError(f"The scores in {name!r} must be {len(classes)}, one a class; there are {found}.")
    lacking = sorted(counted.labels.difference(classes))
    if lacking:
        raise InvalidValueError(
            f"{label.name!r} holds {', '.join(map(repr, lacking[:5]))}, which no score in {name!r} is of: they are of "
            f"{', '.join(map(repr, classes[:5]))}{', ...' if len(classes) > 5 else ''}."
        )
    return classes
