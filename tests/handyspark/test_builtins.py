"""handyspark's own records keep the promises that plugins are asked to keep."""

from __future__ import annotations

import pytest

from handyhooks import FenceMethod, ImputationStrategy, testing
from handyspark import builtins


@pytest.mark.parametrize("record", builtins.handyspark_outlier_methods(), ids=lambda record: record.name)
def test_outlier_methods(record: FenceMethod) -> None:
    testing.check_fence_method(record)


# What these ask is no request of the hook spec: `plots/test_hexbin.py` and `test_correlations.py` prove them instead.
@pytest.mark.parametrize(
    "record",
    [record for record in builtins.handyspark_plot_kinds() if record.name not in ("correlations", "hexbin")],
    ids=lambda record: record.name,
)
def test_plot_kinds(record: object) -> None:
    testing.check_plot_kind(record)


@pytest.mark.parametrize("record", list(builtins.handyspark_imputation_strategies()), ids=lambda record: record.name)
def test_imputation_strategies(record: ImputationStrategy) -> None:
    needed = {"constant": {"value": 1}, "quantile": {"q": 0.5}}
    testing.check_imputation_strategy(record, options=needed.get(record.name))
