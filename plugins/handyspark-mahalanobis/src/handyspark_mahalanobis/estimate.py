"""Center and shape of a cloud of points, from its means and co-moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from handyhooks import MomentValues

__all__ = ["Estimate", "estimated"]

_LEFT: Final = 1e-10
"""Share of a column's variance, unexplained by the others, below which rounding is all there is left."""

_Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Where a cloud of points lies, and how it is spread.

    Attributes
    ----------
    center
        Mean of each column; None throughout where there is no estimate.
    whitening
        Rows of the lower triangular matrix W, row i with i + 1 numbers: the squared Mahalanobis distance of x is the
        squared length of W (x - center). None throughout where there is no estimate.
    fault
        Why the covariance has no inverse, in words that name columns; None where it has one, and where there
        are too few different rows to tell anything.
    """

    center: Sequence[float | None]
    whitening: Sequence[Sequence[float | None]]
    fault: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return self.center[0] is not None


def estimated(moments: MomentValues, names: Sequence[str], *, inflation: float = 1.0) -> Estimate:
    """Estimate center and shape.

    Parameters
    ----------
    moments
        Means and co-moments.
    names
        Names of the columns, for what is said of them.
    inflation
        What to multiply the sample covariance by.

    Returns
    -------
    Estimate
        None throughout where there are fewer rows than columns + 1, or where all rows are equal.
    """
    if moments.count <= len(names):
        return _no_estimate(names)
    means = np.array(moments.means, dtype=float)
    covariance = inflation * np.array(moments.comoments, dtype=float) / (moments.count - 1)
    deviations = np.sqrt(np.diag(covariance))
    constant = deviations <= 4 * np.finfo(float).eps * np.abs(means)
    if constant.all():
        return _no_estimate(names)
    if constant.any():
        return _no_estimate(names, f"{_listed(names, constant)} never changes")
    huge = ~np.isfinite(deviations)
    if huge.any():
        return _no_estimate(names, f"{_listed(names, huge)} holds numbers too large to be squared")
    correlation = covariance / np.outer(deviations, deviations)
    dependent = _dependent(correlation)
    if dependent is not None:
        column, others = dependent
        return _no_estimate(names, f"{names[column]!r} follows from {_listed(names, others)}")
    whitening = np.linalg.inv(np.linalg.cholesky(correlation)) / deviations
    rows = [whitening[position, : position + 1].tolist() for position in range(len(names))]
    return Estimate(center=means.tolist(), whitening=rows)


def _no_estimate(names: Sequence[str], fault: str | None = None) -> Estimate:
    triangle = [[None] * (position + 1) for position in range(len(names))]
    return Estimate(center=[None] * len(names), whitening=triangle, fault=fault)


def _dependent(correlation: _Matrix) -> tuple[int, npt.NDArray[np.bool_]] | None:
    """Find the first column that is a linear function of those before it, and which of these it takes."""
    for column in range(1, len(correlation)):
        before, along = correlation[:column, :column], correlation[:column, column]
        weights = np.linalg.solve(before, along)
        if 1.0 - along @ weights < _LEFT:
            return column, np.abs(weights) > 1e-4 * np.abs(weights).max()
    return None


def _listed(names: Sequence[str], chosen: npt.NDArray[np.bool_]) -> str:
    *first, last = [repr(name) for name, is_chosen in zip(names, chosen, strict=False) if is_chosen]
    return f"{', '.join(first)} and {last}" if first else last
