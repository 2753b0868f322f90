"""One call of a method: arguments checked by pandas itself, then a Spark expression or a pandas UDF."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark.errors import (
    HandySparkError,
    InvalidOperationError,
    InvalidTypeError,
    InvalidValueError,
    MissingMethodError,
    UnsupportedColumnError,
)
from handyspark.executors import version_check
from handyspark.failures.places import show_as
from handyspark.pandas_columns.columns_of import is_column, type_of
from handyspark.pandas_columns.method import AS_PANDAS, SAME
from handyspark.pandas_columns.operands import DTYPES, Operand, moment, operand
from handyspark.pandas_columns.udf import caller

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from handyspark.pandas_columns.method import Method

__all__ = ["call", "signature_of"]

_SAMPLES: Final = {
    "integer": ([1, 0], [False, True]),
    "floating": ([1.0, float("nan")],),
    "boolean": ([True, False], [False, True]),
    "string": (["a", None],),
    "datetime": ([0, 0], [False, True]),
    "moment": ([0, 0], [False, True]),
}
_INFERRED: Final = ("ambiguous", "infer")
_CLOCKS: Final = {SAME: "micros", "timestamp": "micros", "timestamp_ntz": "clock"}
"""How moments come from a UDF, by the type of the method's result."""

_SPARK_OF: Final = {"Int64": "bigint", "Float64": "double", "boolean": "boolean", "string": "string"}


def call(
    method: Method, accessor: str, own: Operand, df: DataFrame, args: Sequence[Any], kwargs: dict[str, Any]
) -> Column:
    """Give the column of one call.

    Raises
    ------
    UnsupportedColumnError
        The method takes no columns of this type.
    InvalidTypeError, InvalidValueError
        pandas would refuse the arguments, or they need more than one row at a time.
    MissingMethodError
        The pandas that is installed doesn't have the method.
    """
    title = f"`hdf.pandas[{own.label!r}].{accessor + '.' if accessor else ''}{method.name}`"
    if own.kind not in method.kinds and not (own.kind == "other" and "other" in method.kinds):
        takes = ", ".join(kind for kind in method.kinds if kind != "other")
        raise UnsupportedColumnError(
            f"{title} takes columns of kind {takes}; {own.label!r} is {own.data_type.simpleString()}."
        )
    given = _bound(method, accessor, title, args, kwargs)
    given, others = _operands(method, title, df, given)
    if method.through:
        given = {name: value for name, value in given.items() if name not in ("axis", "copy")}  # of the index
    if method.zoned and isinstance(own.data_type, T.TimestampType):
        own = replace(own, kind="moment")
    accessor = method.through or accessor
    if own.kind == "other":
        assert method.native is not None
        return _expression(method.native(own, given))
    returns = _returns(method, accessor, title, own, given, others)
    found = method.native(own, {**given, **others}) if method.native else None
    return found if found is not None else _by_udf(method, accessor, title, own, given, others, returns)


def signature_of(accessor: str, method: Method) -> inspect.Signature | None:
    """The signature that the installed pandas has; None where it has no such method."""
    owner: Any = {"": pd.Series, "str": pd.Series.str, "dt": pd.arrays.DatetimeArray}[accessor]
    found = getattr(owner, method.name, None)
    return inspect.signature(found) if callable(found) else None


def _expression(found: Column | None) -> Column:
    assert found is not None
    return found


