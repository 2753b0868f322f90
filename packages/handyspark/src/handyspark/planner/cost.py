"""What an operation costs: queries that were run, each one pass over the data, and seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Cost", "count_query", "measured"]


@dataclass(kw_only=True)
class Cost:
    """What was spent so far.

    Attributes
    ----------
    queries
        Queries that were run: each reads the data once.
    seconds
        Time between the call and its answer.
    """

    queries: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.queries} {'query' if self.queries == 1 else 'queries'}, each one pass; {self.seconds:.2f} seconds"
        )


_running: ContextVar[Cost | None] = ContextVar("handyspark_cost", default=None)


@contextmanager
def measured(cost: Cost) -> Iterator[None]:
    """Count what runs within as one call; calls within calls belong to the outermost."""
    if _running.get() is not None:
        yield
        return
    cost.queries, cost.seconds = 0, 0.0
    token, start = _running.set(cost), time.perf_counter()
    try:
        yield
    finally:
        cost.seconds = time.perf_counter() - start
        _running.reset(token)


def count_query() -> None:
    """Note that a query is run."""
    cost = _running.get()
    if cost is not None:
        cost.queries += 1
