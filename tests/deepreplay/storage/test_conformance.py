"""The built-in storage backends keep what every backend promises."""

from __future__ import annotations

import itertools
from pathlib import Path

from deepreplay.storage import hdf5, memory
from handyhooks.testing import check_storage_backend


def test_hdf5_keeps_its_promises(tmp_path: Path) -> None:
    numbers = itertools.count()
    check_storage_backend(hdf5.BACKEND, lambda: str(tmp_path / f"{next(numbers)}.h5"))


def test_memory_keeps_its_promises() -> None:
    numbers = itertools.count()
    check_storage_backend(memory.BACKEND, lambda: f"memory://conformance/{next(numbers)}")


def test_only_what_is_kept_is_claimed_to_be() -> None:
    assert hdf5.BACKEND.persistent
    assert not memory.BACKEND.persistent
