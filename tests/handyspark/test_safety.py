"""The safety limit: what it cuts, what it leaves alone, and going without for one action."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression

from handyspark.errors import SafetyWarning

ACTIONS: dict[str, Callable[[Any], Any]] = {
    "collect": lambda hdf: hdf.collect(),
    "toPandas": lambda hdf: hdf.toPandas(),
    "toLocalIterator": lambda hdf: list(hdf.toLocalIterator()),
    "values": lambda hdf: hdf.values,
    "columns": lambda hdf: hdf.cols["id"][:],
    "derived": lambda hdf: hdf.filter("id >= 0").toPandas(),
    "grouped": lambda hdf: hdf.groupBy("id").count().collect(),
}


@pytest.fixture(scope="module")
def hdf(spark: Any) -> Any:
    return spark.range(20).toHandy().set_safety_limit(7)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_action_is_cut_and_says_so_once_unless_the_safety_is_off(hdf: Any, action: Callable[[Any], Any]) -> None:
    with pytest.warns(SafetyWarning, match="Only the first 7 rows") as said:
        assert len(action(hdf)) == 7
    assert [w.filename for w in said if w.category is SafetyWarning] == [__file__]
    off = hdf.safety_off()
    with warnings.catch_warnings():
        warnings.simplefilter("error", SafetyWarning)
        assert len(action(off)) == 20
        assert len(action(hdf.set_safety_limit(20))) == 20
    with pytest.warns(SafetyWarning):
        assert len(action(off)) == 7


def test_arrow_is_cut_too(hdf: Any) -> None:
    if not hasattr(type(hdf.notHandy()), "toArrow"):
        pytest.skip("PySpark 3.5 has no toArrow")
    with pytest.warns(SafetyWarning):
        assert hdf.toArrow().num_rows == 7


def test_a_thousand_rows_are_the_limit_unless_told_otherwise(spark: Any) -> None:
    with pytest.warns(SafetyWarning, match="1,000"):
        assert len(spark.range(1001).toHandy().collect()) == 1000


def test_an_action_that_fails_uses_it_up_and_frames_made_of_one_share_it(hdf: Any) -> None:
    off = hdf.safety_off()
    with pytest.raises(Exception, match="on purpose"):
        off.selectExpr("if(id > 3, raise_error('on purpose'), id)").collect()
    with pytest.warns(SafetyWarning):
        assert len(off.collect()) == 7


def test_what_has_a_number_and_what_is_inside_is_left_alone(hdf: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", SafetyWarning)
        off = hdf.safety_off()
        assert (len(hdf.take(15)), len(hdf.head(15)), len(hdf.limit(15).take(15)), hdf.count()) == (15, 15, 15, 20)
        hdf.show(15)
        assert hdf.cols["id"].value_counts().size == 20
        hdf.cols["id"].hist()
        rows = VectorAssembler(inputCols=["id"], outputCol="v").transform(hdf.selectExpr("id", "id * 2D AS y"))
        model = LinearRegression(featuresCol="v", labelCol="y").fit(rows)
        assert model.coefficients[0] == pytest.approx(2, abs=1e-3)
        assert off.count() == 20
        assert len(off.collect()) == 20
        assert hdf.stratify("id").safety_off().toHandy().toPandas().shape == (20, 1)


def test_the_limit_costs_no_pass(spark: Any, passes: Any, tmp_path: Any) -> None:
    spark.range(3000).repartition(2).write.parquet(str(tmp_path / "t"))
    hdf = spark.read.parquet(str(tmp_path / "t")).toHandy()
    with pytest.warns(SafetyWarning):
        assert passes(lambda: hdf.toPandas(), 3000) <= 1
