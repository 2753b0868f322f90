"""Checks that plugin authors run on their own records, one for each kind of record.

Each raises a `ConformanceError` that names the record, the promise and what happened, and returns nothing when
all promises are kept. What a promise is, the records' own docstrings say.

`handyhooks.testing.fixtures` has a fixture for pytest: a manager that finds plugins anew.
"""

from __future__ import annotations

from handyhooks.testing.conformance import ConformanceError, NotCheckedWarning
from handyhooks.testing.imputation import check_imputation_strategy
from handyhooks.testing.outliers import check_fence_method, check_score_method
from handyhooks.testing.plots import check_plot_kind
from handyhooks.testing.storage import check_storage_backend
from handyhooks.testing.visualizations import check_visualization

__all__ = [
    "ConformanceError",
    "NotCheckedWarning",
    "check_fence_method",
    "check_imputation_strategy",
    "check_plot_kind",
    "check_score_method",
    "check_storage_backend",
    "check_visualization",
]
