"""Grid lines and meshes."""

from __future__ import annotations

import numpy as np
import pytest

from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.grids import build_mesh
from deepreplay.plot import build_2d_grid


def test_grid_lines_are_first_those_of_constant_x() -> None:
    lines = build_2d_grid((0, 2), (5, 6), n_lines=3, n_points=50)
    assert lines.shape == (6, 50, 2)
    for line, x in zip(lines[:3], (0, 1, 2), strict=True):
        np.testing.assert_allclose(line, np.column_stack([np.full(50, x), np.linspace(5, 6, 50)]))
    for line, y in zip(lines[3:], (5, 5.5, 6), strict=True):
        np.testing.assert_allclose(line, np.column_stack([np.linspace(0, 2, 50), np.full(50, y)]))


def test_a_mesh_has_x_along_its_columns() -> None:
    mesh = build_mesh((0, 1), (5, 6), 3)
    np.testing.assert_allclose(mesh[0, :, 0], [0, 0.5, 1])
    np.testing.assert_allclose(mesh[:, 0, 1], [5, 5.5, 6])


def test_bad_limits_and_numbers_are_named() -> None:
    with pytest.raises(ArgumentValueError, match=r"`xlim`.*got \(1, 0\)"):
        build_2d_grid((1, 0), (0, 1))
    with pytest.raises(ArgumentTypeError, match="`n_lines`"):
        build_2d_grid((0, 1), (0, 1), n_lines=2.5)  # type: ignore[arg-type]
