"""The fixture for plugin authors."""

from __future__ import annotations

from collections.abc import Callable

from handyhooks.manager import Manager, manager
from handyhooks.testing.fixtures import fresh_manager

__all__ = ["fresh_manager"]


def test_a_fresh_manager_has_looked_for_nothing_yet(fresh_manager: Manager, install: Callable[..., Manager]) -> None:
    assert fresh_manager is not manager()
    assert fresh_manager.failures == ()
    install("working")
    assert fresh_manager.names("handyspark_outlier_methods") == ("steady",)
