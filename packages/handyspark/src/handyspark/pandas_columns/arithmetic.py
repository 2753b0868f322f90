"""Arithmetic, comparisons and logic of pandas' Series."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.pandas_columns.literals import literal, plain, understood
from handyspark.pandas_columns.method import AS_PANDAS, NUMBERS, Method, Native
from handyspark.pandas_columns.operands import Operand

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["ARITHMETIC"]

_NUMERIC: Final = ("integer", "floating")


def _pair(own: Operand, given: dict[str, Any], kinds: tuple[str, ...]) -> tuple[Column, Column, str] | None:
    """Both sides in the type that pandas computes in; None where it is pandas that knows."""
    other = given.get("other")
    if set(given) != {"other"} or own.kind not in kinds:
        return None
    if isinstance(other, Operand):
        kind, right = other.kind, other.compared
    else:
        other = understood(own.kind, other)
        fitting = [kind for kind in (own.kind, *_NUMERIC) if plain(kind, other)]
        if not fitting:
            return None
        kind, right = fitting[0], literal(fitting[0], other)
    if kind == own.kind:
        return own.compared, right, kind
    if {kind, own.kind} == set(_NUMERIC):
        return own.column.cast("double"), right.cast("double"), "floating"
    return None


def _binary(compute: Callable[[Column, Column], Column], kinds: tuple[str, ...] = _NUMERIC) -> Native:
    def native(own: Operand, given: dict[str, Any]) -> Column | None:
        pair = _pair(own, given, kinds)
        return compute(pair[0], pair[1]) if pair else None

    return native


def _add(own: Operand, given: dict[str, Any], *, swapped: bool = False) -> Column | None:
    pair = _pair(own, given, (*_NUMERIC, "string"))
    if pair is None:
        return None
    left, right = (pair[1], pair[0]) if swapped else (pair[0], pair[1])
    return F.concat(left, right) if pair[2] == "string" else left + right


def _radd(own: Operand, given: dict[str, Any]) -> Column | None:
    return _add(own, given, swapped=True)


def _quotient(left: Column, right: Column) -> Column:
    """Divide as IEEE 754 has it: Spark refuses zero, or makes null of it."""
    left, right = left.cast("double"), right.cast("double")
    # x * (1 / 0) has the sign of both, and is NaN for 0 / 0.
    return F.when(right == 0.0, left * F.pow(right, F.lit(-1.0))).otherwise(
        left / F.when(right == 0.0, F.lit(1.0)).otherwise(right)
    )


def _whole(own: Operand, given: dict[str, Any]) -> int | None:
    """A positive divisor of whole numbers."""
    other = given.get("other")
    if set(given) != {"other"} or own.kind != "integer" or type(other) is not int or not 0 < other < 2**63:
        return None
    return other


def _mod(own: Operand, given: dict[str, Any]) -> Column | None:
    divisor = _whole(own, given)
    return None if divisor is None else F.pmod(own.column, F.lit(divisor).cast("bigint"))


def _floordiv(own: Operand, given: dict[str, Any]) -> Column | None:
    divisor = _whole(own, given)
    if divisor is None:
        return None
    by = F.lit(divisor).cast("bigint")
    towards_zero = F.call_function("div", own.column, by)
    below = (own.column < 0) & (own.column % by != 0)
    return towards_zero - F.when(below, F.lit(1)).otherwise(F.lit(0)).cast("bigint")


def _invert(own: Operand, given: dict[str, Any]) -> Column | None:
    return {"boolean": lambda c: ~c, "integer": F.bitwise_not}[own.kind](own.column)


def _exclusive(left: Column, right: Column) -> Column:
    return left != right


_COMPARED: Final = (*_NUMERIC, "string", "datetime")
_COLUMNS: Final = frozenset({"other"})
_WHEN: Final = "for numbers"


def _arithmetic(names: str, native: Native | None = None, *, when: str = "", kinds: Any = None) -> list[Method]:
    taken = {"kinds": kinds} if kinds else {}
    return [
        Method(name=name, returns=AS_PANDAS, native=native, when=when if native else "", columns=_COLUMNS, **taken)
        for name in names.split()
    ]


def _comparison(name: str, compute: Callable[[Column, Column], Column]) -> Method:
    native = _binary(compute, _COMPARED)
    return Method(
        name=name, returns="boolean", native=native, when="for numbers, strings and moments", columns=_COLUMNS
    )


def _logic(name: str, compute: Callable[[Column, Column], Column]) -> Method:
    native = _binary(compute, ("boolean",))
    kinds = ("boolean", "integer")
    return Method(name=name, returns=AS_PANDAS, native=native, when="for booleans", columns=_COLUMNS, kinds=kinds)


_TEXT: Final = (*NUMBERS, "string")

ARITHMETIC: Final = (
    *_arithmetic("add", _add, when="for numbers and strings", kinds=_TEXT),
    *_arithmetic("radd", _radd, when="for numbers and strings", kinds=_TEXT),
    *_arithmetic("sub subtract", _binary(lambda a, b: a - b), when=_WHEN, kinds=NUMBERS),
    *_arithmetic("rsub", _binary(lambda a, b: b - a), when=_WHEN, kinds=NUMBERS),
    *_arithmetic("mul multiply rmul", _binary(lambda a, b: a * b), when=_WHEN, kinds=_TEXT),
    *_arithmetic("div divide truediv", _binary(_quotient), when=_WHEN, kinds=NUMBERS),
    *_arithmetic("rdiv rtruediv", _binary(lambda a, b: _quotient(b, a)), when=_WHEN, kinds=NUMBERS),
    *_arithmetic("floordiv", _floordiv, when="for integers by a positive integer", kinds=NUMBERS),
    *_arithmetic("mod", _mod, when="for integers by a positive integer", kinds=NUMBERS),
    *_arithmetic("rfloordiv rmod pow rpow", kinds=NUMBERS),
    _comparison("eq", lambda a, b: a == b),
    _comparison("ne", lambda a, b: a != b),
    _comparison("lt", lambda a, b: a < b),
    _comparison("le", lambda a, b: a <= b),
    _comparison("gt", lambda a, b: a > b),
    _comparison("ge", lambda a, b: a >= b),
    _logic("__and__", lambda a, b: a & b),
    _logic("__rand__", lambda a, b: a & b),
    _logic("__or__", lambda a, b: a | b),
    _logic("__ror__", lambda a, b: a | b),
    _logic("__xor__", _exclusive),
    _logic("__rxor__", _exclusive),
    Method(name="__invert__", returns=AS_PANDAS, native=_invert, kinds=("boolean", "integer")),
    Method(name="__neg__", returns=AS_PANDAS, native=lambda own, given: -own.column, kinds=_NUMERIC),
    Method(name="__pos__", returns=AS_PANDAS, native=lambda own, given: own.column, kinds=_NUMERIC),
    Method(name="__abs__", returns=AS_PANDAS, native=lambda own, given: F.abs(own.column), kinds=_NUMERIC),
)
"""What operators do, under pandas' names."""
