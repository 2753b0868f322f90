"""What the workspace consists of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nox
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def projects() -> dict[str, dict[str, Any]]:
    """Return the pyproject of each distribution by its name."""
    documents = [nox.project.load_toml(path) for path in sorted(ROOT.glob("p*/*/pyproject.toml"))]
    return {document["project"]["name"]: document for document in documents}
