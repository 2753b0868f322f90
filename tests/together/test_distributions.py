"""What all distributions have in common, as they are installed."""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

NAMES = ["deepreplay", "deepreplay-zarr", "handy-ridgeline", "handyhooks", "handyspark", "handyspark-mahalanobis"]
PLUGINS = ["deepreplay-zarr", "handy-ridgeline", "handyspark-mahalanobis"]


def requirements(name: str) -> list[Requirement]:
    return [Requirement(text) for text in importlib.metadata.requires(name) or ()]


def test_these_are_all(projects: dict[str, dict[str, Any]]) -> None:
    assert sorted(projects) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_module_tells_the_version_of_its_distribution(name: str) -> None:
    assert importlib.import_module(name.replace("-", "_")).__version__ == importlib.metadata.version(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_licence_is_the_same_everywhere(name: str) -> None:
    metadata = importlib.metadata.metadata(name)
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"


@pytest.mark.parametrize("name", NAMES)
def test_pythons_are_the_same_everywhere_but_for_zarr_which_begins_later(name: str) -> None:
    pythons = ["3.11", "3.12", "3.13"] if name == "deepreplay-zarr" else ["3.10", "3.11", "3.12", "3.13"]
    metadata = importlib.metadata.metadata(name)
    classifiers = metadata.get_all("Classifier") or []
    assert metadata["Requires-Python"] == f">={pythons[0]}"
    assert [text.rpartition(" ")[2] for text in classifiers if "Python :: 3." in text] == pythons


def test_one_licence_text_stands_in_each_distribution_and_at_the_top(root: Path) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    places = sorted(root.glob("p*/*/LICENSE"))
    assert len(places) == len(NAMES)
    assert [place for place in places if place.read_text(encoding="utf-8") != text] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "handyhooks"])
def test_handyhooks_is_pinned_from_a_minor_version_up_to_the_next_major_one(name: str) -> None:
    (pin,) = [requirement for requirement in requirements(name) if requirement.name == "handyhooks"]
    bounds = {clause.operator: Version(clause.version) for clause in pin.specifier}
    assert set(bounds) == {">=", "<"}
    assert len(bounds[">="].release) == 2
    assert bounds["<"].release == (bounds[">="].major + 1,)
    assert pin.specifier.contains(importlib.metadata.version("handyhooks"))


def test_handyhooks_needs_pluggy_alone() -> None:
    assert [requirement.name for requirement in requirements("handyhooks") if not requirement.marker] == ["pluggy"]


@pytest.mark.parametrize("name", NAMES)
def test_what_each_requires_is_installed_in_a_version_that_fits(name: str) -> None:
    needed = [one for one in requirements(name) if not one.marker or one.marker.evaluate({"extra": ""})]
    installed = {one.name: importlib.metadata.version(one.name) for one in needed}
    assert [str(one) for one in needed if not one.specifier.contains(installed[one.name])] == []


@pytest.mark.parametrize(("name", "sibling"), [("handyspark", "deepreplay"), ("deepreplay", "handyspark")])
def test_no_host_requires_its_sibling(name: str, sibling: str) -> None:
    assert sibling not in {requirement.name for requirement in requirements(name)}


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_has_an_entry_point(name: str) -> None:
    points = importlib.metadata.distribution(name).entry_points
    assert [point.group for point in points] == ["handyhooks"]
