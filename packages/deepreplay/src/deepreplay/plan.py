"""What users choose to record, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.snapshot import DTYPES

__all__ = ["FREQUENCIES", "Plan", "checked_count", "checked_flag"]

FREQUENCIES: Final = ("epoch", "batch")
"""What a state can be recorded after."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which states, which layers, and in which form.

    Attributes
    ----------
    every
        Weights are recorded after every so many units.
    freq
        The unit, one of `FREQUENCIES`.
    layers
        Names of the layers; None for all.
    dtype
        What floating-point weights are stored as; None for as they are.
    """

    every: int
    freq: str
    layers: tuple[str, ...] | None
    dtype: str | None

    @classmethod
    def of_user(cls, *, every: Any, freq: Any, layers: Any, dtype: Any) -> Plan:
        """From the arguments of `deepreplay.ReplayData`.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            One of them does not fit.
        """
        return cls(
            every=checked_count("every", every),
            freq=_one_of("freq", freq, FREQUENCIES),
            layers=_checked_layers(layers),
            dtype=None if dtype is None else _one_of("dtype", dtype, DTYPES),
        )

    def described(self) -> dict[str, Any]:
        """Fields of the header."""
        return {"every": self.every, "freq": self.freq}


def checked_flag(name: str, value: object) -> bool:
    """True or False.

    Raises
    ------
    ArgumentTypeError
        It is neither.
    """
    if not isinstance(value, bool):
        raise ArgumentTypeError(f"The `{name}` must be True or False; got {value!r}.")
    return value


def checked_count(name: str, value: object, *, least: int = 1, unless: str = "") -> int:
    """A whole number that is not too small.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is no such number.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ArgumentTypeError(f"The `{name}` must be a whole number; got {value!r}.")
    if value < least and not (unless and value == -1):
        raise ArgumentValueError(f"The `{name}` must be at least {least}{unless}; got {value}.")
    return int(value)


def _one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    if not isinstance(value, str):
        raise ArgumentTypeError(f"The `{name}` must be one of {', '.join(map(repr, allowed))}; got {value!r}.")
    if value not in allowed:
        raise ArgumentValueError(f"The `{name}` must be one of {', '.join(map(repr, allowed))}; got {value!r}.")
    return value


def _checked_layers(layers: Any) -> tuple[str, ...] | None:
    if layers is None:
        return None
    if isinstance(layers, str) or not isinstance(layers, (list, tuple, set, frozenset)):
        raise ArgumentTypeError(f"The `layers` must be a list of names of layers; got {layers!r}.")
    if not layers:
        raise ArgumentValueError("The `layers` must name at least one layer; leave it out to record all.")
    for name in layers:
        if not isinstance(name, str):
            raise ArgumentTypeError(f"The `layers` must be names of layers; got {name!r}.")
    return tuple(layers)
