"""Correlations against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from handyspark import handy
from handyspark.errors import InvalidValueError, UnsupportedColumnError


@pytest.fixture(scope="module")
def pdf():
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"a": random.normal(size=200), "b": random.integers(0, 6, 200).astype("float64")})
    frame["c"] = frame["a"] * 2 + random.normal(size=200)
    frame["constant"] = 5.0
    frame["g"] = random.choice(["u", "v", "w"], 200)
    frame.loc[::7, "a"] = np.nan
    frame.loc[::5, "c"] = np.nan
    return frame


@pytest.fixture(scope="module")
def hdf(spark, pdf):
    return handy(spark.createDataFrame(pdf))


NUMBERS = ["a", "b", "c", "constant"]


def test_pearson_leaves_missing_values_out_pair_by_pair(hdf, pdf):
    pd.testing.assert_frame_equal(hdf.cols[NUMBERS].corr(), pdf[NUMBERS].corr(), atol=1e-12)


def test_pearson_in_strata_equals_groupby(hdf, pdf):
    found = hdf.stratify("g").cols[NUMBERS].corr()
    pd.testing.assert_frame_equal(found, pdf.groupby("g")[NUMBERS].corr(), atol=1e-12, check_index_type=False)


def test_pearson_is_one_query(hdf):
    hdf.cols[NUMBERS].corr()
    assert hdf.explain_passes().queries == 1


def test_exact_spearman_equals_pandas(hdf, pdf):
    found = hdf.cols[NUMBERS].corr(method="spearman", exact=True)
    pd.testing.assert_frame_equal(found, pdf[NUMBERS].corr(method="spearman"), atol=1e-12)


def test_exact_spearman_in_strata_equals_groupby(hdf, pdf):
    found = hdf.stratify("g").cols[NUMBERS].corr(method="spearman", exact=True)
    expected = pdf.groupby("g")[NUMBERS].corr(method="spearman")
    pd.testing.assert_frame_equal(found, expected, atol=1e-12, check_index_type=False)


def test_spearman_ranks_each_column_once_over_all_its_values(hdf, pdf):
    expected = pdf[NUMBERS].rank().corr()
    pd.testing.assert_frame_equal(hdf.cols[NUMBERS].corr(method="spearman"), expected, atol=1e-12)


def test_other_methods_and_columns_are_refused(hdf):
    with pytest.raises(InvalidValueError, match="'pearson' or 'spearman'; got 'kendall'"):
        hdf.cols[NUMBERS].corr(method="kendall")
    with pytest.raises(UnsupportedColumnError, match=r"'g' \(string\)"):
        hdf.cols[["a", "g"]].corr()
