"""A plugin is registered whole, or not at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from handyhooks import FenceMethod, hookimpl
from handyhooks._registry import Refused, Registry

OUTLIERS = "handyspark_outlier_methods"
FENCES = FenceMethod(name="steady", summary="Fine.", stages=(), bounds=lambda answers: (None, None))


@hookimpl
def offers() -> list[FenceMethod]:
    return [FENCES]


@hookimpl
def wants(frame: Any) -> list[FenceMethod]:
    return [FENCES]


def test_a_plugin_is_asked_by_its_key() -> None:
    registry = Registry()
    registry.add("dist:one", SimpleNamespace(handyspark_outlier_methods=offers))
    registry.add("dist:two", SimpleNamespace(handyspark_plot_kinds=list, handyspark_outlier_methods=offers))
    assert registry.records("dist:one", OUTLIERS) == [FENCES]
    assert registry.records("dist:one", "handyspark_plot_kinds") == []


@pytest.mark.parametrize(
    "broken",
    [
        SimpleNamespace(handyspark_outlier_methods=offers, handyspark_plot_kinds=wants),
        SimpleNamespace(handyspark_outlier_methods=list),
    ],
)
def test_nothing_is_left_of_a_plugin_that_was_refused(broken: object) -> None:
    registry = Registry()
    for _ in range(2):  # a rest of the first try would be in the way of the second
        with pytest.raises((Refused, pluggy.PluginValidationError)) as caught:
            registry.add("dist:one", broken)
        assert "another entry point" not in str(caught.value)
    registry.add("dist:one", SimpleNamespace(handyspark_outlier_methods=offers))
    assert registry.records("dist:one", OUTLIERS) == [FENCES]
