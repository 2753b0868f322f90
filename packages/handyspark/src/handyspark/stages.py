"""How many stages a frame's plan has."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["number_of_stages"]

_LINE: Final = re.compile(r"((?:[ :] {2})*)(?:[+:]- )?(?:\*\(\d+\) )?(.*)")
"""Indent and node of one line."""

_ELSEWHERE: Final = ("InMemoryRelation", "== Initial Plan ==")
"""What stands below is not run: it lies in the cache, or is the plan before Spark thought better of it."""


def number_of_stages(df: DataFrame) -> int:
    """Count the stages of a plan: one, and one more for each exchange of rows between executors."""
    text = io.StringIO()
    # What `explain` prints is all that a plan shows of itself on every kind of session.
    with contextlib.redirect_stdout(text):
        df.explain()
    return 1 + _exchanges(text.getvalue().splitlines())


def _exchanges(plan: list[str]) -> int:
    """Count exchanges in a plan that is drawn as a tree, by how far its lines are indented."""
    found, skipped_below = 0, None
    for line in plan:
        indent, node = _LINE.match(line).groups()  # type: ignore[union-attr]
        if skipped_below is not None and len(indent) > skipped_below:
            continue
        skipped_below = len(indent) if node.startswith(_ELSEWHERE) else None
        found += node.startswith("Exchange ") and "[plan_id=" in node
    return found
