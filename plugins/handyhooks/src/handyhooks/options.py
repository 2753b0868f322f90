"""Options of records: declared once by the author, checked by the host before any work."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from handyhooks._near import did_you_mean
from handyhooks.errors import OptionTypeError, OptionValueError, RecordError

__all__ = ["REQUIRED", "Option", "OptionKind", "check_options"]

OptionKind: TypeAlias = Literal["number", "integer", "boolean", "string", "numbers", "strings", "value"]
"""``numbers`` and ``strings`` are sequences; ``value`` is anything."""


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""Default of an option that has none: the user must pass it."""

_WORDS: Final = {
    "number": "a number",
    "integer": "an integer",
    "boolean": "True or False",
    "string": "a string",
    "numbers": "a sequence of numbers",
    "strings": "a sequence of strings",
}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a record.

    Parameters
    ----------
    name
        A Python identifier; SQL templates of the record read it as ``{name}``.
    default
        Value when the user passes none; `REQUIRED` when there is none. A default of None makes None
        a value that users may pass too.
    kind
        What it takes; a tuple when it takes several.
    bounds
        Least and greatest number (or, in a sequence, element), both included; None for no bound.
    choices
        The only strings that are allowed; empty for any. Other kinds in `kind` stay allowed.
    doc
        One line for the user.

    Raises
    ------
    RecordError
        The name, the kind or the default do not fit.
    """

    name: str
    default: Any = REQUIRED
    kind: OptionKind | tuple[OptionKind, ...] = "value"
    bounds: tuple[float | None, float | None] = (None, None)
    choices: tuple[str, ...] = ()
    doc: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise RecordError(f"The name of an option must be a Python identifier; got {self.name!r}.")
        for kind in self.kinds:
            if kind not in get_args(OptionKind):
                raise RecordError(
                    f"Option {self.name!r} has kind {kind!r}; choose from {', '.join(get_args(OptionKind))}."
                )
        if self.default is not REQUIRED:
            try:
                self.check(self.default, owner="the record")
            except (OptionTypeError, OptionValueError) as error:
                raise RecordError(f"The default does not fit: {error}") from error

    @property
    def kinds(self) -> tuple[OptionKind, ...]:
        """`kind` as a tuple."""
        return self.kind if isinstance(self.kind, tuple) else (self.kind,)

    def check(self, value: Any, *, owner: str) -> Any:
        """Return `value` as the record will see it.

        Raises
        ------
        OptionTypeError
            It is of none of the kinds.
        OptionValueError
            It is out of bounds, not a number (NaN), or not one of the choices.
        """
        if value is None and self.default is None:
            return None
        kind = next((kind for kind in self.kinds if _is(value, kind)), None)
        if kind is None:
            allowed = " or ".join(_WORDS[kind] for kind in self.kinds)
            raise OptionTypeError(f"The `{self.name}` parameter of {owner} must be {allowed}; got {value!r}.")
        if kind in ("number", "integer"):
            self._check_number(value, owner)
        elif kind == "numbers":
            for element in value:
                self._check_number(element, owner)
        elif kind == "string" and self.choices and value not in self.choices:
            raise OptionValueError(
                f"The `{self.name}` parameter of {owner} must be one of {', '.join(map(repr, self.choices))}; "
                f"got {value!r}.{did_you_mean(value, self.choices)}"
            )
        return value

    def _check_number(self, value: Any, owner: str) -> None:
        low, high = self.bounds
        if math.isnan(value) or (low is not None and value < low) or (high is not None and value > high):
            raise OptionValueError(f"The `{self.name}` parameter of {owner} must be {self._range()}; got {value!r}.")

    def _range(self) -> str:
        low, high = self.bounds
        if low is not None and high is not None:
            return f"between {low} and {high}"
        if low is not None:
            return f"at least {low}"
        return "a number" if high is None else f"at most {high}"


def _is(value: Any, kind: OptionKind) -> bool:
    boolean = isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")
    if kind == "value":
        return True
    if kind == "boolean":
        return boolean
    if kind == "string":
        return isinstance(value, str)
    if kind == "integer":
        return isinstance(value, numbers.Integral) and not boolean
    if kind == "number":
        return isinstance(value, numbers.Real) and not boolean
    sequence = isinstance(value, Sequence) or (hasattr(value, "__len__") and hasattr(value, "__getitem__"))
    if isinstance(value, (str, bytes, Mapping)) or not sequence:
        return False
    return all(_is(element, "string" if kind == "strings" else "number") for element in value)


def check_options(options: Sequence[Option], given: Mapping[str, Any], *, owner: str) -> dict[str, Any]:
    """Return every option with its value: what the user gave, else the default.

    Parameters
    ----------
    options
        Those of the record.
    given
        Those that the user passed.
    owner
        How the user calls what has the options (``"`hist`"``), for the errors.

    Raises
    ------
    OptionTypeError
        An option that the record does not have, one that is missing, or one of the wrong type.
    OptionValueError
        A value that is not allowed.
    """
    names = [option.name for option in options]
    start = owner[:1].upper() + owner[1:]
    for name in given:
        if name not in names:
            has = f"it takes {', '.join(names)}" if names else "it takes none"
            raise OptionTypeError(f"{start} has no parameter `{name}`; {has}.{did_you_mean(name, names)}")
    values = {}
    for option in options:
        value = given.get(option.name, option.default)
        if value is REQUIRED:
            raise OptionTypeError(f"{start} needs the parameter `{option.name}`. {option.doc}".rstrip())
        values[option.name] = option.check(value, owner=owner)
    return values