def _bound(method: Method, accessor: str, title: str, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    if method.attribute:
        return {}
    signature = signature_of(accessor, method)
    if signature is None:
        raise MissingMethodError(f"{title}: pandas {pd.__version__} has no such method.")
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError as error:
        raise InvalidTypeError(f"{title}: {error}.") from error
    given = dict(bound.arguments)
    del given[next(iter(signature.parameters))]
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL and given.pop(name, ()):
            raise InvalidTypeError(f"{title} got more arguments than it takes.")
        if parameter.kind is parameter.VAR_KEYWORD and given.pop(name, {}):
            raise InvalidTypeError(f"{title} got an argument that it doesn't take.")
    return {name: value for name, value in given.items() if not _is_default(signature.parameters[name], value)}


def _is_default(parameter: inspect.Parameter, value: Any) -> bool:
    return value is parameter.default


def _operands(
    method: Method, title: str, df: DataFrame, given: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Operand]]:
    """Tell arguments that are columns from those that are values."""
    values: dict[str, Any] = {}
    others: dict[str, Operand] = {}
    for name, value in given.items():
        own: Operand | None
        if is_column(value):  # asked first: a Spark column has any attribute
            own = operand(f"the `{name}`", value, type_of(df, value))
        else:
            own = getattr(value, "_operand", None)
        if own is not None:
            if name not in method.columns:
                raise InvalidTypeError(f"The `{name}` of {title} must be a value, not a column.")
            if own.kind == "other":
                raise UnsupportedColumnError(f"The `{name}` of {title} can't be {own.data_type.simpleString()}.")
            others[name] = own
            continue
        if (name in ("inplace", "limit", "level") and value not in (None, False)) or (name, value) == _INFERRED:
            raise InvalidOperationError(f"The `{name}` of {title} is not supported: rows are seen one at a time.")
        if name == "expand" and value:
            raise InvalidOperationError(f"{title} gives one column: pass `expand=False`.")
        lists = pd.api.types.is_list_like(value) or isinstance(value, (pd.Series, pd.Index))
        if lists and name not in method.lists:
            raise InvalidTypeError(f"The `{name}` of {title} must be a single value; got {value!r}.")
        values[name] = value
    return values, others


def _returns(
    method: Method, accessor: str, title: str, own: Operand, given: dict[str, Any], others: dict[str, Operand]
) -> str:
    """Let pandas try the call on a made-up value, and tell the type of what comes back."""
    if not method.tried:
        return method.returns
    operands = [own, *others.values()]
    dtypes = [DTYPES[each.kind] for each in operands]
    sample = [pd.Series(part) for each in operands for part in _SAMPLES[each.kind]]
    slots = {name: at for at, name in enumerate(others, 1)}
    try:
        result = caller(accessor, method.name, given, slots, dtypes, "")(*sample)
    except HandySparkError:
        raise
    except (TypeError, AttributeError, NotImplementedError) as error:
        raise InvalidTypeError(f"{title}: {error}") from error
    except Exception as error:
        raise InvalidValueError(f"{title}: {error}") from error
    if isinstance(result, pd.DataFrame):
        raise InvalidOperationError(f"{title} would give several columns: pass `expand=False`, with one group.")
    if method.returns != AS_PANDAS:
        return method.returns
    if pd.api.types.is_datetime64_dtype(result.dtype):
        return SAME
    name = str(result.dtype).partition("[")[0]
    name = {"bool": "boolean", "int64": "Int64", "float64": "Float64"}.get(name, name)
    if name not in _SPARK_OF:
        raise InvalidTypeError(f"{title} would give {result.dtype} in pandas, for which Spark has no type.")
    return _SPARK_OF[name]


def _by_udf(
    method: Method,
    accessor: str,
    title: str,
    own: Operand,
    given: dict[str, Any],
    others: dict[str, Operand],
    returns: str,
) -> Column:
    operands = [own, *others.values()]
    slots = {name: at for at, name in enumerate(others, 1)}
    kept = _CLOCKS.get(returns, returns)
    compute = caller(accessor, method.name, given, slots, [DTYPES[each.kind] for each in operands], kept)
    check_versions = version_check()

    def on_executors(*parts):  # type: ignore[no-untyped-def]
        check_versions()
        return compute(*parts)

    show_as(on_executors, title)
    wanted = "bigint" if returns in _CLOCKS else kept
    make: Any = F.pandas_udf  # type: ignore[attr-defined]
    column = make(on_executors, wanted)(*(p for each in operands for p in each.parts()))
    if returns == "timestamp":
        return F.timestamp_micros(column)
    if returns in _CLOCKS:
        return moment(column, own.data_type if returns == SAME else T.TimestampNTZType())
    if returns == "boolean" and method.name != "isin":
        # pandas calls what it compares with a missing moment false; of every other kind it is missing.
        for each in operands:
            column = F.when(F.isnotnull(each.column), column) if each.kind == "datetime" else column
    return column
