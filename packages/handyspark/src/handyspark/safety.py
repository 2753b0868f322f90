"""How many rows an action may bring to the driver."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sized
from typing import TYPE_CHECKING, Any, TypeVar

from handyspark.errors import SafetyWarning
from handyspark.failures.places import called_by_spark, levels_to_user

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.state import State

__all__ = ["Release", "brought", "iterated", "limit_of", "warn_of_cut"]

R = TypeVar("R", bound=Sized)


class Release:
    """Leave to go without the safety limit once, shared by the frames that are made of one that has it."""

    def __init__(self) -> None:
        self._spent = False

    def spend(self) -> bool:
        """Use it up; tell if it was there to be used."""
        spent, self._spent = self._spent, True
        return not spent


def limit_of(state: State) -> int | None:
    """Rows that the action that begins now may bring; None for all. Uses up what `safety_off` gave."""
    if called_by_spark() or (state.release is not None and state.release.spend()):
        return None
    return state.safety_limit


def brought(df: DataFrame, state: State, action: Callable[[DataFrame], R], cut: Callable[[R, int], R]) -> R:
    """Run an action within the safety limit.

    Parameters
    ----------
    df
        A plain frame.
    state
        The limit.
    action
        Brings rows of a frame.
    cut
        First so many of the rows that were brought.
    """
    limit = limit_of(state)
    if limit is None:
        return action(df)
    rows = action(df.limit(limit + 1))
    if len(rows) <= limit:
        return rows
    warn_of_cut(limit)
    return cut(rows, limit)


def iterated(rows: Iterator[Any], limit: int) -> Iterator[Any]:
    """First so many rows of an iterator, and a warning where there was one more."""
    for number, row in enumerate(rows):
        if number == limit:
            warn_of_cut(limit)
            return
        yield row


def warn_of_cut(limit: int) -> None:
    """Say that only so many rows were brought."""
    warnings.warn(
        f"Only the first {limit:,} rows were fetched: that is the safety limit. Ask for a number of rows "
        "(`take(n)`, `cols[...][:n]`), set another limit by `set_safety_limit(n)`, or go without for one action by "
        "`safety_off()`.",
        SafetyWarning,
        stacklevel=levels_to_user(),
    )
