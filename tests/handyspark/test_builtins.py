"""handyspark's own records keep the promises that plugins are asked to keep."""

from __future__ import annotations

import pytest

from handyhooks import FenceMethod, testing
from handyspark import builtins


@pytest.mark.parametrize("record", builtins.handyspark_outlier_methods(), ids=lambda record: record.name)
def test_outlier_methods(record: FenceMethod) -> None:
    testing.check_fence_method(record)


@pytest.mark.parametrize("record", builtins.handyspark_plot_kinds(), ids=lambda record: record.name)
def test_plot_kinds(record: object) -> None:
    testing.check_plot_kind(record)
