"""The hosts live side by side and know nothing of each other."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOSTS = [("handyspark", "deepreplay"), ("deepreplay", "handyspark")]


def imported_names(path: Path) -> Iterator[str]:
    """Every module that a source file imports anywhere, inside functions and for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize(("host", "sibling"), HOSTS)
def test_no_module_of_a_host_imports_the_sibling(host: str, sibling: str) -> None:
    spec = importlib.util.find_spec(host)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    files = [path for place in spec.submodule_search_locations for path in sorted(Path(place).rglob("*.py"))]
    assert len(files) > 10
    assert [path for path in files if sibling in {name.partition(".")[0] for name in imported_names(path)}] == []


@pytest.mark.parametrize(("host", "sibling"), HOSTS)
def test_importing_a_host_loads_neither_the_sibling_nor_a_plugin(host: str, sibling: str) -> None:
    code = f"import {host}, sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert host in loaded
    assert not loaded & {sibling, "handyspark_mahalanobis", "deepreplay_zarr", "handy_ridgeline"}
