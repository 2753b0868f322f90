"""The examples in docstrings run, and the example plugins keep what their records promise."""

from __future__ import annotations

import doctest
import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import handyhooks
from handyhooks import hookspecs, testing
from handyhooks.__main__ import main
from handyhooks.hookspecs import HOSTS, NOUNS, RECORDS, host_of
from handyhooks.manager import Manager

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(handyhooks.__path__, "handyhooks.")
    if not module.name.endswith("__main__")
)

CHECKS: dict[str, Callable[[Any], None]] = {
    "handyspark_outlier_methods": testing.check_fence_method,
    "handyspark_imputation_strategies": testing.check_imputation_strategy,
    "handyspark_plot_kinds": testing.check_plot_kind,
    "deepreplay_visualizations": testing.check_visualization,
    "deepreplay_storage_backends": lambda record: testing.check_storage_backend(
        record, map("dict://{}".format, itertools.count()).__next__
    ),
}


@pytest.mark.parametrize("name", ["handyhooks", *MODULES])
def test_examples_in_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("hook", RECORDS)
def test_the_example_of_each_hook_keeps_what_its_record_promises(hook: str) -> None:
    [example] = doctest.DocTestFinder(recurse=False).find(getattr(hookspecs, hook), hook)
    world: dict[str, Any] = {}
    for piece in example.examples:
        exec(piece.source, world)
    [record] = world[hook]()
    CHECKS[hook](record)


def test_every_hook_belongs_to_a_host_and_has_a_noun() -> None:
    assert list(NOUNS) == list(RECORDS)
    assert {host_of(hook) for hook in RECORDS} == set(HOSTS)


# The README

README = Path(__file__).resolve().parents[2] / "plugins" / "handyhooks" / "README.md"


def section(heading: str) -> str:
    found = re.search(rf"^#+ `{heading}`\n(.*?)(?=^#+ |\Z)", README.read_text(encoding="utf-8"), re.M | re.S)
    assert found, f"README.md has no heading for {heading}"
    return found[1]


@pytest.mark.parametrize(
    ("hook", "record"), [(hook, record) for hook, records in RECORDS.items() for record in records]
)
def test_the_readme_has_a_heading_for_each_hook_that_names_the_fields_of_its_records(hook: str, record: type) -> None:
    text = section(hook)
    assert f"`{record.__name__}`" in text
    missing = [field for field in record.__dataclass_fields__ if f"`{field}`" not in text]  # type: ignore[attr-defined]
    assert not missing


def test_the_tutorial_makes_a_plugin_that_is_found_and_keeps_its_promises(
    tmp_path: Path, install: Callable[..., Manager], capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    for name, text in blocks:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert {name for name, _ in blocks} >= {"pyproject.toml", "src/handyspark_madness/__init__.py"}
    project = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    entry_points = re.search(r'^\[project\.entry-points\.handyhooks\]\n(\w+) = "(\w+)"$', project, re.M)
    assert entry_points
    info = tmp_path / "src" / "handyspark_madness-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: handyspark-madness\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(f"[handyhooks]\n{entry_points[1]} = {entry_points[2]}\n")

    manager = install(str(tmp_path / "src"))
    record = manager.get("handyspark_outlier_methods", "madness")
    assert record.bounds({"spread": 2.0, "center": 10.0}, k=3.0) == (10 - 3 * 1.4826 * 2, 10 + 3 * 1.4826 * 2)
    assert main([]) == 0
    assert f"```text\n{capsys.readouterr().out}```" in README.read_text(encoding="utf-8")
    for path in (tmp_path / "tests").glob("test_*.py"):
        world: dict[str, Any] = {}
        exec(path.read_text(encoding="utf-8"), world)
        for test in [value for name, value in world.items() if name.startswith("test_")]:
            test()
