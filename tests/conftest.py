"""Fixtures of all suites. Imports nothing that a distribution tested alone does not have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Find a file that the tests compare with but that is not part of the project."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / name
        if not path.exists():
            reason = f"needs {name} in a folder 'shared' beside the checkout, which is not here"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
