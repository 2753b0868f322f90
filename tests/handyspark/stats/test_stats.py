"""Tests of hypotheses give what scipy gives on the same values."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from handyspark import Bucket
from handyspark.errors import (
    ColumnNotFoundError,
    InvalidTypeError,
    InvalidValueError,
    MissingPackageError,
    TooManyValuesError,
    UnsupportedColumnError,
)
from handyspark.stats import (
    KolmogorovSmirnovTest,
    StatisticalSummary,
    StatisticalSummaryValues,
    chiSquareTest,
    tTest,
    twoSampleKolmogorovSmirnovTest,
)

pytestmark = pytest.mark.thorough

CLOSE = {"rtol": 1e-9, "atol": 1e-9}
NUMBERS = st.lists(
    st.sampled_from([0.0, -0.0, 1.0, 1e6 + 0.5, float("nan"), None]) | st.floats(-1e3, 1e3), min_size=2, max_size=40
)


def known(values: Any) -> np.ndarray:
    array = np.array(values, dtype=float)
    return array[~np.isnan(array)]


@settings(max_examples=2)
@given(data=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=5, max_size=5))
def test_t_tests_of_any_two_samples_are_scipys(frame: Any, data: Any) -> None:
    rows = [(g, "a", x) for g, (first, _) in enumerate(data) for x in [*first, 3.25]]
    rows += [(g, "b", x) for g, (_, second) in enumerate(data) for x in [*second, -4.5, 1.0]]
    hdf = frame(rows, "g int, `s.``t` string, `x y` double")
    summaries = {s.label: s for s in StatisticalSummaryValues(hdf, "x y", by=["g", "s.`t"])}
    assert hdf.explain_passes().queries == 1
    for g, (first, second) in enumerate(data):
        a, b = known([*first, 3.25]), known([*second, -4.5, 1.0])
        one, other = summaries[f'g == "{g}" and s.`t == "a"'], summaries[f'g == "{g}" and s.`t == "b"']
        assert (one.n, one.min, one.max) == (len(a), a.min(), a.max())
        np.testing.assert_allclose([other.mean, other.variance, other.sum], [b.mean(), b.var(ddof=1), b.sum()], **CLOSE)
        if len(a) < 2:
            assert np.isnan(tTest(one, other).pvalue)
            continue
        for equal_var in (False, True):
            found, expected = tTest(one, other, equal_var=equal_var), scipy_stats.ttest_ind(a, b, equal_var=equal_var)
            got = [found.statistic, found.pvalue, found.df]
            np.testing.assert_allclose(got, [expected.statistic, expected.pvalue, expected.df], **CLOSE)


def test_t_tests_of_constants_and_of_several_samples(frame: Any) -> None:
    infinite = "if(id > 3, double('Infinity'), id) AS f"
    hdf = frame(f"SELECT 1.5D AS a, 1.5D AS b, 2L AS c, id AS d, cast(NULL AS double) AS e, {infinite} FROM range(6)")
    a, b, c, d, e, f = StatisticalSummaryValues(hdf, list("abcdef"))
    assert [s.label for s in (a, b, c, d, e, f)] == list("abcdef")
    for equal_var in (False, True):
        of_infinite = tTest(f, d, equal_var=equal_var)
        assert np.isnan([of_infinite.statistic, of_infinite.pvalue]).all()
    assert np.isnan(tTest(a, b).statistic)
    assert np.isnan(tTest(a, b).pvalue)
    assert (tTest(c, a).statistic, tTest(c, a).pvalue) == (np.inf, 0)
    assert (e.n, e.sum) == (0, 0)
    assert np.isnan([e.mean, e.stddev, tTest(d, e).pvalue]).all()
    table = tTest(a, c, d)
    assert isinstance(table.pvalue, pd.DataFrame)
    assert table.pvalue.columns.tolist() == table.pvalue.index.tolist() == ["a", "c", "d"]
    assert table.statistic.loc["d", "a"] == tTest(d, a).statistic == -table.statistic.loc["a", "d"]
    assert table.pvalue.loc["c", "d"] == scipy_stats.ttest_1samp(np.arange(6), 2).pvalue


@settings(max_examples=2)
@given(data=st.lists(NUMBERS, min_size=6, max_size=6))
def test_one_sample_against_a_distribution_is_scipys(frame: Any, data: Any) -> None:
    rows = [(g, x) for g, values in enumerate(data) for x in [*values, 0.5]]
    hdf = frame(rows, "g int, `x y` double")
    for dist, name, params in (
        ("normal", "norm", (0.5, 400)),
        ("expon", "expon", ()),
        ("gamma", "gamma", (2, -3.0, 10)),
    ):
        found = KolmogorovSmirnovTest(hdf, "x y", dist, *params, by="g")
        assert found.index.tolist() == list(range(6))
        assert (found["error_bound"] == 0).all()
        for g, values in enumerate(data):
            sample = known([*values, 0.5])
            expected = scipy_stats.kstest(sample, name, args=params)
            got = found.loc[g, ["statistic", "pvalue", "n"]].tolist()
            np.testing.assert_allclose(got, [expected.statistic, expected.pvalue, len(sample)], **CLOSE)


@settings(max_examples=3)
@given(first=NUMBERS, second=NUMBERS)
def test_two_samples_are_compared_as_scipy_does(frame: Any, first: Any, second: Any) -> None:
    first, second = [*first, 0.5, np.inf], [*second, 0.25, 0.5]
    hdf = frame([("a", x) for x in first] + [("b", x) for x in second], "s string, x double")
    found = twoSampleKolmogorovSmirnovTest(hdf, "x", by="s")
    expected = scipy_stats.ks_2samp(known(first), known(second))
    np.testing.assert_allclose([found.statistic, found.pvalue], [expected.statistic, expected.pvalue], **CLOSE)
    assert found.samples == ('s == "a"', 's == "b"')
    assert found.n == (len(known(first)), len(known(second)))
    assert found.error_bound == 0


@pytest.fixture(scope="module")
def many(spark: Any) -> tuple[Any, pd.DataFrame]:
    """Values that are all distinct but for one that many share, and strata."""
    rng = np.random.default_rng(11)
    data = pd.DataFrame(
        {"x": rng.normal(size=12_000), "y": rng.normal(0.05, 1.2, 12_000), "g": rng.random(12_000) < 0.9}
    )
    data.loc[rng.random(12_000) < 0.1, "x"] = 0.25
    return spark.createDataFrame(data.to_numpy().tolist(), "x double, y double, g boolean").cache(), data


def test_large_samples_are_compared_by_columns(many: Any) -> None:
    df, data = many
    found = twoSampleKolmogorovSmirnovTest(df, ["x", "y"])
    expected = scipy_stats.ks_2samp(data["x"], data["y"])
    np.testing.assert_allclose([found.statistic, found.pvalue], [expected.statistic, expected.pvalue], **CLOSE)
    assert found.samples == ("x", "y")
    assert found.error_bound == 0


def test_statistics_of_binned_values_are_within_the_stated_bound(many: Any) -> None:
    df, data = many
    one = KolmogorovSmirnovTest(df, "x", "normal", 0.02, 1, numBins=100)
    expected = scipy_stats.kstest(data["x"], "norm", args=(0.02, 1))
    assert 0 < one.error_bound <= 0.5 * (1 / 99 + 2e-4)
    assert abs(one.statistic - expected.statistic) <= one.error_bound
    by = KolmogorovSmirnovTest(df, "y", by="g", numBins=50)
    for g, rows in data.groupby("g"):
        distance = abs(by.loc[g, "statistic"] - scipy_stats.kstest(rows["y"], "norm").statistic)
        assert distance <= by.loc[g, "error_bound"] <= 0.5 * (1 / 49 + 2e-4)
    two = twoSampleKolmogorovSmirnovTest(df, ["x", "y"], numBins=100)
    assert 0 < two.error_bound <= 1 / 99 + 2e-4
    assert abs(two.statistic - scipy_stats.ks_2samp(data["x"], data["y"]).statistic) <= two.error_bound
    # A distribution that is nowhere near: no bin may hide that.
    far = KolmogorovSmirnovTest(df, "y", "normal", 0, 1e-3, numBins=50)
    assert (
        abs(far.statistic - scipy_stats.kstest(data["y"], "norm", args=(0, 1e-3)).statistic) <= far.error_bound < 0.02
    )


CATEGORIES = st.lists(
    st.tuples(st.sampled_from(["a", "b'`", None]), st.sampled_from([0.0, -0.0, 2.5, float("nan")])), max_size=30
)


@settings(max_examples=2)
@given(data=st.lists(CATEGORIES, min_size=5, max_size=5), correction=st.booleans())
def test_independence_is_tested_as_by_scipy(frame: Any, data: Any, correction: bool) -> None:
    rows = [(g, *pair) for g, pairs in enumerate(data) for pair in [*pairs, ("b'`", 0.0)]]
    hdf = frame(rows, "g int, `c.d` string, x double")
    found = chiSquareTest(hdf, "c.d", "x", by="g", correction=correction)
    assert hdf.explain_passes().queries == 1
    table = pd.DataFrame(rows, columns=["g", "c", "x"]).dropna()
    for g, mine in table.groupby("g"):
        counts = pd.crosstab(mine["c"], mine["x"] + 0.0)
        expected = scipy_stats.chi2_contingency(counts, correction=correction)
        np.testing.assert_allclose(found.loc[g].tolist(), [expected.statistic, expected.pvalue, expected.dof], **CLOSE)
    whole = chiSquareTest(hdf, "c.d", "x", correction=correction)
    counts = pd.crosstab(table["c"], table["x"] + 0.0)
    assert whole.observed.to_numpy().tolist() == counts.to_numpy().tolist()
    assert whole.observed.index.tolist() == counts.index.tolist()
    assert whole.observed.columns.tolist() == counts.columns.tolist()
    expected = scipy_stats.chi2_contingency(counts, correction=correction)
    np.testing.assert_allclose([whole.statistic, whole.pvalue], [expected.statistic, expected.pvalue], **CLOSE)
    np.testing.assert_allclose(whole.expected, expected.expected_freq, **CLOSE)


def test_titanic_is_tested_as_scipy_tests_it(titanic: Any, passengers: pd.DataFrame) -> None:
    women, men = StatisticalSummaryValues(titanic, "Age", by="Sex")
    ages = {sex: rows["Age"].dropna() for sex, rows in passengers.groupby("Sex")}
    expected: Any = scipy_stats.ttest_ind(ages["female"], ages["male"], equal_var=False)
    np.testing.assert_allclose([tTest(women, men).pvalue], [expected.pvalue], **CLOSE)
    found = twoSampleKolmogorovSmirnovTest(titanic.toHandy().stratify(Bucket("Survived", 2)), "Fare")
    fares = [rows["Fare"] for _, rows in passengers.groupby("Survived")]
    np.testing.assert_allclose(found.pvalue, scipy_stats.ks_2samp(*fares).pvalue, **CLOSE)
    result: Any = chiSquareTest(titanic, "Pclass", "Survived")
    expected = scipy_stats.chi2_contingency(pd.crosstab(passengers["Pclass"], passengers["Survived"]))
    np.testing.assert_allclose([result.statistic, result.pvalue], [expected.statistic, expected.pvalue], **CLOSE)


def test_bad_arguments_are_refused_in_words(frame: Any) -> None:
    hdf = frame("SELECT double(id) AS x, string(id) AS s, id % 3 AS g, cast(NULL AS int) AS n FROM range(9)")
    (x,) = StatisticalSummaryValues(hdf, "x")
    for error, match, call in (
        (ColumnNotFoundError, "no column 'y'", lambda: KolmogorovSmirnovTest(hdf, "y")),
        (UnsupportedColumnError, "'s' .string.", lambda: KolmogorovSmirnovTest(hdf, "s")),
        (
            InvalidValueError,
            "got 'exponential'. Did you mean 'expon'",
            lambda: KolmogorovSmirnovTest(hdf, "x", "exponential"),
        ),
        (InvalidTypeError, "must be the name", lambda: KolmogorovSmirnovTest(hdf, "x", scipy_stats.norm)),
        (InvalidTypeError, "takes .a, loc=0, scale=1.; got 0", lambda: KolmogorovSmirnovTest(hdf, "x", "gamma")),
        (InvalidValueError, "none of these: .0, -1.", lambda: KolmogorovSmirnovTest(hdf, "x", "normal", 0, -1)),
        (InvalidTypeError, "`params`", lambda: KolmogorovSmirnovTest(hdf, "x", "normal", "0")),
        (InvalidValueError, "`numBins`", lambda: KolmogorovSmirnovTest(hdf, "x", numBins=1)),
        (InvalidValueError, "'n' holds no value", lambda: KolmogorovSmirnovTest(hdf, "n")),
        (InvalidValueError, 'There are 3: g == "0"', lambda: twoSampleKolmogorovSmirnovTest(hdf, "x", by="g")),
        (InvalidValueError, "There are 1: x", lambda: twoSampleKolmogorovSmirnovTest(hdf, ["x", "n"])),
        (InvalidValueError, "There are 0.", lambda: twoSampleKolmogorovSmirnovTest(hdf, "n")),
        (UnsupportedColumnError, "'s' .string.", lambda: StatisticalSummaryValues(hdf, ["x", "s"])),
        (InvalidTypeError, "two summaries or more.*got 1", lambda: tTest(x)),
        (InvalidTypeError, "two summaries or more.*got 'x'", lambda: tTest(x, "x")),
        (InvalidTypeError, "`equal_var`", lambda: tTest(x, x, equal_var="no")),
        (InvalidTypeError, "`correction`", lambda: chiSquareTest(hdf, "s", "g", correction=1)),
        (InvalidValueError, "got 's' twice", lambda: chiSquareTest(hdf, "s", "s")),
        (InvalidValueError, "no row has both 's' and 'n'", lambda: chiSquareTest(hdf, "s", "n")),
        (UnsupportedColumnError, "array", lambda: chiSquareTest(hdf.selectExpr("array(x) AS a", "s"), "a", "s")),
    ):
        with pytest.raises(error, match=match):
            call()
    ids = frame("SELECT id AS a, id + 1 AS b FROM range(100001)")
    with pytest.raises(TooManyValuesError, match="more than 100,000 pairs"):
        chiSquareTest(ids, "a", "b")


def test_missing_scipy_is_named_with_what_installs_it(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hdf = frame([(1.0, 2)], "x double, y int")
    sample = StatisticalSummary(label="x", n=3, mean=0.0, variance=1.0, min=-1.0, max=1.0)
    for name in [name for name in sys.modules if name == "scipy" or name.startswith("scipy.")]:
        monkeypatch.setitem(sys.modules, name, None)
    for call in (
        lambda: KolmogorovSmirnovTest(hdf, "x"),
        lambda: twoSampleKolmogorovSmirnovTest(hdf, ["x", "y"]),
        lambda: chiSquareTest(hdf, "x", "y"),
        lambda: tTest(sample, sample),
    ):
        with pytest.raises(MissingPackageError, match=r"pip install handyspark\[stats\]"):
            call()
    assert issubclass(MissingPackageError, ImportError)
