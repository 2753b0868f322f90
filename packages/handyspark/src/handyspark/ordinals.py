"""SQL that finds a stratum's number by its key: in one step, however many strata there are."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handyspark.quoting import array, from_json

__all__ = ["ordinal_sql"]

_FEW: Final = 16
"""So many keys are compared one by one: hashing would not pay."""

_SPARSEST: Final = 8
"""Combinations there could be, for one that there is, up to which they are looked up in an array."""

_EPOCH: Final = dt.date(1970, 1, 1)


def ordinal_sql(
    types: Sequence[str], keys: Sequence[tuple[Any, ...]], names: Callable[[int], str] = "k{}".format
) -> str:
    """SQL of a stratum's ordinal; null for a key that is none of the strata's, or misses a part.

    Each part of the key gets a number, the combination of these another, and that one the ordinal.

    Parameters
    ----------
    types
        SQL types of the parts of a key.
    keys
        The strata, in order.
    names
        From the position of a part to its SQL.
    """
    if not keys:
        return "cast(NULL as int)"
    if len(types) == 1:
        return _position(types[0], [key[0] for key in keys], names(0))
    code, place, codes = "0L", 1, [0] * len(keys)
    for position, data_type in enumerate(types):
        values = list(dict.fromkeys(key[position] for key in keys))
        code = f"{code} + {place}L * {_position(data_type, values, names(position))}"
        codes = [sofar + place * values.index(key[position]) for sofar, key in zip(codes, keys, strict=True)]
        place *= len(values)
    if place <= _SPARSEST * len(keys):
        ordinals = dict(zip(codes, range(len(keys)), strict=True))
        return f"get({array([ordinals.get(i) for i in range(place)])}, cast({code} as int))"
    return _position("bigint", codes, f"({code})")


def _position(data_type: str, values: Sequence[Any], sql: str) -> str:
    """SQL of the position of `sql` among distinct values; null where it is none of them."""
    hashed = _HASHED.get(data_type) if len(values) > _FEW else None
    if hashed is None:
        return _in_map(data_type, values, sql)
    # Maps are searched from end to end (before Spark 4.2, by any type): many small ones, chosen by a hash.
    buckets: list[dict[str, int]] = [{} for _ in range(len(values) // 4)]
    for ordinal, value in enumerate(values):
        buckets[hashed.number(value) % len(buckets)][hashed.text(value)] = ordinal
    maps, bucket = from_json(buckets, "array<map<string,int>>"), f"pmod({hashed.number_sql(sql)}, {len(buckets)})"
    return f"try_element_at(get({maps}, cast({bucket} as int)), {hashed.text_sql(sql)})"


@dataclass(frozen=True, kw_only=True)
class _Hashed:
    """A hash of values, and text that stands for them: in Python, and the same in SQL."""

    number: Callable[[Any], int]
    number_sql: Callable[[str], str]
    text: Callable[[Any], str]
    text_sql: Callable[[str], str]


def _days(value: dt.date) -> int:
    return (value - _EPOCH).days


_HASHED: Final = {
    "string": _Hashed(
        number=lambda value: zlib.crc32(value.encode()),
        number_sql="crc32(cast({} as binary))".format,
        text=str,
        text_sql="{}".format,
    ),
    "date": _Hashed(
        number=_days,
        number_sql="unix_date({})".format,
        text=lambda value: str(_days(value)),
        text_sql="cast(unix_date({}) as string)".format,
    ),
    **{
        data_type: _Hashed(
            number=int, number_sql="cast({} as bigint)".format, text=str, text_sql="cast({} as string)".format
        )
        for data_type in ("tinyint", "smallint", "int", "bigint")
    },
}
"""By SQL type; keys of other types are compared one by one."""


def _in_map(data_type: str, values: Sequence[Any], sql: str) -> str:
    return (
        f"try_element_at(map_from_arrays(cast({array(values)} as array<{data_type}>), "
        f"cast({array(range(len(values)))} as array<int>)), {sql})"
    )
