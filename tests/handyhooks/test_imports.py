"""What importing handyhooks costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "pandas", "pyspark", "keras", "matplotlib", "pytest", "handyspark", "deepreplay"}


def loaded_by(statement: str) -> set[str]:
    """Names of the top-level modules that a new process has loaded after a statement."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "statement",
    ["import handyhooks", "import handyhooks.hookspecs", "import handyhooks.manager", "import handyhooks.testing"],
)
def test_importing_draws_in_nothing_heavy(statement: str) -> None:
    loaded = loaded_by(statement)
    assert "handyhooks" in loaded
    assert not loaded & HEAVY


def test_importing_the_manager_looks_for_no_plugins() -> None:
    code = """
import importlib.metadata
def refuse(**_): raise SystemExit("looked for plugins")
importlib.metadata.entry_points = refuse
from handyhooks.manager import manager
manager()
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
