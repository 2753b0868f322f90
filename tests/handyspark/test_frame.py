"""HandyFrames are Spark DataFrames in every respect, and stay HandyFrames."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import handyspark
from handyspark import HandyFrame, handy
from handyspark.errors import HandySparkError, InvalidOperationError, InvalidTypeError, InvalidValueError
from handyspark.wrapping import dataframe_classes


@pytest.fixture(scope="module")
def plain(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(1, "a", 1.0), (2, "b", None), (3, "b", 3.0)], "id int, g string, x double")


@pytest.fixture(scope="module")
def hdf(plain: Any) -> HandyFrame:
    return plain.toHandy().set_safety_limit(7)


def test_there_and_back(plain: Any) -> None:
    hdf = plain.toHandy()
    assert isinstance(hdf, HandyFrame)
    assert isinstance(hdf, type(plain))
    assert hdf.toHandy() is hdf
    assert handy(hdf) is hdf
    assert isinstance(handy(plain), HandyFrame)
    back = hdf.notHandy()
    assert not isinstance(back, HandyFrame)
    assert type(back) is type(plain)
    assert back.collect() == plain.collect()


@pytest.mark.parametrize("other", [None, [1], "frame", {"a": [1]}])
def test_only_spark_dataframes_become_handy(other: Any) -> None:
    with pytest.raises(InvalidTypeError, match="A Spark DataFrame is expected"):
        handy(other)


RETURN_FRAMES = {
    "filter": lambda hdf: hdf.filter("id > 1"),
    "where": lambda hdf: hdf.where(hdf.id > 1),
    "select": lambda hdf: hdf.select("id", hdf["x"]),
    "selectExpr": lambda hdf: hdf.selectExpr("id + 1 AS next"),
    "getitem of a list": lambda hdf: hdf[["id", "g"]],
    "getitem of a condition": lambda hdf: hdf[hdf.id > 1],
    "withColumn": lambda hdf: hdf.withColumn("y", F.col("x") * 2),
    "withColumnRenamed": lambda hdf: hdf.withColumnRenamed("x", "y"),
    "drop": lambda hdf: hdf.drop("x"),
    "limit": lambda hdf: hdf.orderBy("id").limit(2),
    "distinct": lambda hdf: hdf.distinct(),
    "dropDuplicates": lambda hdf: hdf.dropDuplicates(["g"]).select("g"),
    "alias": lambda hdf: hdf.alias("t").select("t.id"),
    "sample": lambda hdf: hdf.sample(1.0, seed=1),
    "groupBy.agg": lambda hdf: hdf.groupBy("g").agg(F.sum("x").alias("s")),
    "groupBy.count": lambda hdf: hdf.groupBy("g").count(),
    "groupBy.pivot": lambda hdf: hdf.groupBy("g").pivot("id", [1, 2]).sum("x"),
    "rollup": lambda hdf: hdf.rollup("g").count(),
    "cube": lambda hdf: hdf.cube("g").max("x"),
    "agg": lambda hdf: hdf.agg(F.max("x")),
    "na.drop": lambda hdf: hdf.na.drop(),
    "na.fill": lambda hdf: hdf.na.fill(0.0),
    "dropna": lambda hdf: hdf.dropna(),
    "fillna": lambda hdf: hdf.fillna({"x": 0.0}),
    "replace": lambda hdf: hdf.replace("a", "c"),
    "stat.crosstab": lambda hdf: hdf.stat.crosstab("g", "id"),
    "stat.freqItems": lambda hdf: hdf.stat.freqItems(["g"]),
    "describe": lambda hdf: hdf.describe("x"),
    "summary": lambda hdf: hdf.summary("count", "max"),
    "transform": lambda hdf: hdf.transform(lambda frame, least: frame.filter(frame.id > least), 1),
    "repartition": lambda hdf: hdf.repartition(3),
    "unpivot": lambda hdf: hdf.unpivot("id", ["x"], "name", "value"),
    "randomSplit": lambda hdf: hdf.randomSplit([1.0], seed=3)[0],
}


@pytest.mark.parametrize("operation", RETURN_FRAMES.values(), ids=RETURN_FRAMES)
def test_methods_that_give_dataframes_give_handy_ones_with_the_same_rows_and_settings(
    plain: Any, hdf: Any, operation: Any
) -> None:
    found = operation(hdf)
    assert isinstance(found, HandyFrame)
    assert found._state == hdf._state
    assert sorted(map(repr, found.collect())) == sorted(map(repr, operation(plain).collect()))


def test_joins_and_set_operations_on_either_side(plain: Any, hdf: Any) -> None:
    other = plain.filter("id < 3").selectExpr("id", "g AS h")
    left, right = hdf.join(other, "id"), other.join(hdf, "id")
    assert isinstance(left, HandyFrame)
    assert not isinstance(right, HandyFrame)
    assert left.count() == right.count() == 2
    assert isinstance(hdf.join(other.toHandy(), "id"), HandyFrame)
    for method in ("union", "unionByName", "intersect", "exceptAll", "subtract"):
        assert isinstance(getattr(hdf, method)(plain), HandyFrame)
        assert isinstance(getattr(plain, method)(hdf), dataframe_classes())
        assert getattr(hdf, method)(plain).count() == getattr(plain, method)(hdf).count()
    assert hdf.crossJoin(other).count() == 6
    assert hdf.join(hdf.groupBy("g").count(), "g").count() == 3


def test_spark_takes_it_wherever_it_takes_a_dataframe(spark: SparkSession, hdf: Any) -> None:
    assert spark.sql("SELECT max(id) AS m FROM {frame}", frame=hdf).collect()[0]["m"] == 3
    hdf.createOrReplaceTempView("handy_view")
    assert spark.table("handy_view").count() == 3
    assert hdf.join(F.broadcast(hdf.select("id")), "id").count() == 3


def test_columns_and_actions_are_sparks_own(plain: Any, hdf: Any) -> None:
    assert hdf.columns == plain.columns
    assert hdf.schema == plain.schema
    assert hdf.dtypes == plain.dtypes
    assert repr(hdf.id) == repr(plain.id)
    assert repr(hdf["x"]) == repr(plain["x"])
    assert hdf.count() == 3
    assert hdf.first() == plain.first()
    assert hdf.take(2) == plain.take(2)
    with pytest.raises(Exception, match="nothing"):
        hdf.select("nothing").collect()


def test_shape(hdf: Any) -> None:
    assert (hdf.nrows, hdf.ncols, hdf.shape) == (3, 3, (3, 3))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_do_not_see_each_others_changes(hdf: Any, copied: Any) -> None:
    twin = copied(hdf)
    assert isinstance(twin, HandyFrame)
    assert twin is not hdf
    assert twin.collect() == hdf.collect()
    changed = twin.set_safety_limit(3)
    assert (changed._state.safety_limit, twin._state.safety_limit, hdf._state.safety_limit) == (3, 7, 7)


def test_columns_can_be_iterated_over_and_counted(hdf: Any) -> None:
    assert list(hdf.cols) == ["id", "g", "x"]
    assert len(hdf.cols) == 3


def test_pickling_says_why_it_can_not(hdf: Any) -> None:
    with pytest.raises(InvalidOperationError, match="can't be pickled: its data stay in Spark"):
        pickle.dumps(hdf)


def test_repr_names_columns_and_types(hdf: Any) -> None:
    assert repr(hdf) == "HandyFrame[id: int, g: string, x: double]"


@pytest.mark.parametrize(("limit", "error"), [(0, InvalidValueError), (-1, InvalidValueError), ("5", InvalidTypeError)])
def test_a_safety_limit_is_a_positive_integer(hdf: Any, limit: Any, error: type[HandySparkError]) -> None:
    with pytest.raises(error, match="`limit` of `set_safety_limit`"):
        hdf.set_safety_limit(limit)


def test_streaming_frames_are_refused(spark: SparkSession) -> None:
    stream = spark.readStream.format("rate").load().toHandy()
    for ask in (lambda: stream.isnull(), lambda: stream.cols["value"].hist(), lambda: stream.stratify("value")):
        with pytest.raises(InvalidOperationError, match="streaming"):
            ask()


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert handyspark.__version__ == version("handyspark")


class TestChoosingColumns:
    def test_by_name_position_slice_and_list(self, hdf: Any) -> None:
        names = {
            repr(hdf.cols["x"]): "x: double",
            repr(hdf.cols[0]): "id: int",
            repr(hdf.cols[-1]): "x: double",
            repr(hdf.cols[1:]): "g: string, x: double",
            repr(hdf.cols[:]): "id: int, g: string, x: double",
            repr(hdf.cols[["x", 0]]): "x: double, id: int",
            repr(hdf.cols[("x", "id")]): "x: double, id: int",
        }
        assert {text: f"Columns[{shown}]" for text, shown in names.items()} == {text: text for text in names}

    def test_by_kind_unless_a_column_bears_that_name(self, frame: Any) -> None:
        hdf = frame("SELECT 1 AS i, 1.5D AS f, 1.5BD AS d, true AS b, 's' AS s, array(1) AS a, date'2020-01-01' AS day")
        assert hdf.cols.numerical == ["i", "f", "d"]
        assert hdf.cols.continuous == ["f", "d"]
        assert hdf.cols.categorical == ["i", "b", "s"]
        assert (hdf.cols.string, hdf.cols.array) == (["s"], ["a"])
        for kind in ("numerical", "continuous", "categorical", "string", "array"):
            assert list(hdf.cols[kind][:1].columns) == getattr(hdf.cols, kind)
        assert hdf.withColumn("string", F.lit(3)).cols["string"][:1].tolist() == [3]

    @pytest.mark.parametrize(
        ("key", "error", "said"),
        [
            ("X2", KeyError, "There is no column 'X2'"),
            (["x", "nope"], KeyError, "'nope'"),
            (3, ValueError, "no column 3: the frame has 3"),
            (1.5, TypeError, "got 1.5"),
            ([True], TypeError, "got True"),
            (None, TypeError, "got None"),
        ],
    )
    def test_what_is_not_there_is_refused(self, hdf: Any, key: Any, error: type[Exception], said: str) -> None:
        with pytest.raises(error, match=said) as raised:
            hdf.cols[key]
        assert isinstance(raised.value, HandySparkError)
