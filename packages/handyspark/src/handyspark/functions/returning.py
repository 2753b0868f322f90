"""A function and the Spark type of its result: ``StringType.ret(f)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import types as T

from handyspark.errors import InvalidTypeError

__all__ = ["Returning", "ret"]


@dataclass(frozen=True, kw_only=True)
class Returning:
    """A function of columns whose result has a given type.

    Attributes
    ----------
    function
        The function.
    data_type
        Spark's type of what it returns.
    """

    function: Callable[..., Any]
    data_type: T.DataType

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


class ret:
    """What ``ret`` of a Spark type is, of a class (``StringType.ret``) and of an instance (``ArrayType(...).ret``)."""

    def __get__(
        self, instance: T.DataType | None, owner: type[T.DataType]
    ) -> Callable[[Callable[..., Any]], Returning]:
        def returning(function: Callable[..., Any]) -> Returning:
            """Say that a function of columns, given to `assign`, returns this type.

            Raises
            ------
            InvalidTypeError
                It is no function, or the type needs arguments of its own: ``ArrayType(DoubleType()).ret(f)``.
            """
            if not callable(function):
                raise InvalidTypeError(f"`{owner.__name__}.ret` takes a function; got {function!r}.")
            try:
                data_type = owner() if instance is None else instance
            except TypeError:
                raise InvalidTypeError(
                    f"`{owner.__name__}` needs arguments, as `ArrayType(DoubleType()).ret(f)` has."
                ) from None
            return Returning(function=function, data_type=data_type)

        return returning
