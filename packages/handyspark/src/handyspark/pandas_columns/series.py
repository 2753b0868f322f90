"""Methods and operators of pandas' Series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.pandas_columns.arithmetic import ARITHMETIC
from handyspark.pandas_columns.by_index import BY_INDEX
from handyspark.pandas_columns.literals import literal, plain, understood
from handyspark.pandas_columns.method import ALL, AS_PANDAS, NUMBERS, Method

if TYPE_CHECKING:
    from pyspark.sql import Column

    from handyspark.pandas_columns.operands import Operand

__all__ = ["OPERATORS", "SERIES"]

_MOST_VALUES: Final = 1000
"""So many values of `isin` are written into the query; more are sent to pandas."""


def _isna(own: Operand, given: dict[str, Any]) -> Column:
    return F.isnull(own.column)


def _notna(own: Operand, given: dict[str, Any]) -> Column:
    return F.isnotnull(own.column)


def _fillna(own: Operand, given: dict[str, Any]) -> Column | None:
    value = given.get("value")
    if set(given) != {"value"} or not plain(own.kind, value):
        return None
    filler = literal(own.kind, value)
    return F.coalesce(own.column, filler.cast(own.data_type) if own.kind == "datetime" else filler)


def _isin(own: Operand, given: dict[str, Any]) -> Column | None:
    values = given["values"]
    if not isinstance(values, (list, tuple, set, frozenset)) or len(values) > _MOST_VALUES:
        return None
    if not all(plain(own.kind, value) for value in values):
        return None
    literals = [literal(own.kind, value) for value in values]
    if own.kind == "floating" and 0.0 in values:
        # Spark looks many values up by their bits.
        literals += [F.lit(0.0), F.lit(-0.0)]
    return F.isnotnull(own.column) & own.compared.isin(literals) if literals else F.lit(False)


def _between(own: Operand, given: dict[str, Any]) -> Column | None:
    left, right = (understood(own.kind, given[name]) for name in ("left", "right"))
    inclusive = given.get("inclusive", "both")
    if own.kind == "boolean" or not (plain(own.kind, left) and plain(own.kind, right)):
        return None
    low, high = literal(own.kind, left), literal(own.kind, right)
    column = own.compared
    above = column >= low if inclusive in ("both", "left") else column > low
    return above & (column <= high if inclusive in ("both", "right") else column < high)


def _clip(own: Operand, given: dict[str, Any]) -> Column | None:
    bounds = {name: given[name] for name in ("lower", "upper") if given.get(name) is not None}
    if own.kind not in ("integer", "floating") or set(given) - {"lower", "upper"}:
        return None
    if not all(plain(own.kind, bound) for bound in bounds.values()):
        return None
    low, high = bounds.get("lower"), bounds.get("upper")
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    column = own.column
    if low is not None:
        column = F.when(own.column < literal(own.kind, low), literal(own.kind, low)).otherwise(column)
    if high is not None:
        column = F.when(own.column > literal(own.kind, high), literal(own.kind, high)).otherwise(column)
    return column


def _abs(own: Operand, given: dict[str, Any]) -> Column | None:
    return F.abs(own.column) if own.kind in ("integer", "floating") else None


def _round(own: Operand, given: dict[str, Any]) -> Column | None:
    decimals = given.get("decimals", 0)
    if type(decimals) is not int or own.kind == "boolean" or not 0 <= decimals <= 22:
        return None
    if own.kind == "integer":
        return own.column
    # NumPy's own way, which is not that of decimal digits: multiply, round half to even, divide.
    scale = F.lit(float(10**decimals))
    return F.rint(own.column * scale) / scale if decimals else F.rint(own.column)


def _replace(own: Operand, given: dict[str, Any]) -> Column | None:
    old, new = given.get("to_replace"), given.get("value")
    if set(given) != {"to_replace", "value"} or own.kind == "datetime":
        return None
    if not (plain(own.kind, old) and plain(own.kind, new)):
        return None
    return F.when(own.column == literal(own.kind, old), literal(own.kind, new)).otherwise(own.column)


_VALUE: Final = "for a value of the column's type"

_PLAIN: Final = (
    Method(name="isna", returns="boolean", native=_isna, kinds=(*ALL, "other")),
    Method(name="isnull", returns="boolean", native=_isna, kinds=(*ALL, "other")),
    Method(name="notna", returns="boolean", native=_notna, kinds=(*ALL, "other")),
    Method(name="notnull", returns="boolean", native=_notna, kinds=(*ALL, "other")),
    Method(
        name="isin",
        returns="boolean",
        native=_isin,
        when="for values of the column's type",
        lists=frozenset({"values"}),
    ),
    Method(
        name="between",
        returns="boolean",
        native=_between,
        when="for bounds of the column's type",
        columns=frozenset({"left", "right"}),
    ),
    Method(name="fillna", returns=AS_PANDAS, native=_fillna, when=_VALUE),
    Method(
        name="clip",
        returns=AS_PANDAS,
        native=_clip,
        when="for bounds of the column's type",
    ),
    Method(name="abs", returns=AS_PANDAS, native=_abs, when="for numbers", kinds=NUMBERS),
    Method(name="round", returns=AS_PANDAS, native=_round, when="for 0 to 22 decimals", kinds=NUMBERS),
    Method(
        name="replace",
        returns=AS_PANDAS,
        native=_replace,
        when="for one value by another of the column's type",
        lists=frozenset({"to_replace", "value"}),
    ),
    Method(name="where", returns=AS_PANDAS, columns=frozenset({"cond", "other"})),
    Method(name="mask", returns=AS_PANDAS, columns=frozenset({"cond", "other"})),
    Method(name="combine_first", returns=AS_PANDAS, columns=frozenset({"other"})),
)

SERIES: Final = (*_PLAIN, *BY_INDEX, *ARITHMETIC)
"""Methods of a Series."""

OPERATORS: Final = {
    f"__{name}__": name
    for name in (
        *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod"),
        *("pow", "rpow", "eq", "ne", "lt", "le", "gt", "ge"),
    )
}
"""Operators, and the methods that they call."""
