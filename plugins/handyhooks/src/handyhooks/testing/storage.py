"""Check of storage backends."""

from __future__ import annotations

from collections.abc import Callable

from handyhooks.replay_records import StorageBackend
from handyhooks.testing.conformance import expect_type

__all__ = ["check_storage_backend"]


def check_storage_backend(record: StorageBackend, new_location: Callable[[], str]) -> None:
    """Check that a `StorageBackend` keeps its promises.

    A persistent backend is written, read and killed in other processes too. They load the record by pickle, so its
    functions must be importable; where they are not, a `NotCheckedWarning` says so.

    Parameters
    ----------
    record
        The record.
    new_location
        Gives a location where nothing is yet, a new one at each call.

    Raises
    ------
    ConformanceError
        Names the record, the promise, and what happened.

    Examples
    --------
    In a test of your plugin, with pytest's ``tmp_path``::

        def test_the_backend_keeps_its_promises(tmp_path):
            numbers = itertools.count()
            check_storage_backend(BACKEND, lambda: str(tmp_path / f"{next(numbers)}.sqlite"))
    """
    expect_type(record, StorageBackend)
    # numpy comes with the extra `testing` only.
    from handyhooks.testing._storage_promises import PROMISES
    from handyhooks.testing._storage_trial import Trial

    for promise in PROMISES:
        Trial.run(record, promise, new_location)
