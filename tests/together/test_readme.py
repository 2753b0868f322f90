"""The README at the top says what is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_links_lead_to_files(readme: str, root: Path) -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in target]
    assert len(targets) > 5
    assert [target for target in targets if not (root / target).is_file()] == []


def test_every_distribution_is_linked(readme: str, projects: dict[str, dict[str, Any]]) -> None:
    assert set(re.findall(r"\]\(p\w+/([\w-]+)/README\.md\)", readme)) == set(projects)
