"""Frames in strata: which methods of a DataFrame know them, and how."""

from __future__ import annotations

import pytest

from handyspark import Bucket, HandyFrame, handy
from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError
from handyspark.stratified import StratifiedFrame


@pytest.fixture(scope="module")
def hdf(spark):
    rows = [("b", 3), ("a", 1), ("b", 1), (None, 7), ("a", 1), ("b", 3), ("c", 9)]
    return handy(spark.createDataFrame(rows, "g string, x int").coalesce(1))


@pytest.fixture
def stratified(hdf):
    return hdf.stratify("g")


def test_count_is_by_stratum_and_leaves_missing_strata_out(stratified):
    counts = stratified.count()
    assert counts.to_dict() == {"a": 2, "b": 3, "c": 1}
    assert (counts.name, counts.index.name) == ("count", "g")


def test_take_gives_the_first_rows_of_each_stratum_in_strata_order(stratified):
    assert [tuple(row) for row in stratified.take(2)] == [("a", 1), ("a", 1), ("b", 3), ("b", 1), ("c", 9)]


def test_head_gives_one_row_a_stratum(stratified):
    assert [tuple(row) for row in stratified.head()] == [("a", 1), ("b", 3), ("c", 9)]


def test_limit_is_one_frame_without_helper_columns(stratified):
    limited = stratified.limit(1)
    assert isinstance(limited, HandyFrame)
    assert limited.columns == ["g", "x"]
    assert [tuple(row) for row in limited.collect()] == [("a", 1), ("b", 3), ("c", 9)]


def test_duplicates_are_dropped_within_strata(stratified):
    assert sorted(tuple(row) for row in stratified.dropDuplicates(["x"]).collect()) == [
        ("a", 1),
        ("b", 1),
        ("b", 3),
        ("c", 9),
    ]


def test_duplicates_are_kept_across_buckets(hdf):
    kept = hdf.stratify(Bucket("x", 2)).dropDuplicates([])
    assert kept.count() == 2


def test_a_sample_of_everything_is_every_row_in_a_stratum(stratified):
    assert stratified.sample(fraction=1.0, seed=1).count() == 6


def test_row_by_row_methods_stay_stratified(stratified):
    kept = stratified.filter("x < 9").withColumn("y", stratified.toHandy().x * 2)
    assert isinstance(kept, StratifiedFrame)
    assert kept.cols["y"].max().to_dict() == {"a": 2, "b": 6}


def test_edges_of_buckets_stay_as_they_were(hdf):
    halves = hdf.stratify(Bucket("x", 2))
    assert list(halves.filter("x < 4").count().index) == ["x >= 1.0000 and x < 5.0000"]


def test_leaving_out_a_stratum_column_is_refused_at_once(stratified):
    with pytest.raises(InvalidOperationError, match=r"`select` leaves out .*'g'"):
        stratified.select("x")


def test_methods_that_do_not_know_strata_say_so(stratified):
    with pytest.raises(InvalidOperationError, match="`union` does not know strata"):
        stratified.union(stratified.toHandy())


def test_an_attribute_that_no_frame_has_is_an_attribute_error(stratified):
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = stratified.nothing_like_it


@pytest.mark.parametrize(
    ("number", "error"), [(-1, InvalidValueError), ("2", InvalidTypeError), (True, InvalidTypeError)]
)
def test_a_number_of_rows_is_checked(stratified, number, error):
    with pytest.raises(error, match="`limit`"):
        stratified.limit(number)


def test_repr_names_the_strata(stratified):
    assert repr(stratified) == "StratifiedFrame[g] of HandyFrame[g: string, x: int]"
