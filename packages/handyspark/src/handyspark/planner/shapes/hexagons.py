"""Counts by hexagon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.planner.families.bins import bins
from handyspark.planner.requests import Hexagons
from handyspark.planner.shapes.compiling import Compiled, Context
from handyspark.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Lattice", "compiled"]


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """Two grids of points, the second half a step off: each point of the plane belongs to the nearest one.

    Attributes
    ----------
    x_low, x_high, y_low, y_high
        What the lattice spans.
    across, down
        Steps along x and y.
    """

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    across: int
    down: int

    @property
    def padded_x(self) -> tuple[float, float]:
        """Low and high along x, a little further out, as matplotlib has them."""
        padding = 1.0e-9 * (self.x_high - self.x_low)
        return self.x_low - padding, self.x_high + padding

    @property
    def steps(self) -> tuple[float, float]:
        """Widths of a step along x and y."""
        low, high = self.padded_x
        return (high - low) / self.across, (self.y_high - self.y_low) / self.down

    @property
    def centers(self) -> np.ndarray:
        """Shape (hexagons, 2): the first grid column by column, then the second."""
        first = np.indices((self.across + 1, self.down + 1)).reshape(2, -1).T.astype(float)
        second = np.indices((self.across, self.down)).reshape(2, -1).T + 0.5
        return np.concatenate([first, second]) * self.steps + (self.padded_x[0], self.y_low)


def compiled(request: Hexagons, context: Context) -> Compiled:
    """Compile counts by hexagon: matplotlib's own steps, in the same order, on the same doubles."""
    lattices = context.values(request.lattice)
    lattice: Lattice | None = lattices[0] if lattices else None
    if lattice is None:
        return Compiled(family=bins, items=("cast(NULL as int)",), read=lambda raw, ordinal: np.zeros(0, dtype="int64"))
    x, y = (context.projection.number(context.column(position)) for position in (0, 1))
    (low, _), (wide, high) = lattice.padded_x, lattice.steps
    ends = [literal(end) for end in (lattice.x_low, lattice.x_high, lattice.y_low, lattice.y_high)]
    inside = f"{x} BETWEEN {ends[0]} AND {ends[1]} AND {y} BETWEEN {ends[2]} AND {ends[3]}"
    i = context.projection.computed(f"CASE WHEN {inside} THEN ({x} - {literal(low)}) / {literal(wide)} END")
    j = context.projection.computed(f"CASE WHEN {inside} THEN ({y} - {ends[2]}) / {literal(high)} END")
    to_first = f"{_square(f'{i} - rint({i})')} + 3.0D * {_square(f'{j} - rint({j})')}"
    to_second = f"{_square(f'{i} - floor({i}) - 0.5D')} + 3.0D * {_square(f'{j} - floor({j}) - 0.5D')}"
    rows, before = lattice.down + 1, (lattice.across + 1) * (lattice.down + 1)
    # The last column and row of the second grid would lie outside: matplotlib drops what is nearest to them.
    inner = f"floor({i}) < {lattice.across} AND floor({j}) < {lattice.down}"
    item = context.projection.finished(
        f"CASE WHEN {i} IS NULL THEN NULL WHEN {to_first} < {to_second} THEN rint({i}) * {rows} + rint({j})"
        f" WHEN {inner} THEN {before} + floor({i}) * {lattice.down} + floor({j}) END"
    )
    hexagons = before + lattice.across * lattice.down

    def read(raw: Sequence[Any], ordinal: int) -> np.ndarray:
        counts = np.zeros(hexagons, dtype="int64")
        for number, count in (raw[0] or {}).items():
            if number >= 0:
                counts[number] = count
        return counts

    return Compiled(family=bins, items=(item,), read=read)


def _square(sql: str) -> str:
    return f"({sql}) * ({sql})"
