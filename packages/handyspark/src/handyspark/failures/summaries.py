"""One line of what went wrong: the cause, where in the user's code, and what may help."""

from __future__ import annotations

import re
from typing import Final

from handyspark.failures.places import is_own, place, users_line
from handyspark.functions.carrying import CARRIER

__all__ = ["summary_of"]

_FRAME: Final = re.compile(
    r'^ +File "(?P<path>.+?)", line (?P<line>\d+), in (?P<name>.*)(?:\n {4,}(?P<source>.*))?', re.M
)
_RAISED: Final = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*)(?:: (?P<said>.*))?$", re.M)
_AFTER: Final = re.compile(r"\n\s+at [\w.$]+\(|\n\nDriver stacktrace|\n SQLSTATE: ")
_WHERE: Final = re.compile(r"was called from\n(?P<path>.+):(?P<line>\d+)")
_MISSING: Final = re.compile(
    r"\[UNRESOLVED_COLUMN[^\]]*\].*? with name (?P<name>`.*?`) cannot be resolved\.?"
    r"(?: Did you mean one of the following\? \[(?P<near>.*?)\])?"
)

_DEATHS: Final = (
    (
        (
            "OutOfMemoryError",
            "Java heap space",
            "GC overhead limit",
            "exit code 137",
            "Container killed",
            "exit status 137",
        ),
        "An executor ran out of memory. Fetch or cache less, use more partitions, or give executors more memory "
        "(`spark.executor.memory`, `spark.executor.memoryOverhead`).",
    ),
    (
        ("Python worker exited unexpectedly", "Python worker failed", "EOFException"),
        "A Python worker died while it ran a function of yours: the function ended the process or crashed in native "
        "code, or the system killed it for want of memory.",
    ),
    (
        ("ExecutorLostFailure", "executor lost", "Remote RPC client disassociated"),
        "An executor was lost: its process died, often for want of memory, or its machine can't be reached.",
    ),
)


def summary_of(error: BaseException) -> str:
    """Sum an error of Spark's up.

    Parameters
    ----------
    error
        As it was raised: classic or Connect.
    """
    text = str(error)
    if "Traceback (most recent call last)" in text:
        return _one_line(_of_a_function(text))
    for signs, said in _DEATHS:
        if any(sign in text for sign in signs):
            return _one_line(_at(said, None))
    missing = _MISSING.search(text)
    if missing:
        near = f" Did you mean {missing['near']}?" if missing["near"] else ""
        return _one_line(_at(f"There is no column {missing['name']}.{near}", text))
    return _one_line(_at(_first_sentence(text) or type(error).__name__, text))


def _of_a_function(text: str) -> str:
    text = _AFTER.split(text, maxsplit=1)[0]
    last = text.rpartition("Traceback (most recent call last)")[2]
    frames = list(_FRAME.finditer(last))
    column = next((frame["name"] for frame in _FRAME.finditer(text) if frame["path"] == CARRIER), None)
    own = [frame for frame in frames if frame["path"] != CARRIER and is_own(frame["path"])]
    raised = list(_RAISED.finditer(last[frames[-1].end() :] if frames else last))
    # A message may have several lines: the first of what was raised names it.
    cause = raised[0].group(0) if raised else "an error"
    said = f"{cause}." if cause[-1:] not in ".!?" else cause
    where = place(own[-1]["path"], int(own[-1]["line"]), own[-1]["source"] or "") if own else users_line()
    if "Arrow" in cause or "converting" in cause:
        said += " What the function returns does not fit the column's type: say it by `StringType.ret(f)`."
    elif cause.startswith(("ModuleNotFoundError", "ImportError")):
        said += " Executors need every installed package that a function imports; your own modules travel with it."
    subject = f"Column {column!r} failed" if column else "A function failed"
    return f"{subject}{f' at {where}' if where else ''}: {said}"


def _at(said: str, text: str | None) -> str:
    called = _WHERE.search(text) if text else None
    if called and is_own(called["path"]):
        where: str | None = place(called["path"], int(called["line"]))
    else:
        where = users_line()
    return f"{said} At {where}." if where else said


def _first_sentence(text: str) -> str:
    cut = re.split(r" SQLSTATE: |\n", text.strip(), maxsplit=1)[0]
    return re.sub(r"^\[[A-Z0-9_.]+\] ", "", cut).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
