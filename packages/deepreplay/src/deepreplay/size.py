"""How much a recording will take, said before it begins."""

from __future__ import annotations

import os
import shutil
import warnings
from typing import Final

from deepreplay.errors import RecordingWarning, StorageError
from deepreplay.storage import scheme_of

__all__ = ["announce", "in_units"]

_LARGE: Final = 1024**3
_MARGIN: Final = 16 * 1024**2
"""What else a file takes: indexes, and the chunks that rows come in."""


def announce(location: str, *, once: int, state: int, states: int | None, unit: str) -> None:
    """Say what a large recording will take, and refuse one that can't even begin.

    Parameters
    ----------
    location
        Path or URL.
    once, state
        Bytes of the samples, and of one state.
    states
        How many states there will be, as far as that is known.
    unit
        What a state is recorded after.

    Raises
    ------
    StorageError
        The disk has no room for the samples and the first state.
    """
    whole = once + state * (states or 1)
    free = _free(location)
    if free is not None and free < once + state + _MARGIN:
        raise StorageError(
            f"The disk of {location!r} is full: {in_units(free)} are free, and the samples with the first state take "
            f"{in_units(once + state)}. Nothing was written."
        )
    if states is None or (whole < _LARGE and (free is None or whole < free)):
        return
    short = f", but only {in_units(free)} are free there" if free is not None and free < whole else ""
    warnings.warn(
        f"The recording at {location!r} will take about {in_units(whole)}{short}: {in_units(state)} for each of "
        f"{states} states, one every {unit}, and {in_units(once)} of samples. every=, layers=, "
        "dtype='float16' and max_samples= keep it smaller.",
        RecordingWarning,
        stacklevel=2,
    )


def in_units(size: float) -> str:
    """A number of bytes in words.

    Examples
    --------
    >>> in_units(512), in_units(2_500_000), in_units(3 * 1024**3)
    ('512 bytes', '2.4 MB', '3.0 GB')
    """
    if size < 1024:
        return f"{size:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1024
        if size < 1024:
            return f"{size:.1f} {unit}"
    return f"{size / 1024:.1f} TB"


def _free(location: str) -> int | None:
    """Bytes that are free on the disk of a path; None where that can't be told."""
    if scheme_of(location) is not None:
        return None
    try:
        return shutil.disk_usage(os.path.dirname(os.path.abspath(location))).free
    except OSError:
        return None
