"""Columns of vectors and arrays: taken apart into columns, or handed to pyspark.mllib as scores."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.failures import readable
from handyspark.planner.collecting import collect
from handyspark.planner.cost import measured

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import Column

    from handyspark.frame import HandyFrame
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["Vectors", "as_array"]

_MOST_COLUMNS: Final = 10_000


@readable
class Vectors:
    """What a HandyFrame can do with columns of vectors and arrays."""

    @abstractmethod
    def _asked(self) -> Source:
        """What is to be asked."""

    @abstractmethod
    def _adopt(self, result: Any) -> Any:
        """Turn a DataFrame into a HandyFrame."""

    def disassemble(self, column: str, new_columns: Sequence[str] | None = None) -> HandyFrame:
        """Take a column of vectors or arrays apart: one new column for each of its elements.

        One pass, which finds the length of the longest. Shorter ones, and rows that miss theirs, have null in the
        columns that they don't reach. The column itself stays.

        Parameters
        ----------
        column
            Name of the column.
        new_columns
            Names of the new columns, as many as the longest has elements; ``column_0``, ``column_1``, ... for None.

        Returns
        -------
        HandyFrame
            Columns of DOUBLE from vectors, of the elements' type from arrays.

        Raises
        ------
        ColumnNotFoundError, UnsupportedColumnError
            There is no such column, or it holds neither vectors nor arrays.
        InvalidTypeError, InvalidValueError
            The new names are no list of as many different names as there are elements; one is a column already; there
            are more than 10,000 elements; or no row has any, and no names are given.

        Examples
        --------
        >>> hdf.selectExpr("array(Age, Fare) AS pair").disassemble("pair").columns
        ['pair', 'pair_0', 'pair_1']
        """
        source = self._asked()
        ref = source.schema.find(column)
        array = as_array(ref)
        if array is None:
            raise UnsupportedColumnError(
                f"`disassemble` takes a column of vectors or arrays; {column!r} is {ref.data_type.simpleString()}."
            )
        given = None if new_columns is None else _names(new_columns)
        with measured(source.cost):
            ((longest,),) = collect(source.df.select(array.alias("a")).selectExpr("max(size(a))"))
        # With spark.sql.legacy.sizeOfNull the size of null is -1.
        names = _checked(given, ref.path[-1], max(longest or 0, 0))
        folded = {name.lower() for name in source.schema.names}
        for name in names:
            if name.lower() in folded:
                raise InvalidValueError(
                    f"There is a column {name!r} already: name the new columns by `new_columns`, or drop that one."
                )
        parts = [F.get(array, F.lit(place)).alias(name) for place, name in enumerate(names)]
        return self._adopt(source.df.select("*", *parts))

    def to_metrics_RDD(self, prob_col: str, label_col: str) -> RDD[Any]:
        """Give an RDD of (score, label) for the metrics of ``pyspark.mllib.evaluation``; on classic sessions alone.

        `BinaryClassificationMetrics` of this package needs no RDD, and works on every kind of session.

        Parameters
        ----------
        prob_col
            Column of scores: a number, or a vector or array whose second element is taken.
        label_col
            Column of labels: numbers or booleans.

        Returns
        -------
        pyspark.RDD
            Pairs of float, without rows that miss either (null or NaN).

        Raises
        ------
        InvalidOperationError
            The session is one of Spark Connect, which has no RDDs.
        ColumnNotFoundError, UnsupportedColumnError
            A column is not there, or of a type that makes no sense.
        """
        source = self._asked()
        if ".connect." in type(source.df).__module__:
            raise InvalidOperationError(
                "Spark Connect has no RDDs, so there is no `to_metrics_RDD`. "
                "`handyspark.BinaryClassificationMetrics` needs none: give it the frame."
            )
        from handyspark.evaluation.predictions import score_sql

        label = source.schema.find(label_col)
        if label.kind not in ("integer", "floating", "decimal", "boolean"):
            raise UnsupportedColumnError(
                f"The `label_col` of `to_metrics_RDD` must hold numbers or booleans; {label_col!r} is "
                f"{label.data_type.simpleString()}."
            )
        raw, score, _ = score_sql(source.schema.find(prob_col), "The `prob_col` of `to_metrics_RDD`")
        pairs = source.df.select(raw.alias("raw"), F.expr(f"cast({label.clean_sql} as double)").alias("label"))
        # A function of this package would be looked for on the executors; `tuple` is there.
        return pairs.selectExpr(f"{score} AS score", "label").dropna().rdd.map(tuple)


def as_array(ref: ColumnRef) -> Column | None:
    """A column of vectors or arrays as one of arrays; None for any other."""
    column = F.expr(ref.sql)
    if isinstance(ref.data_type, T.ArrayType):
        return column
    if isinstance(ref.data_type, T.UserDefinedType) and ref.data_type.simpleString() == "vector":
        from pyspark.ml.functions import vector_to_array

        # It fails on null.
        return F.when(column.isNotNull(), vector_to_array(column))
    return None


def _names(given: Any) -> list[str]:
    names = list(given) if isinstance(given, (list, tuple)) else [given]
    if not all(isinstance(name, str) for name in names) or isinstance(given, str):
        raise InvalidTypeError(f"The `new_columns` of `disassemble` must be a list of names; got {given!r}.")
    if len({name.lower() for name in names}) < len(names):
        raise InvalidValueError(f"The `new_columns` of `disassemble` must differ from each other; got {given!r}.")
    return names


def _checked(given: list[str] | None, name: str, longest: int) -> list[str]:
    """Names of so many new columns."""
    if longest == 0:
        if given is not None:
            return given
        raise InvalidValueError(
            f"No row tells how many elements {name!r} has: all are empty or missing. Name the new columns by "
            "`new_columns`."
        )
    if longest > _MOST_COLUMNS:
        raise InvalidValueError(f"{name!r} has {longest:,} elements; `disassemble` makes {_MOST_COLUMNS:,} columns.")
    if given is None:
        return [f"{name}_{place}" for place in range(longest)]
    if len(given) != longest:
        raise InvalidValueError(
            f"The `new_columns` of `disassemble` must be {longest} names, one for each element of {name!r}; "
            f"got {len(given)}."
        )
    return given
