"""An error of Spark that begins with a summary."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from typing import Any

from handyspark.errors import HandySparkError

__all__ = ["HandyException", "handy_exception"]

_BOLD_RED, _PLAIN = "\x1b[1;31m", "\x1b[0m"


class HandyException(HandySparkError):
    """What Spark, or a user's function in it, raised; its text begins with a summary.

    It is of the class of the error as well, so that ``except AnalysisException`` goes on working; the error itself is
    chained as its cause.

    Attributes
    ----------
    summary
        What went wrong and where, in one line.
    """

    summary: str
    _text: str
    _base: type[BaseException]

    def __str__(self) -> str:
        summary = f"{_BOLD_RED}{self.summary}{_PLAIN}" if _printed_on_a_terminal() else self.summary
        return f"{summary}\n\n{self._text}"

    def __repr__(self) -> str:
        return f"HandyException({self.summary!r})"

    def __reduce__(self) -> Any:
        return _rebuilt, (self._base, self.summary, self._text)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the summary at the very top, then all the rest."""
        summary = self.summary if "NO_COLOR" in os.environ else f"{_BOLD_RED}{self.summary}{_PLAIN}"
        interactive = sys.modules.get("IPython")
        shell = None if interactive is None else interactive.get_ipython()
        if shell is None:
            lines = traceback.format_exception(type(self), self, self.__traceback__)
        else:
            lines = shell.InteractiveTB.structured_traceback(type(self), self, self.__traceback__)
        return [summary, "", *(line.rstrip("\n") for line in lines)]


def handy_exception(error: BaseException, summary: str) -> HandyException:
    """Make one of an error of Spark's, with all that the error holds."""
    made = _rebuilt(type(error), summary, str(error))
    made.args = error.args
    made.__dict__.update({name: value for name, value in vars(error).items() if name not in vars(made)})
    return made


def _rebuilt(base: Any, summary: str, text: str) -> HandyException:
    try:
        kind = _class_with(base)
        # Spark's own constructors take objects of the JVM.
        made: HandyException = kind.__new__(kind)
    except TypeError:  # a class of the user's that can't be inherited from, or made without arguments
        made = HandyException()
    made.summary, made._text, made._base = summary, text, base
    return made


@functools.cache
def _class_with(base: type[BaseException]) -> type[HandyException]:
    return type("HandyException", (HandyException, base), {"__module__": HandyException.__module__})


def _printed_on_a_terminal() -> bool:
    """Tell if Python itself is printing the error, uncaught, on a terminal: text that goes elsewhere has no colours."""
    if "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return False
    if not (hasattr(sys.stderr, "isatty") and sys.stderr.isatty()):
        return False
    frame = sys._getframe(1).f_back
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] not in ("traceback", "code", "runpy", "_pyrepl"):
            return False
        frame = frame.f_back
    return True
