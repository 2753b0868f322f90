"""What executors must have to run what is sent to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["LEAST", "version_check"]

LEAST: Final = {"pandas": (2, 2), "pyarrow": (15, 0)}
"""Oldest releases, as this distribution requires them where it is installed itself."""


def version_check() -> Callable[[], None]:
    """Make a function that refuses a pandas or pyarrow that is too old where it runs; it is pickled by value."""
    least = dict(LEAST)

    def check() -> None:
        import re

        for name, wanted in least.items():
            found = __import__(name).__version__
            if tuple(int(part) for part in re.findall(r"\d+", found)[:2]) < wanted:
                raise ImportError(
                    f"the executors have {name} {found}, and HandySpark needs {name} {wanted[0]}.{wanted[1]} or newer "
                    "there"
                )

    return check
