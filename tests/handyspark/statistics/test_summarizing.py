"""Statistics of columns against pandas and NumPy on the same data."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handyspark import handy
from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError

pytestmark = pytest.mark.thorough

SCHEMA = "g string, i int, x double, d decimal(10,2), b boolean, s string, day date, at timestamp"
NAN = float("nan")
ROWS = [
    ("a", 1, 1.5, decimal.Decimal("1.25"), True, "x", dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, 12)),
    ("a", None, NAN, None, None, None, None, None),
    ("b", 3, -2.0, decimal.Decimal("-3.10"), False, "y", dt.date(2019, 5, 1), dt.datetime(2019, 5, 1)),
    ("b", 3, None, decimal.Decimal("7.00"), False, "y", dt.date(2021, 1, 1), dt.datetime(2021, 1, 1)),
    ("b", 10, 8.25, decimal.Decimal("0.50"), True, "z", dt.date(2018, 2, 3), dt.datetime(2018, 2, 3)),
    (None, 99, 99.0, None, True, "w", None, None),
]


@pytest.fixture(scope="module")
def hdf(spark):
    return handy(spark.createDataFrame(ROWS, SCHEMA))


@pytest.fixture(scope="module")
def pdf():
    frame = pd.DataFrame(ROWS, columns=[part.split()[0] for part in SCHEMA.split(", ")])
    return frame.astype({"i": "float64", "x": "float64", "d": "float64"})


PANDAS = {"mean": "mean", "stddev": "std", "var": "var", "min": "min", "max": "max"}


@pytest.mark.parametrize("name", PANDAS)
def test_numbers_equal_pandas(hdf, pdf, name):
    found = getattr(hdf.cols[["i", "x"]], name)()
    pd.testing.assert_series_equal(found.astype("float64"), getattr(pdf[["i", "x"]], PANDAS[name])(), check_names=False)
    assert found.name == name


@pytest.mark.parametrize("name", PANDAS)
def test_numbers_by_stratum_equal_pandas_groupby(hdf, pdf, name):
    found = getattr(hdf.stratify("g").cols[["i", "x"]], name)()
    expected = getattr(pdf.groupby("g")[["i", "x"]], PANDAS[name])()
    pd.testing.assert_frame_equal(found.astype("float64"), expected, check_index_type=False)


def test_one_column_in_strata_is_a_series_named_after_the_statistic(hdf, pdf):
    found = hdf.stratify("g").cols["x"].mean()
    assert found.name == "mean"
    assert found.to_dict() == pytest.approx(pdf.groupby("g")["x"].mean().to_dict())


def test_values_keep_the_type_of_their_column(hdf):
    assert hdf.cols["d"].max().iloc[0] == decimal.Decimal("7.00")
    assert hdf.cols["day"].min().iloc[0] == dt.date(2018, 2, 3)
    assert hdf.cols["at"].max().iloc[0] == pd.Timestamp(2021, 1, 1)
    assert hdf.cols["s"].max().iloc[0] == "z"
    assert hdf.cols["i"].min().dtype == np.dtype("int32")


def test_booleans_have_a_mean(hdf):
    assert hdf.cols["b"].mean().iloc[0] == pytest.approx(3 / 5)


def test_a_statistic_that_makes_no_sense_names_the_columns(hdf):
    with pytest.raises(UnsupportedColumnError, match=r"`mean` .*'s' \(string\), 'day' \(date\)"):
        hdf.cols[["x", "s", "day"]].mean()


def test_mode_is_the_least_of_the_most_frequent_values(hdf, pdf):
    found = hdf.cols[["i", "s", "b"]].mode()
    assert found.to_dict() == {"i": 3, "s": pdf["s"].mode()[0], "b": True}
    assert hdf.stratify("g").cols["x"].mode().to_dict() == {"a": 1.5, "b": -2.0}


def test_exact_number_of_unique_values_equals_pandas(hdf, pdf):
    names = ["i", "x", "d", "b", "s"]
    assert hdf.cols[names].nunique(exact=True).to_dict() == pdf[names].nunique().to_dict()
    found = hdf.stratify("g").cols[names].nunique(exact=True)
    pd.testing.assert_frame_equal(found, pdf.groupby("g")[names].nunique(), check_index_type=False)


def test_approximate_number_of_unique_values_is_near(spark):
    found = handy(spark.range(5000)).cols["id"].nunique()
    assert found.dtype == np.dtype("int64")
    assert found.iloc[0] == pytest.approx(5000, rel=0.2)


def test_a_column_without_values_has_no_statistics(spark):
    empty = handy(spark.createDataFrame([(None, None), (None, NAN)], "s string, x double"))
    assert empty.cols["x"].agg(["mean", "stddev", "min", "median", "mode"])["x"].isna().all()
    assert empty.cols[["s", "x"]].agg(["count", "nunique", "isnull"]).to_numpy().tolist() == [[0, 0], [0, 0], [2, 2]]


def test_a_frame_without_rows_has_no_statistics_and_no_strata(spark):
    empty = handy(spark.createDataFrame([], "g string, x double"))
    assert np.isnan(empty.cols["x"].mean().iloc[0])
    assert empty.stratify("g").cols["x"].mean().empty


def test_several_statistics_are_statistics_by_columns(hdf, pdf):
    found = hdf.cols[["i", "x"]].agg(["mean", "isnull", "max"])
    expected = pd.DataFrame(
        {name: [pdf[name].mean(), pdf[name].isna().sum(), pdf[name].max()] for name in ("i", "x")},
        index=["mean", "isnull", "max"],
    )
    pd.testing.assert_frame_equal(found.astype("float64"), expected)


def test_several_statistics_in_strata_are_strata_by_column_and_statistic(hdf, pdf):
    found = hdf.stratify("g").cols[["i", "x"]].agg(["mean", "max"])
    expected = pdf.groupby("g")[["i", "x"]].agg(["mean", "max"])
    pd.testing.assert_frame_equal(found.astype("float64"), expected, check_index_type=False)


def test_an_unknown_statistic_is_refused_with_a_near_one(hdf):
    with pytest.raises(InvalidValueError, match="Did you mean 'mean'"):
        hdf.cols["x"].agg(["meen"])


def test_plain_statistics_are_one_query_and_sketches_one_more(hdf):
    hdf.cols[["i", "x"]].agg(["mean", "stddev", "min", "max", "isnull"])
    assert hdf.explain_passes().queries == 1
    stratified = hdf.stratify(["g", "b"])
    stratified.cols[["i", "x"]].agg(["mean", "q1", "median", "q3"])
    assert hdf.explain_passes().queries == 2
    assert hdf.explain_passes().seconds > 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.one_of(st.none(), st.just(NAN), st.floats(-1e6, 1e6)), max_size=30),
    perc=st.floats(0, 100),
)
def test_quantiles_are_inverted_cdf(spark, values, perc):
    frame = handy(spark.createDataFrame([(value,) for value in values], "x double"))
    known = [value for value in values if value is not None and not np.isnan(value)]
    found = frame.cols["x"].percentile(perc).iloc[0]
    if not known:
        assert np.isnan(found)
        return
    # The one freedom that floating point leaves: perc / 100 * n may fall a hair to either side of a whole number.
    near = {np.quantile(known, min(max(perc / 100 + by, 0), 1), method="inverted_cdf") for by in (-1e-12, 0, 1e-12)}
    assert found in near


def test_quartiles_and_median_are_named_and_are_values_of_the_column(hdf, pdf):
    for name, share in {"q1": 0.25, "median": 0.5, "q3": 0.75}.items():
        found = getattr(hdf.cols["i"], name)()
        assert found.name == name
        assert found.iloc[0] == np.quantile(pdf["i"].dropna(), share, method="inverted_cdf")


@pytest.mark.parametrize(
    ("perc", "error"),
    [(101, InvalidValueError), (-1, InvalidValueError), ("50", InvalidTypeError), (True, InvalidTypeError)],
)
def test_a_percentage_out_of_range_is_refused(hdf, perc, error):
    with pytest.raises(error, match="`perc`"):
        hdf.cols["x"].percentile(perc)


def test_precision_is_a_rank_error(spark):
    frame = handy(spark.range(10_001).selectExpr("cast(id as double) AS x"))
    assert abs(frame.cols["x"].median(precision=0.05).iloc[0] - 5000) <= 0.05 * 10_001
    assert frame.cols["x"].median().iloc[0] == pytest.approx(5000, abs=1e-4 * 10_001)


@pytest.mark.parametrize("statistics", [None, "mean", []])
def test_statistics_are_given_as_a_list(hdf, statistics):
    with pytest.raises(InvalidTypeError, match="list of statistics"):
        hdf.cols["x"].agg(statistics)


def test_no_column_is_nothing_to_sum_up(hdf):
    with pytest.raises(InvalidValueError, match="no column to sum up"):
        hdf.cols["array"].agg(["mean"])


def test_columns_are_sliced_by_position(hdf):
    with pytest.raises(InvalidTypeError, match="sliced by position"):
        hdf.cols["i":"x"]
