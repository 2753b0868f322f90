"""Methods of pandas' ``Series.str``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.pandas_columns.method import Method, Native

if TYPE_CHECKING:
    from pyspark.sql import Column

    from handyspark.pandas_columns.operands import Operand

__all__ = ["STRINGS"]

_SPACES: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Python calls white space."""

_SPECIAL: Final = frozenset(".^$*+?{}[]\\|()")


def _literal(pattern: Any, *, regex: bool) -> bool:
    """Tell if a pattern means itself, and nothing else."""
    if not isinstance(pattern, str) or not _text(pattern):
        return False
    return not regex or not _SPECIAL & set(pattern)


def _text(value: Any) -> bool:
    """Tell if something is a string that Spark can hold, and is not empty."""
    return isinstance(value, str) and value != "" and re.search("[\ud800-\udfff]", value) is None


def _only(given: dict[str, Any], *names: str) -> bool:
    return set(given) <= set(names)


def _filled(found: Column, given: dict[str, Any]) -> Column | None:
    na = given.get("na")
    if na is None:
        return found
    return F.coalesce(found, F.lit(na)) if isinstance(na, bool) else None


def _contains(own: Operand, given: dict[str, Any]) -> Column | None:
    if not _only(given, "pat", "regex", "na") or not _literal(given["pat"], regex=given.get("regex", True)):
        return None
    return _filled(own.column.contains(F.lit(given["pat"])), given)


def _ends(test: Callable[[Column, Column], Column]) -> Native:
    def native(own: Operand, given: dict[str, Any]) -> Column | None:
        return _filled(test(own.column, F.lit(given["pat"])), given) if _text(given["pat"]) else None

    return native


def _find(own: Operand, given: dict[str, Any]) -> Column | None:
    if not _only(given, "sub") or not _text(given["sub"]):
        return None
    return (F.locate(given["sub"], own.column) - 1).cast("bigint")


def _len(own: Operand, given: dict[str, Any]) -> Column:
    return F.char_length(own.column).cast("bigint")


def _count(own: Operand, given: dict[str, Any]) -> Column | None:
    if not _only(given, "pat") or not _literal(given["pat"], regex=True):
        return None
    pattern = given["pat"]
    without = F.replace(own.column, F.lit(pattern), F.lit(""))
    removed = F.octet_length(own.column) - F.octet_length(without)
    return F.call_function("div", removed.cast("bigint"), F.lit(len(pattern.encode())).cast("bigint"))


def _replace(own: Operand, given: dict[str, Any]) -> Column | None:
    if not _only(given, "pat", "repl", "regex") or given.get("regex") or not _literal(given["pat"], regex=False):
        return None
    repl = given.get("repl")
    return F.replace(own.column, F.lit(given["pat"]), F.lit(repl)) if repl == "" or _text(repl) else None


def _strip(function: str) -> Native:
    def of_characters(column: Column, chars: str) -> Column:
        arguments = (column, F.lit(chars)) if function == "btrim" else (F.lit(chars), column)
        return F.call_function(function, *arguments)

    def native(own: Operand, given: dict[str, Any]) -> Column | None:
        chars = given.get("to_strip")
        if chars is not None:
            return of_characters(own.column, chars) if _text(chars) else None
        # Spark strips blanks alone much faster than a set of characters, and most text has no other white space there.
        column = F.call_function(function, own.column)
        ends = {"ltrim": (1,), "rtrim": (-1,), "btrim": (1, -1)}[function]
        stripped = F.lit(True)
        for at in ends:
            stripped = stripped & F.substring(column, at, 1).between("!", "~")
        return F.when(stripped, column).otherwise(of_characters(own.column, _SPACES))

    return native


def _padded(column: Column, width: int, side: str, char: str) -> Column:
    length = F.char_length(column)
    if side == "left":
        return F.call_function("lpad", column, F.greatest(length, F.lit(width)), F.lit(char))
    if side == "right":
        return F.call_function("rpad", column, F.greatest(length, F.lit(width)), F.lit(char))
    # As str.center does: the odd character goes to the left where the width is odd.
    missing = F.greatest(F.lit(width) - length, F.lit(0))
    left = F.floor(missing / 2).cast("int") + (missing.bitwiseAND(F.lit(width % 2)))
    before, after = (F.call_function("repeat", F.lit(char), count) for count in (left, missing - left))
    return F.concat(before, column, after)


def _pad(side: str | None = None) -> Native:
    def native(own: Operand, given: dict[str, Any]) -> Column | None:
        width, char = given["width"], given.get("fillchar", " ")
        if type(width) is not int or not abs(width) < 2**31 or not _text(char):
            return None
        return _padded(own.column, width, side or given.get("side", "left"), char)

    return native


def _zfill(own: Operand, given: dict[str, Any]) -> Column | None:
    width = given["width"]
    if type(width) is not int or not abs(width) < 2**31:
        return None
    c = own.column
    signed = c.startswith("-") | c.startswith("+")
    rest = _padded(F.substring(c, 2, 2**31 - 1), width - 1, "left", "0")
    return F.when(signed, F.concat(F.substring(c, 1, 1), rest)).otherwise(_padded(c, width, "left", "0"))


