"""Plots of results that are at hand."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import handyspark.plot
from handyspark.errors import InvalidTypeError, InvalidValueError


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_a_matrix_that_is_at_hand_can_be_drawn() -> None:
    matrix = pd.DataFrame({"a": [1.0, -0.5], "$b": [-0.5, 1.0]}, index=["a", "$b"])
    ax = handyspark.plot.correlations(matrix)
    assert texts(ax) == ["1.00", "-0.50", "-0.50", "1.00"]
    given = plt.subplots()[1]
    assert handyspark.plot.correlations(matrix, ax=given, cmap="coolwarm") is given
    with pytest.raises(InvalidTypeError, match="must be a DataFrame"):
        handyspark.plot.correlations([[1.0]])  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="named as its columns"):
        handyspark.plot.correlations(matrix.iloc[:1])
    with pytest.raises(InvalidTypeError, match="matplotlib Axes"):
        handyspark.plot.correlations(matrix, ax="here")  # type: ignore[arg-type]
