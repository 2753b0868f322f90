"""Functions that need neither handyspark nor the user's own modules where they run."""

from __future__ import annotations

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

from handyspark.errors import InvalidTypeError

__all__ = ["CARRIER", "carried"]

CARRIER: Final = "<handyspark column>"
"""Name of a file that tracebacks of executors show for the code around a user's function."""

_PICKLER: Final[Any] = cloudpickle  # without types

_INSTALLED: Final = ("pyspark", "py4j", "pandas", "numpy", "pyarrow", "pytest", "_pytest", "hypothesis", "IPython")


def carried(
    function: Callable[..., Any], positional: int, keywords: Sequence[str], column: str, owner: str
) -> Callable[..., Any]:
    """Wrap a function so that it travels by value, and what it returns is checked where it runs.

    Parameters
    ----------
    function
        Any callable; as it is now: what it reads from outside is taken along.
    positional, keywords
        How many Series are given by position, and the names of those that follow by keyword.
    column
        The new column.
    owner
        What to call the function in errors.

    Raises
    ------
    InvalidTypeError
        The function holds something that can't be pickled.
    """
    with _own_modules_by_value():
        try:
            payload = _PICKLER.dumps(function)
        except Exception as error:
            raise InvalidTypeError(
                f"{owner} can't be sent to the executors, since something it uses can't be pickled: {error}"
            ) from error
    settings = (payload, positional, tuple(keywords))

    def compute(*args):  # type: ignore[no-untyped-def]
        # No name of this module may be used here: it is not there on the executors.
        import pickle

        import numpy as np
        import pandas as pd

        payload, positional, keywords = settings
        function = pickle.loads(payload)
        result = function(*args[:positional], **dict(zip(keywords, args[positional:], strict=True)))
        if isinstance(result, (list, tuple, np.ndarray, pd.Index, pd.api.extensions.ExtensionArray)) and np.ndim(
            result
        ):
            result = pd.Series(list(result))
        if not isinstance(result, (pd.Series, pd.DataFrame)):
            raise TypeError(
                "the function must return a pandas Series, one value for each row; it returned a single "
                + type(result).__name__
                + ", which would be that of one batch of rows and not of the column"
            )
        if len(result) != len(args[0]):
            raise ValueError(
                "the function must return one value for each row; it returned "
                + str(len(result))
                + " for "
                + str(len(args[0]))
                + " rows"
            )
        return result.reset_index(drop=True)

    # Tracebacks of executors show the column instead of a path that means nothing there.
    name = " ".join(column.split()) or "column"
    compute.__code__ = compute.__code__.replace(co_filename=CARRIER, co_name=name)
    compute.__annotations__ = {"args": pd.Series, "return": pd.Series}
    compute.__name__ = getattr(function, "__name__", type(function).__name__)
    return compute


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
