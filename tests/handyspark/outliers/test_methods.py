"""The methods' fences: NumPy says what is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyspark.errors import InvalidValueError


def quantile(values: Any, q: float) -> Any:
    return np.quantile(values, q, method="inverted_cdf")


def mad(values: Any) -> tuple[float, float]:
    median = quantile(values, 0.5)
    reach = 2.5 * 1.4826 * quantile(abs(values - median), 0.5)
    return median - reach, median + reach


def zscore(values: Any) -> tuple[float, float]:
    reach = 1.5 * np.std(values, ddof=1)
    return np.mean(values) - reach, np.mean(values) + reach


METHODS: dict[str, tuple[dict[str, Any], Any]] = {
    "mad": ({"k": 2.5}, mad),
    "zscore": ({"k": 1.5}, zscore),
    "quantiles": ({"lower": 0.1, "upper": 0.8}, lambda values: (quantile(values, 0.1), quantile(values, 0.8))),
}

ROWS = st.lists(st.tuples(st.sampled_from("gh"), st.floats(-100, 100) | st.none()), min_size=2, max_size=40)


@pytest.mark.parametrize("method", METHODS)
@given(rows=ROWS)
def test_fences_and_what_lies_beyond_equal_numpy(frame: Any, method: str, rows: Any) -> None:
    options, expected = METHODS[method]
    hdf = frame(rows, "g string, x double").stratify("g")
    fences = hdf.fence("x", method=method, **options).fences_
    counts = hdf.outliers(method, **options)
    for g, of_group in pd.DataFrame(rows, columns=["g", "x"]).astype({"x": float}).groupby("g"):
        known = of_group.x.dropna().to_numpy()
        if len(known) == 0 or (method == "zscore" and len(known) == 1):
            assert fences["x"][f'g == "{g}"'] == [None, None]
            assert counts[g] == 0
            continue
        lower, upper = expected(known)
        np.testing.assert_allclose(fences["x"][f'g == "{g}"'], [lower, upper], rtol=1e-9, atol=1e-9)
        near = np.isclose(known, lower, atol=1e-6) | np.isclose(known, upper, atol=1e-6)
        surely = ((known < lower) | (known > upper)) & ~near
        assert surely.sum() <= counts[g] <= (surely | near).sum()


def test_of_decimals_and_integers(frame: Any) -> None:
    hdf = frame("SELECT cast(i AS decimal(10,2)) AS d, i FROM VALUES (1), (2), (3), (4), (1000) AS t(i)")
    for method in METHODS:
        found = hdf.outliers(method, **({"upper": 0.8} if method == "quantiles" else {"k": 1.5}))
        assert found["d"] == found["i"] == 1


def test_shares_out_of_place_are_refused(frame: Any) -> None:
    with pytest.raises(InvalidValueError, match="lower"):
        frame([(1.0,)], "x double").outliers("quantiles", lower=0.9)
