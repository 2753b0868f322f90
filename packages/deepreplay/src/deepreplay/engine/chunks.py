"""Blocks of samples that go through a model at once, so that it needs little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from operator import itemgetter
from typing import Any, Final

import numpy as np

from deepreplay._keras import load_keras
from deepreplay.arrays import Arrays, map_arrays, parts, rows_of

__all__ = ["Footprint", "blocks", "even", "joined", "narrow", "padded"]

ROWS: Final = 1_048_576
"""Samples in a block, at most."""

BYTES: Final = 64 * 1024 * 1024
"""What a block may take, of samples and of what layers make of them."""

NARROW: Final = 8
"""Samples of at most so many features are narrow."""


class Footprint:
    """How many samples of some go through a model at once.

    Parameters
    ----------
    model
        A built Keras model.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def predicting(self, inputs: Arrays) -> int:
        """Rows of a block where a layer's output is dropped after the next layer's is there."""
        return _rows(_bytes_a_sample(inputs) + 2 * max(self._layers(inputs), default=0))

    def learning(self, inputs: Arrays) -> int:
        """Rows of a block where all outputs are kept for the gradients, which are as large."""
        return _rows(_bytes_a_sample(inputs) + 2 * sum(self._layers(inputs)))

    def _layers(self, inputs: Arrays) -> list[int]:
        # An axis of any length, as that of time, is about as long as the longest that goes in.
        longest = max((side for array in parts(inputs).values() for side in array.shape[1:]), default=1)
        return _bytes_of_layers(self._model, longest)


def blocks(several: Sequence[Arrays], rows: int) -> Iterator[tuple[list[Arrays], int]]:
    """Blocks of arrays of the same samples, none larger than so many rows, and how many samples each holds.

    They are equally large but the last, which lacks no more samples than there are blocks.
    """
    samples = rows_of(several[0])
    size = even(rows, samples)
    for start in range(0, samples, size):
        here = itemgetter(slice(start, start + size))
        yield [map_arrays(here, arrays) for arrays in several], min(size, samples - start)


def even(rows: int, samples: int) -> int:
    """How many rows each block has where samples are dealt out to as few blocks of at most so many as will do."""
    return -(-samples // -(-samples // rows))


def narrow(inputs: Arrays) -> bool:
    """Whether samples have so few features that they are quickly turned on their side."""
    return all(array.ndim == 2 and array.shape[1] <= NARROW for array in parts(inputs).values())


def padded(block: Sequence[Arrays], rows: int) -> list[Arrays]:
    """A block with as many rows as the others, so that nothing is compiled twice: its last sample again."""
    missing = rows - rows_of(block[0])
    if not missing:
        return list(block)
    return [map_arrays(lambda array: np.concatenate([array, array[-1:].repeat(missing, axis=0)]), a) for a in block]


def joined(found: Iterator[tuple[Any, int]], samples: int) -> Any:
    """What was found for blocks, and how many samples of it count, as that of all samples together.

    It is filled in block by block, which takes half the memory of joining them.
    """
    whole, start = None, 0
    for block, count in found:
        if count == samples:
            return map_arrays(itemgetter(slice(samples)), block)
        if whole is None:
            whole = map_arrays(lambda array: np.empty((samples, *array.shape[1:]), array.dtype), block)
        for array, part in zip(load_keras().tree.flatten(whole), load_keras().tree.flatten(block), strict=True):
            array[start : start + count] = part[:count]
        start += count
    return whole


def _rows(bytes_a_sample: int) -> int:
    return max(1, min(ROWS, BYTES // max(1, bytes_a_sample)))


def _bytes_a_sample(inputs: Arrays) -> int:
    return sum(array[:1].nbytes for array in parts(inputs).values())


def _bytes_of_layers(model: Any, longest: int) -> list[int]:
    found = []
    for layer in getattr(model, "layers", ()):
        found += _bytes_of_layers(layer, longest)
        try:
            outputs = load_keras().tree.flatten(layer.output)
        except (AttributeError, ValueError):  # of a model that is no graph of layers
            continue
        found += [4 * prod(longest if side is None else side for side in output.shape[1:]) for output in outputs]
    return found
