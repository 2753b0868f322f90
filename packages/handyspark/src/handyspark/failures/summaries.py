"""One line of what went wrong: the cause, where in the user's code, and what may help."""

from __future__ import annotations

import re
import traceback
from typing import Final

from handyspark.executors import LEAST
from handyspark.failures.places import CARRIER, is_own, place, users_line

__all__ = ["summary_of", "summary_of_call"]

_TRACEBACK: Final = "Traceback (most recent call last)"
_FRAME: Final = re.compile(
    r'^ +File "(?P<path>.+?)", line (?P<line>\d+), in (?P<name>.*)(?:\n {4,}(?P<source>.*))?', re.M
)
_RAISED: Final = re.compile(r"^(?P<kind>[A-Za-z_][\w.]*)(?:: (?P<said>.*))?$", re.M)
_AFTER: Final = re.compile(r"\n\s+at [\w.$]+\(|\n\nDriver stacktrace|\n SQLSTATE: ")
_WHERE: Final = re.compile(r"was called from\n(?P<path>.+):(?P<line>\d+)")
_CLASSED: Final = re.compile(r"\[[A-Z][A-Z0-9_.]{4,}\] .*")
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
            "exited with code 52",  # what an executor of Spark's ends itself with
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
        (
            "Answer from Java side is empty",
            "Connection refused",
            "Connection reset",
            "failed to connect to all addresses",
            "stopped SparkContext",
            "SparkContext.dagScheduler()",  # null while the driver goes down
        ),
        "Spark can't be reached: its driver was stopped, or has ended for want of memory (`spark.driver.memory`). "
        "Start a new session.",
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
    if _TRACEBACK in text:
        return _one_line(_of_a_function(text))
    for signs, said in _DEATHS:
        if any(sign in text for sign in signs):
            return _one_line(_at(said, None))
    missing = _MISSING.search(text)
    if missing:
        near = f" Did you mean {missing['near']}?" if missing["near"] else ""
        return _one_line(_at(f"There is no column {missing['name']}.{near}", text))
    return _one_line(_at(_first_sentence(text) or type(error).__name__, text))


def summary_of_call(error: BaseException, subject: str) -> str:
    """Sum up what a user's function raised where it was called here, and not by Spark.

    Parameters
    ----------
    error
        As it was raised.
    subject
        What was to be computed.
    """
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename)]
    where = place(own[-1].filename, own[-1].lineno or 0, own[-1].line or "") if own else users_line()
    cause = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    return _one_line(f"{subject} failed{f' at {where}' if where else ''}: {cause}.")


def _of_a_function(text: str) -> str:
    text = _AFTER.split(text[text.index(_TRACEBACK) :], maxsplit=1)[0]
    last = text.rpartition(_TRACEBACK)[2]
    frames = list(_FRAME.finditer(last))
    subject = next((frame["name"] for frame in _FRAME.finditer(text) if frame["path"] == CARRIER), "A function")
    own = [frame for frame in frames if frame["path"] != CARRIER and is_own(frame["path"])]
    raised = list(_RAISED.finditer(last[frames[-1].end() :] if frames else last))
    # A message may have several lines: the first of what was raised names it.
    cause = raised[0].group(0) if raised else "an error"
    said = f"{cause}." if cause[-1:] not in ".!?" else cause
    where = place(own[-1]["path"], int(own[-1]["line"]), own[-1]["source"] or "") if own else users_line()
    if any(sign in cause for sign in ("Arrow", "converting", "can't hold")):
        said += " What the function returns does not fit the column's type: say it by `StringType.ret(f)`."
    elif "to_pandas() got an unexpected keyword" in cause:  # Spark's own code, before any of ours runs there
        said += f" The executors' pyarrow is too old: {'.'.join(map(str, LEAST['pyarrow']))} or newer is needed there."
    elif "No module named" in cause or "cannot import name" in cause:
        said += " Executors need every installed package that a function imports; your own modules travel with it."
    return f"{subject} failed{f' at {where}' if where else ''}: {said}"


def _at(said: str, text: str | None) -> str:
    called = _WHERE.search(text) if text else None
    if called and is_own(called["path"]):
        where: str | None = place(called["path"], int(called["line"]))
    else:
        where = users_line()
    return f"{said} At {where}." if where else said


def _first_sentence(text: str) -> str:
    text = text.strip()
    if text.startswith("An error occurred while calling"):  # py4j's words, with Spark's among classes of Java
        text = text.partition("\n: ")[2]
        found = _CLASSED.search(text)
        text = found.group(0) if found else re.sub(r"^[\w.$]+: ", "", text)
    cut = re.split(r" SQLSTATE: |\n", text, maxsplit=1)[0]
    return re.sub(r"^\[[A-Z0-9_.]+\] ", "", cut).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
