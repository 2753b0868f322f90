"""What ``hdf.pandas["c"]`` gives: methods and operators of a pandas Series that give Spark columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from handyspark.errors import InvalidOperationError, MissingMethodError, UnsupportedColumnError, near
from handyspark.pandas_columns.calls import call, signature_of
from handyspark.pandas_columns.dates import DATES
from handyspark.pandas_columns.left_out import LEFT_OUT, RENAMED
from handyspark.pandas_columns.series import OPERATORS, SERIES
from handyspark.pandas_columns.strings import STRINGS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from handyspark.pandas_columns.method import Method
    from handyspark.pandas_columns.operands import Operand

__all__ = ["DateMethods", "PandasColumn", "StringMethods"]


class _Methods:
    """Methods of pandas, on one column."""

    _accessor = ""
    _table: tuple[Method, ...] = ()

    def __init__(self, operand: Operand, df: DataFrame) -> None:
        self._operand = operand
        self._df = df

    def __getattr__(self, name: str) -> Any:
        # Python and notebooks ask for these of anything.
        if name.startswith("_"):
            raise AttributeError(name)
        where = f"hdf.pandas[...].{self._accessor}.{name}" if self._accessor else f"hdf.pandas[...].{name}"
        renamed = RENAMED.get((self._accessor, name))
        if renamed:
            raise MissingMethodError(f"pandas has dropped `{name}`; today it is {renamed}.")
        reason = LEFT_OUT.get((self._accessor, name))
        if reason:
            raise MissingMethodError(f"There is no `{where}`: {reason}.")
        names = [method.name for method in self._table]
        raise MissingMethodError(f"pandas has no method `{name}` here.{near(name, names)}")

    def __repr__(self) -> str:
        owner = f".{self._accessor}" if self._accessor else ""
        return f"<pandas methods of column {self._operand.label!r}{owner} ({self._operand.data_type.simpleString()})>"


class StringMethods(_Methods):
    """Methods of pandas' ``Series.str``; each gives a Spark column."""

    _accessor = "str"
    _table = STRINGS


class DateMethods(_Methods):
    """Methods and attributes of pandas' ``Series.dt``; each gives a Spark column."""

    _accessor = "dt"
    _table = DATES


class PandasColumn(_Methods):
    """Methods and operators of a pandas Series; each gives a Spark column, when Spark is asked for it.

    Null and NaN are missing. What is missing stays missing (null), save where pandas says otherwise: `isna`, `notna`,
    `isin` and `fillna`.
    """

    _table = SERIES
    __hash__ = None  # type: ignore[assignment]

    @property
    def str(self) -> StringMethods:
        """Methods for strings.

        Raises
        ------
        UnsupportedColumnError
            The column holds no strings.
        """
        self._require("string", "str", "strings")
        return StringMethods(self._operand, self._df)

    @property
    def dt(self) -> DateMethods:
        """Methods for dates and timestamps. A TIMESTAMP shows the clock of the session's time zone.

        Raises
        ------
        UnsupportedColumnError
            The column holds neither.
        """
        self._require("datetime", "dt", "dates and timestamps")
        return DateMethods(self._operand, self._df)

    def __bool__(self) -> bool:
        raise InvalidOperationError("A column is neither true nor false: join conditions by &, | and ~.")

    def _require(self, kind: Any, accessor: Any, takes: Any) -> None:
        operand = self._operand
        if operand.kind != kind:
            raise UnsupportedColumnError(
                f"`.{accessor}` takes columns of {takes}; {operand.label!r} is {operand.data_type.simpleString()}."
            )


def _method(owner: type[_Methods], method: Method) -> Any:
    accessor = owner._accessor
    called = f"pandas' `Series.{accessor + '.' if accessor else ''}{method.name}` as a Spark column."
    doc = f"{called}\n\nComputed: {method.way}. Type: {method.returns}."

    def invoke(self: Any, *args: Any, **kwargs: Any) -> Column:
        return call(method, accessor, self._operand, self._df, args, kwargs)

    invoke.__name__ = method.name
    invoke.__qualname__ = f"{owner.__name__}.{method.name}"
    invoke.__doc__ = doc
    if method.attribute:
        return property(invoke)
    signature = signature_of(accessor, method)
    if signature is not None:
        invoke.__signature__ = signature  # type: ignore[attr-defined]
    return invoke


def _operator(name: str) -> Callable[..., Column]:
    method = next(method for method in SERIES if method.name == name)

    def invoke(self: Any, *other: Any) -> Column:
        return call(method, "", self._operand, self._df, other, {})

    return invoke


def _fill(owners: Iterable[type[_Methods]]) -> None:
    for owner in owners:
        for method in owner._table:
            setattr(owner, method.name, _method(owner, method))


_fill([PandasColumn, StringMethods, DateMethods])
for _dunder, _name in OPERATORS.items():
    setattr(PandasColumn, _dunder, _operator(_name))
