"""Where in the user's own code something happened."""

from __future__ import annotations

import functools
import linecache
import re
import sys
import sysconfig
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pyspark

__all__ = ["CARRIER", "called_by_spark", "is_own", "levels_to_user", "place", "show_as", "users_line"]

CARRIER: Final = "<handyspark column>"
"""Name of a file that tracebacks of executors show for what `show_as` was given."""

LONGEST: Final = 120
"""Characters of a line of code that are shown."""

_OURS: Final = str(Path(__file__).resolve().parents[1])
_NOT_OWN: Final = re.compile(
    r"(^<(?!ipython-input|stdin|string|cell|command))|site-packages|dist-packages|[\\/]pyspark(\.zip)?[\\/]|\.pyx$|\.pxi$"
    r"|[\\/]lib[\\/]python3[^\\/]*[\\/]|[\\/]ipykernel[\\/]"
)


def is_own(path: str) -> bool:
    """Tell if a file is the user's own, a notebook's cell included: neither Python's, Spark's, ours nor installed."""
    return not (_NOT_OWN.search(path) or path.startswith((_OURS, _standard_library(), _pyspark())))


def show_as(function: Any, subject: str) -> None:
    """Let tracebacks of executors show, for a function, what it computes instead of a path that means nothing there."""
    function.__code__ = function.__code__.replace(co_filename=CARRIER, co_name=" ".join(subject.split()))


def place(path: str, line: int, source: str = "") -> str:
    """A line of code as users know it: the cell or the file, the number and the text."""
    source = source.strip() or linecache.getline(path, line).strip()
    text = f", `{textwrap.shorten(source, LONGEST, placeholder=' ...')}`" if source else ""
    return f"{_cell(path) or path}, line {line}{text}"


def users_line() -> str | None:
    """The line of the user's own code that is running; None where there is none."""
    for frame in _callers():
        if is_own(frame.f_code.co_filename):
            return place(frame.f_code.co_filename, frame.f_lineno)
    return None


def levels_to_user() -> int:
    """`stacklevel` that lets a warning, given where this is called, point at the user's own line."""
    for level, frame in enumerate(_callers()):
        # Cached properties call through functools.
        if not frame.f_code.co_filename.startswith((_OURS, _pyspark(), functools.__file__)):
            return level + 1
    return 2


def called_by_spark() -> bool:
    """Tell if it is Spark's own Python code that called into this package."""
    for frame in _callers():
        if not frame.f_code.co_filename.startswith(_OURS):
            return str(frame.f_globals.get("__name__", "")).startswith("pyspark.")
    return False


def _callers() -> Iterator[FrameType]:
    """Frames from the function that asked this module on, outwards."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    while frame is not None:
        yield frame
        frame = frame.f_back


def _cell(path: str) -> str | None:
    """What IPython calls a cell, as ``cell In[3]``; None for what is none."""
    interactive = sys.modules.get("IPython")
    shell = None if interactive is None else interactive.get_ipython()
    try:
        named = shell.compile.format_code_name(path)  # type: ignore[union-attr]
    except (AttributeError, TypeError):
        named = None
    if named and named[0] == "Cell":
        return f"cell {named[1]}"
    return "a notebook's cell" if "ipykernel_" in path or path.startswith("<ipython-input") else None


@functools.cache
def _standard_library() -> str:
    return str(sysconfig.get_path("stdlib"))


@functools.cache
def _pyspark() -> str:
    return str(Path(pyspark.__file__).parent)
