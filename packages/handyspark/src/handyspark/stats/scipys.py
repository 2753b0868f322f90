"""The door to scipy, which is an extra."""

from __future__ import annotations

from typing import Any

from handyspark.errors import MissingPackageError

__all__ = ["scipy_stats"]


def scipy_stats(owner: str) -> Any:
    """Give the module `scipy.stats`.

    Raises
    ------
    MissingPackageError
        scipy is not installed.
    """
    try:
        from scipy import stats
    except ImportError as error:
        raise MissingPackageError(
            f"{owner} takes its p-values from scipy, which is not installed: pip install handyspark[stats]"
        ) from error
    return stats
