"""The samples of a recording: inputs, targets, and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepreplay import schema
from deepreplay.arrays import Arrays, as_arrays, gathered, kind_of, map_arrays, parts, rows_of
from deepreplay.errors import ArgumentValueError
from deepreplay.labels import labels_of
from handyhooks import StorageReader

__all__ = ["Samples"]

_SEVERAL = " (A list of arrays is one array for each input or output; pass those of a single one as one array.)"


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Equally many of each.

    Attributes
    ----------
    inputs, targets
        Shape (samples, ...), or several arrays of a model with several inputs or outputs.
    sample_weight
        Shape (samples,), or one such array for each output; None where all weigh the same.
    """

    inputs: Arrays
    targets: Arrays
    sample_weight: Arrays | None = None

    @classmethod
    def of_user(cls, inputs: Any, targets: Any, sample_weight: Any = None) -> Samples:
        """As they were given.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
            They are no arrays of numbers, or not equally many.
        """
        samples = cls(
            inputs=as_arrays("inputs", inputs),
            targets=as_arrays("targets", targets),
            sample_weight=None if sample_weight is None else as_arrays("sample_weight", sample_weight),
        )
        if rows_of(samples.targets) != len(samples):
            raise ArgumentValueError(
                f"The `inputs` and `targets` must be equally long; got {len(samples)} samples and "
                f"{rows_of(samples.targets)} targets."
                + (_SEVERAL if "list" in (kind_of(samples.inputs), kind_of(samples.targets)) else "")
            )
        samples._check_weights()
        return samples

    @classmethod
    def stored(cls, reader: StorageReader, header: Mapping[str, Any]) -> Samples:
        """As they stand in a recording."""
        fields = {
            name: gathered(
                form["kind"],
                {
                    part: reader.static(_static_name(name, part)).reshape(shape)
                    for part, shape in zip(form["names"], form["shapes"], strict=True)
                },
            )
            for name, form in header[schema.SAMPLES].items()
        }
        return cls(**fields)

    def __len__(self) -> int:
        return rows_of(self.inputs)

    @property
    def nbytes(self) -> int:
        """Size of all arrays."""
        return sum(array.nbytes for array in self.static().values())

    def static(self) -> dict[str, np.ndarray]:
        """What is stored: inputs as they are, the rest with one row a sample."""
        return {
            _static_name(name, part): array if name == schema.INPUTS else array.reshape(len(array), -1)
            for name, arrays in self._fields().items()
            for part, array in parts(arrays).items()
        }

    def described(self) -> dict[str, Any]:
        """What `stored` needs to know besides."""
        return {
            name: {
                "kind": kind_of(arrays),
                "names": list(parts(arrays)),
                "shapes": [list(array.shape) for array in parts(arrays).values()],
            }
            for name, arrays in self._fields().items()
        }

    def some(self, most: int, seed: int) -> Samples:
        """At most so many of them, in their order: the same for the same seed, of each class its share.

        A class keeps at least one sample where that can be. Where targets are no classes, all are one.
        """
        if most >= len(self):
            return self
        labels = labels_of(self.targets) if isinstance(self.targets, np.ndarray) else None
        rows = _stratified(np.zeros(len(self), int) if labels is None else labels, most, seed)
        return self.rows(rows)

    def rows(self, rows: Any) -> Samples:
        """Those at the positions."""
        return Samples(**{name: map_arrays(lambda array: array[rows], a) for name, a in self._fields().items()})

    def difference(self, other: Samples) -> str:
        """Name of what differs; empty where nothing does."""
        own, others = self._fields(), other._fields()
        for name in (schema.INPUTS, schema.TARGETS, schema.SAMPLE_WEIGHT):
            one, two = (parts(fields[name]) if name in fields else {} for fields in (own, others))
            if list(one) != list(two) or not all(np.array_equal(one[part], two[part], equal_nan=True) for part in one):
                return name
        return ""

    def _fields(self) -> dict[str, Arrays]:
        fields = {schema.INPUTS: self.inputs, schema.TARGETS: self.targets}
        return fields if self.sample_weight is None else {**fields, schema.SAMPLE_WEIGHT: self.sample_weight}

    def _check_weights(self) -> None:
        for array in () if self.sample_weight is None else parts(self.sample_weight).values():
            if len(array) != len(self):
                raise ArgumentValueError(
                    f"The `sample_weight` must hold one weight a sample; got {len(array)} for {len(self)} samples."
                )
            if not np.isfinite(array).all():
                raise ArgumentValueError("The `sample_weight` must be finite numbers.")


def _static_name(field: str, part: str) -> str:
    return f"{field}/{part}" if part else field


def _stratified(labels: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Positions of at most so many samples, ascending, each class by the method of largest remainders."""
    random = np.random.default_rng(seed)
    classes, members = np.unique(labels, return_inverse=True)
    counts = np.bincount(members)
    exact = counts * most / len(labels)
    shares = np.maximum(exact.astype(int), 1 if len(classes) <= most else 0)
    while shares.sum() != most:
        step = 1 if shares.sum() < most else -1
        gap = (exact - shares) * step
        gap[(shares + step > counts) | ((shares + step < 1) & (step < 0) & (len(classes) <= most))] = -np.inf
        shares[np.argmax(gap)] += step
    chosen = [random.choice(np.flatnonzero(members == i), shares[i], replace=False) for i in np.flatnonzero(shares)]
    return np.sort(np.concatenate(chosen))
