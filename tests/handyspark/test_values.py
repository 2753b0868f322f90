"""Values of strings that hold quotes, backslashes and worse are values like others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.thorough

WORDS = ["NULL", "${env:HOME}", "\\u0041", "--", "NaN"]
TEXTS = st.text("'\"\\`$ {}%_-/*\n\t;:aé漢😀", max_size=6) | st.sampled_from(WORDS)


def quartiles(values: pd.Series[float]) -> np.ndarray[Any, Any]:
    known = values.dropna()
    return np.quantile(known, [0.25, 0.75], method="inverted_cdf") if len(known) else np.array([np.nan, np.nan])


@settings(max_examples=3)
@given(
    rows=st.lists(
        st.tuples(TEXTS | st.none(), TEXTS | st.none(), st.floats(-1e3, 1e3) | st.none()), min_size=8, max_size=30
    )
)
def test_stratified_by_any_text_equals_groupby(frame: Any, rows: list[Any]) -> None:
    hdf = frame(rows, "g string, v string, x double").coalesce(1)
    pdf = pd.DataFrame(rows, columns=["g", "v", "x"]).astype({"x": "float64"})
    grouped = pdf.groupby("g")
    strata = hdf.stratify("g")
    assert strata.count().to_dict() == grouped.size().to_dict()
    assert strata.cols["v"].value_counts().to_dict() == grouped["v"].value_counts().to_dict()
    most = grouped["v"].agg(lambda v: v.mode().iloc[0] if v.notna().any() else None)
    assert strata.cols["v"].mode().replace(np.nan, None).to_dict() == most.replace(np.nan, None).to_dict()
    # Stages after the first find a stratum by its key's literal.
    outliers = {}
    for g, values in grouped["x"]:
        q1, q3 = quartiles(values)
        outliers[g] = int(((values < q1 - 1.5 * (q3 - q1)) | (values > q3 + 1.5 * (q3 - q1))).sum())
    assert strata.cols["x"].outliers(k=1.5).to_dict() == outliers
    first = {row.g: row for row in strata.take(1)}
    assert {g: row.v for g, row in first.items()} == {g: next(v for key, v, _ in rows if key == g) for g in first}
    assert list(first) == sorted({g for g, _, _ in rows if g is not None})
