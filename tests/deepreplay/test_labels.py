"""Classes told from targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepreplay.labels import labels_of


@pytest.mark.parametrize(
    ("targets", "labels"),
    [
        ([0, 1, 1], [0, 1, 1]),
        ([[2.0], [0.0]], [2, 0]),
        ([[0, 1, 0], [1, 0, 0]], [1, 0]),
        ([0.5, 1.0], None),
        ([-1, 1], None),
        ([[0.2, 0.8]], None),
        ([float("nan"), 1.0], None),
    ],
)
def test_labels_are_whole_numbers_or_one_hot_rows(targets: Any, labels: list[int] | None) -> None:
    found = labels_of(np.asarray(targets))
    assert (found is None) if labels is None else found.tolist() == labels
