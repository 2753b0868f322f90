"""Functions that need neither handyspark nor the user's own modules where they run."""

from __future__ import annotations

import inspect
import site
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pandas as pd
from pyspark import cloudpickle
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_type

from handyspark.errors import InvalidTypeError
from handyspark.executors import version_check
from handyspark.failures.places import place, show_as

__all__ = ["carried", "pickled"]

_PICKLER: Final[Any] = cloudpickle  # without types

_CHECKED: Final = (T.IntegralType, T.FloatType, T.DoubleType, T.BooleanType)
"""Types of which it is checked, where pandas' own is another, that they hold what a function returns."""

_INSTALLED: Final = ("pyspark", "py4j", "pandas", "numpy", "pyarrow", "pytest", "_pytest", "hypothesis", "IPython")


def pickled(function: Callable[..., Any], owner: str) -> bytes:
    """Pickle a function as it is now: by value, with what it reads from outside and from the user's own modules.

    Raises
    ------
    InvalidTypeError
        The function holds something that can't be pickled; `owner` is what it is called.
    """
    with _own_modules_by_value():
        try:
            return bytes(_PICKLER.dumps(function))
        except Exception as error:
            raise InvalidTypeError(
                f"{owner} can't be sent to the executors, since something it uses can't be pickled: {error}"
            ) from error


def carried(
    function: Callable[..., Any],
    payload: bytes,
    positional: int,
    keywords: Sequence[str],
    column: str,
    data_type: T.DataType,
) -> Callable[..., Any]:
    """Wrap a function so that what it returns is checked where it runs, and errors tell the column.

    Parameters
    ----------
    function, payload
        Any callable, and what `pickled` made of it.
    positional, keywords
        How many Series are given by position, and the names of those that follow by keyword.
    column, data_type
        The new column, and its type.
    """
    checked = (data_type.simpleString(), to_arrow_type(data_type)) if isinstance(data_type, _CHECKED) else None
    settings = (payload, positional, tuple(keywords), checked, _title(function), version_check())

    def compute(*args):  # type: ignore[no-untyped-def]
        # No name of this module may be used here: it is not there on the executors.
        import pickle

        import numpy as np
        import pandas as pd
        import pyarrow as pa  # type: ignore[import-untyped]

        payload, positional, keywords, checked, title, check_versions = settings
        check_versions()
        function = pickle.loads(payload)
        result = function(*args[:positional], **dict(zip(keywords, args[positional:], strict=True)))
        arrays = (list, tuple, pd.Index, pd.api.extensions.ExtensionArray)
        if isinstance(result, arrays) or (isinstance(result, np.ndarray) and result.ndim):
            result = pd.Series(list(result))
        if not isinstance(result, pd.Series if checked else (pd.Series, pd.DataFrame)):
            single = "single " if np.isscalar(result) else ""
            found = "None" if result is None else "a " + single + type(result).__name__
            why = ", which would be that of one batch of rows and not of the column" if single else ""
            raise TypeError(title + " must return a pandas Series, one value for each row; it returned " + found + why)
        if len(result) != len(args[0]):
            counted = str(len(result)) + " for " + str(len(args[0])) + " rows"
            raise ValueError(title + " must return one value for each row; it returned " + counted)
        if checked and str(result.dtype) != checked[1].to_pandas_dtype().__name__:
            # As Spark is about to do, which would not tell the column.
            try:
                pa.Array.from_pandas(result, mask=result.isna(), type=checked[1])
            except Exception:
                try:
                    pa.Array.from_pandas(result).cast(checked[1])
                except Exception as error:
                    found = title + " returned " + str(result.dtype) + ", which " + checked[0] + " can't hold: "
                    raise TypeError(found + str(error)) from None
        return result.reset_index(drop=True)

    show_as(compute, f"Column {column!r}")
    compute.__annotations__ = {"args": pd.Series, "return": pd.Series}
    compute.__name__ = getattr(function, "__name__", type(function).__name__)
    return compute


def _title(function: Any) -> str:
    """What to call a function where it failed: the place in the user's code, if it has one."""
    code = getattr(inspect.unwrap(getattr(function, "func", function)), "__code__", None)
    return f"the function of {place(code.co_filename, code.co_firstlineno)}" if code else "the function"


@contextmanager
def _own_modules_by_value() -> Iterator[None]:
    """Let functions of modules that are not installed, the user's own, be pickled by value within."""
    registered = []
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and _is_own(module):
            try:
                _PICKLER.register_pickle_by_value(module)
            except ValueError:  # it took itself out of sys.modules' names
                continue
            registered.append(module)
    try:
        yield
    finally:
        for module in registered:
            _PICKLER.unregister_pickle_by_value(module)


def _is_own(module: ModuleType) -> bool:
    name, path = getattr(module, "__name__", None), getattr(module, "__file__", None)
    if not isinstance(name, str) or not isinstance(path, str) or name == "__main__":
        return False
    if name.partition(".")[0] in _INSTALLED or sys.modules.get(name) is not module:
        return False
    if name in _PICKLER.list_registry_pickle_by_value():
        return False
    return not any(Path(path).is_relative_to(folder) for folder in _installed_folders())


def _installed_folders() -> set[str]:
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return folders | set(site.getsitepackages()) | {site.getusersitepackages()}