def _slice(own: Operand, given: dict[str, Any]) -> Column | None:
    start, stop = given.get("start") or 0, given.get("stop")
    if given.get("step") not in (None, 1) or type(start) is not int or not abs(start) < 2**31 - 1:
        return None
    c = own.column
    if stop is None:
        return F.right(c, F.lit(-start)) if start < 0 else F.substring(c, start + 1, 2**31 - 1)
    if type(stop) is not int or not abs(stop) < 2**31 or start < 0:
        return None
    if stop >= 0:
        return F.substring(c, start + 1, max(stop - start, 0))
    return F.substr(c, F.lit(start + 1), F.greatest(F.char_length(c) + stop - start, F.lit(0)))


def _repeat(own: Operand, given: dict[str, Any]) -> Column | None:
    times = given["repeats"]
    return F.repeat(own.column, times) if type(times) is int and abs(times) < 2**31 else None


def _get(own: Operand, given: dict[str, Any]) -> Column | None:
    at = given["i"]
    if type(at) is not int or not abs(at) < 2**31 - 1:
        return None
    there = F.char_length(own.column) >= (at + 1 if at >= 0 else -at)
    return F.when(there, F.substring(own.column, at + 1 if at >= 0 else at, 1))


def _isascii(own: Operand, given: dict[str, Any]) -> Column:
    return F.char_length(own.column) == F.octet_length(own.column)


def _isspace(own: Operand, given: dict[str, Any]) -> Column:
    return (own.column != "") & (F.call_function("btrim", own.column, F.lit(_SPACES)) == "")


def _without(own: Operand, given: dict[str, Any], *, prefix: bool) -> Column | None:
    part = given["prefix" if prefix else "suffix"]
    if not _text(part):
        return None
    c = own.column
    if prefix:
        return F.when(c.startswith(part), F.substring(c, len(part) + 1, 2**31 - 1)).otherwise(c)
    shorter = F.substr(c, F.lit(1), F.char_length(c) - len(part))
    return F.when(c.endswith(part), shorter).otherwise(c)


def _method(name: str, returns: str, native: Native | None = None, when: str = "", **options: Any) -> Method:
    return Method(name=name, returns=returns, native=native, when=when, kinds=("string",), **options)


_ONE: Final = "for a non-empty string"
_CHARS: Final = "for None or non-empty characters"
_PATTERN: Final = frozenset({"pat"})

STRINGS: Final = (
    _method("contains", "boolean", _contains, "for a pattern without special characters, and no case or flags"),
    _method("startswith", "boolean", _ends(lambda c, p: c.startswith(p)), _ONE, lists=_PATTERN),
    _method("endswith", "boolean", _ends(lambda c, p: c.endswith(p)), _ONE, lists=_PATTERN),
    _method("match", "boolean"),
    _method("fullmatch", "boolean"),
    *(
        _method(name, "boolean")
        for name in ("isalpha", "isalnum", "isdigit", "isdecimal", "isnumeric", "islower", "isupper", "istitle")
    ),
    _method("isascii", "boolean", _isascii),
    _method("isspace", "boolean", _isspace),
    _method("find", "bigint", _find, "for a non-empty string, and no start or end"),
    _method("rfind", "bigint"),
    _method("index", "bigint", tried=False),
    _method("rindex", "bigint", tried=False),
    _method("len", "bigint", _len),
    _method("count", "bigint", _count, "for a pattern without special characters, and no flags"),
    *(_method(name, "string") for name in ("lower", "upper", "title", "capitalize", "swapcase", "casefold")),
    _method("strip", "string", _strip("btrim"), _CHARS),
    _method("lstrip", "string", _strip("ltrim"), _CHARS),
    _method("rstrip", "string", _strip("rtrim"), _CHARS),
    _method("pad", "string", _pad()),
    _method("ljust", "string", _pad("right")),
    _method("rjust", "string", _pad("left")),
    _method("center", "string", _pad("both")),
    _method("zfill", "string", _zfill),
    _method("slice", "string", _slice, "for steps of one, save from a negative start to a stop"),
    _method("slice_replace", "string"),
    _method("repeat", "string", _repeat),
    _method("get", "string", _get),
    _method("replace", "string", _replace, "for a non-empty string, and no n, case, flags or regex", lists=_PATTERN),
    _method("removeprefix", "string", lambda own, given: _without(own, given, prefix=True), _ONE),
    _method("removesuffix", "string", lambda own, given: _without(own, given, prefix=False), _ONE),
    _method("join", "string"),
    _method("wrap", "string"),
    _method("translate", "string", lists=frozenset({"table"})),
    _method("normalize", "string"),
    _method("extract", "string"),
    _method("encode", "binary"),
    *(_method(name, "array<string>") for name in ("findall", "split", "rsplit", "partition", "rpartition")),
)
"""Methods of ``Series.str``."""
