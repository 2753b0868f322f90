"""SQL that finds a stratum's number by its key: in one step, however many strata there are."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from handyspark.quoting import array

__all__ = ["ordinal_sql"]

_FEW: Final = 16
"""So many keys are compared one by one: hashing would not pay."""

_SPARSEST: Final = 8
"""Combinations there could be, for one that there is, up to which they are looked up in an array."""

_EPOCH: Final = dt.date(1970, 1, 1)

_INTEGERS: Final = ("tinyint", "smallint", "int", "bigint")


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
    hashed = _hash(data_type) if len(values) > _FEW else None
    if hashed is None:
        return _in_map(data_type, list(enumerate(values)), sql)
    # Maps are searched from end to end (before Spark 4.2, by any type): many small ones, chosen by a hash.
    hash_sql, hash_value = hashed
    buckets: list[list[tuple[int, Any]]] = [[] for _ in range(len(values) // 4)]
    for ordinal, value in enumerate(values):
        buckets[hash_value(value) % len(buckets)].append((ordinal, value))
    maps = ", ".join(_map(data_type, bucket) for bucket in buckets)
    return f"try_element_at(get(array({maps}), cast(pmod({hash_sql(sql)}, {len(buckets)}) as int)), {sql})"


def _hash(data_type: str) -> tuple[Callable[[str], str], Callable[[Any], int]] | None:
    """A hash that Spark and Python agree on, as SQL and as a function; None where there is none."""
    if data_type == "string":
        return "crc32(cast({} as binary))".format, lambda value: zlib.crc32(value.encode())
    if data_type in _INTEGERS:
        return "cast({} as bigint)".format, int
    if data_type == "date":
        return "unix_date({})".format, lambda value: (value - _EPOCH).days
    return None


def _in_map(data_type: str, numbered: Sequence[tuple[int, Any]], sql: str) -> str:
    return f"try_element_at({_map(data_type, numbered)}, {sql})"


def _map(data_type: str, numbered: Sequence[tuple[int, Any]]) -> str:
    ordinals, values = (array(column) for column in zip(*numbered, strict=True)) if numbered else ("array()", "array()")
    return f"map_from_arrays(cast({values} as array<{data_type}>), cast({ordinals} as array<int>))"
