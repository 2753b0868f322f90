"""What predictions are read from: a score, a label and a weight in each row, in strata or not."""

from __future__ import annotations

import decimal
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.quoting import literal
from handyspark.schema import require_kinds
from handyspark.stratifying import strata_of
from handyspark.vectors import as_array

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["NUMBERS", "Predictions", "asked_source", "predictions", "score_sql"]

NUMBERS: Final = ("integer", "floating", "decimal")
_LABELS: Final = (*NUMBERS, "boolean", "string")


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Predictions and what they are grouped by.

    Attributes
    ----------
    source
        The frame they are in.
    frame
        The strata's keys (``k0``, ...), ``label``, ``score`` and ``weight`` (DOUBLE, NaN as null), and ``classes``: the
        length of the score, null for one that is no vector or array.
    label
        The column of labels.
    positive
        Value of the positive class, None for the usual one.
    names
        What users call score, label and weight.
    """

    source: Source
    frame: DataFrame
    label: ColumnRef
    positive: Any
    names: tuple[str, str, str | None]

    @property
    def keys(self) -> list[str]:
        """Names of the columns that tell the stratum."""
        return [] if self.source.strata is None else self.source.strata.key_names

    def usable(self, positive: Any) -> DataFrame:
        """Rows with a score, a label and a weight above 0; ``pos`` and ``neg`` hold the weight by class."""
        kept = self.frame.where("score IS NOT NULL AND label IS NOT NULL AND weight > 0")
        is_positive = f"label = {literal(positive)}"
        return kept.selectExpr(
            *self.keys,
            "score",
            f"CASE WHEN {is_positive} THEN weight ELSE 0D END AS pos",
            f"CASE WHEN {is_positive} THEN 0D ELSE weight END AS neg",
        )


def asked_source(df: Any, by: Any) -> Source:
    """What queries read from: a Spark DataFrame, a HandyFrame or a stratified one, and strata given besides.

    Raises
    ------
    InvalidTypeError
        `df` is none of these, or is stratified and `by` is given too.
    """
    from handyspark.frame import handy
    from handyspark.stratified import StratifiedFrame

    source = df._asked() if isinstance(df, StratifiedFrame) else handy(df)._asked()
    if by is None:
        return source
    if source.strata is not None:
        raise InvalidTypeError("The frame is stratified already: leave `by` out, or give the frame without strata.")
    return replace(source, strata=strata_of(source, by))


def predictions(
    source: Source, score: str, label: str, weight: str | None, positive: Any, *, owner: str
) -> Predictions:
    """Look the columns up and name them shortly.

    Raises
    ------
    ColumnNotFoundError, UnsupportedColumnError, InvalidTypeError, InvalidValueError
        A column is not there or of a type that makes no sense, or `positive` is no value of the labels' type.
    """
    find = source.schema.find
    label_ref = find(label)
    require_kinds([label_ref], _LABELS, owner=f"The `labelCol` of {owner}")
    positive = _checked_positive(positive, label_ref, owner)
    weight_sql = "1D"
    if weight is not None:
        weight_ref = find(weight)
        require_kinds([weight_ref], NUMBERS, owner=f"The `weightCol` of {owner}")
        weight_sql = f"cast({weight_ref.clean_sql} as double)"
    strata = source.strata
    keys = [] if strata is None else list(zip(strata.key_sql, strata.key_names, strict=True))
    columns = [F.expr(sql).alias(name) for sql, name in keys]
    columns += [F.expr(label_ref.clean_sql).alias("label"), F.expr(weight_sql).alias("weight")]
    raw, score_of_raw, classes = score_sql(find(score), f"The `scoreCol` of {owner}")
    frame = source.df.select(*columns, raw.alias("raw"))
    if keys:
        frame = frame.where(" AND ".join(f"{name} IS NOT NULL" for _, name in keys))
    names = [name for _, name in keys]
    frame = frame.selectExpr(*names, "label", "weight", f"{score_of_raw} AS score", f"{classes} AS classes")
    return Predictions(source=source, frame=frame, label=label_ref, positive=positive, names=(score, label, weight))


def score_sql(ref: ColumnRef, owner: str) -> tuple[Column, str, str]:
    """How to read scores: a column to be called ``raw``, and SQL over it of the score and of the number of classes.

    The column holds what Spark has, vectors as arrays. The score is a DOUBLE, NaN as null; the number of classes is
    null for scores that are no lists.

    Raises
    ------
    UnsupportedColumnError
        The column holds neither numbers nor lists of numbers; `owner` says what it was to be.
    """
    array = as_array(ref)
    of_numbers = not isinstance(ref.data_type, T.ArrayType) or isinstance(ref.data_type.elementType, T.NumericType)
    if array is not None and of_numbers:
        # With spark.sql.legacy.sizeOfNull the size of null is -1.
        return array, _clean("get(raw, 1)"), "CASE WHEN raw IS NOT NULL THEN size(raw) END"
    if ref.kind not in NUMBERS:
        raise UnsupportedColumnError(
            f"{owner} must be a vector, an array of numbers or a number; {ref.name!r} is "
            f"{ref.data_type.simpleString()}."
        )
    return F.expr(ref.sql), _clean("raw"), "cast(NULL as int)"


def _clean(number: str) -> str:
    return f"nanvl(cast({number} as double), cast(NULL as double))"


def _checked_positive(positive: Any, label: ColumnRef, owner: str) -> Any:
    if positive is None:
        if label.kind == "string":
            raise InvalidValueError(
                f"The labels in {label.name!r} are strings: say by `posLabel` which of them {owner} is to take as "
                "positive."
            )
        return None
    value = positive.item() if isinstance(positive, np.generic) else positive
    allowed: Any = {"string": str, "boolean": bool}.get(label.kind, (int, float, decimal.Decimal))
    wrong = not isinstance(value, allowed) or (isinstance(value, bool) and label.kind != "boolean")
    if wrong or (isinstance(value, (float, decimal.Decimal)) and math.isnan(value)):
        raise InvalidTypeError(
            f"The `posLabel` of {owner} must be a value of {label.name!r}, a column of type "
            f"{label.data_type.simpleString()}; got {positive!r}."
        )
    return value
