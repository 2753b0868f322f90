"""Entropy and mutual information against SciPy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import mutual_info_score

from handyspark import handy


@pytest.fixture(scope="module")
def pdf():
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"x": random.integers(0, 4, 300), "s": random.choice(["p", "q", "r"], 300)})
    frame["y"] = (frame["x"] + random.integers(0, 2, 300)).astype("float64")
    frame.loc[::6, "y"] = np.nan
    frame["g"] = random.choice(["u", "v"], 300)
    frame["one"] = 1
    return frame


@pytest.fixture(scope="module")
def hdf(spark, pdf):
    return handy(spark.createDataFrame(pdf))


NAMES = ["x", "s", "y", "one"]


def _entropy(values: pd.Series) -> float:
    return float(stats.entropy(values.value_counts(), base=2))


def _mutual(frame: pd.DataFrame, a: str, b: str) -> float:
    known = frame[[a, b]].dropna()
    return float(mutual_info_score(known[a].to_numpy(), known[b].to_numpy()) / np.log(2))


def test_entropy_in_bits_equals_scipy(hdf, pdf):
    found = hdf.cols[NAMES].entropy()
    assert found.name == "entropy"
    assert found.to_dict() == pytest.approx({name: _entropy(pdf[name]) for name in NAMES}, abs=1e-9)


def test_entropy_in_strata(hdf, pdf):
    found = hdf.stratify("g").cols["y"].entropy()
    assert found.to_dict() == pytest.approx({g: _entropy(part["y"]) for g, part in pdf.groupby("g")}, abs=1e-9)


def test_mutual_information_in_bits_equals_scikit_learn(hdf, pdf):
    found = hdf.cols[NAMES].mutual_info()
    for a in NAMES:
        for b in NAMES:
            expected = _entropy(pdf[a]) if a == b else _mutual(pdf, a, b)
            assert found.loc[a, b] == pytest.approx(expected, abs=1e-9), (a, b)


def test_mutual_information_in_strata_is_one_query(hdf, pdf):
    found = hdf.stratify("g").cols[["x", "y"]].mutual_info()
    assert hdf.explain_passes().queries == 1
    for g, part in pdf.groupby("g"):
        assert found.loc[(g, "x"), "y"] == pytest.approx(_mutual(part, "x", "y"), abs=1e-9)


def test_a_column_without_values_has_no_entropy(spark):
    empty = handy(spark.createDataFrame([(None,)], "x double"))
    assert np.isnan(empty.cols["x"].entropy().iloc[0])
