"""What was fitted as transformers of pyspark.ml: the same cells on every path, and what they are saved as."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import VectorAssembler
from sklearn.impute import SimpleImputer

from handyspark import Bucket, HandyFrame, handy
from handyspark.errors import ColumnNotFoundError, InvalidOperationError, InvalidTypeError, InvalidValueError
from handyspark.ml import HandyFencer, HandyImputer


def rows(df: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in df.collect()]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "a folder" / "it's saved")


def cleaned_by_hand(passengers: pd.DataFrame) -> pd.DataFrame:
    """Port by mode, age by the mean of class and sex, fare within Tukey's fences of its port."""
    data = passengers.copy()
    data[["Embarked"]] = SimpleImputer(strategy="most_frequent").fit_transform(data[["Embarked"]].astype(object))
    for _, group in data.groupby(["Pclass", "Sex"]):
        data.loc[group.index, ["Age"]] = SimpleImputer(strategy="mean").fit_transform(group[["Age"]])
    for _, group in data.groupby("Embarked"):
        q1, q3 = np.quantile(group.Fare, [0.25, 0.75], method="inverted_cdf")
        data.loc[group.index, "Fare"] = group.Fare.clip(q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))
    return data


def test_frame_transformers_what_is_loaded_sql_and_hand_agree_in_every_cell(
    titanic: Any, passengers: pd.DataFrame, folder: str, spark: Any
) -> None:
    filled = titanic.toHandy().fill(categorical=["Embarked"])
    filled = filled.stratify(["Pclass", "Sex"]).fill(continuous=["Age"], strategy=["mean"])
    fenced = filled.stratify("Embarked").fence(["Fare"])
    expected = cleaned_by_hand(passengers)
    found = pd.DataFrame(rows(fenced), columns=fenced.columns)
    for name in expected.columns:
        if expected[name].dtype.kind == "f":
            np.testing.assert_allclose(found[name].astype(float), expected[name], rtol=1e-14, err_msg=name)
        else:
            assert found[name].fillna("").tolist() == expected[name].fillna("").tolist()

    imputer, fencer = fenced.transformers.imputer(), fenced.transformers.fencer()
    imputer.save(folder + " imputer")
    fencer.save(folder + " fencer")
    loaded = HandyImputer.load(folder + " imputer"), HandyFencer.load(folder + " fencer")
    assert loaded[0].statistics_ == fenced.statistics_
    assert loaded[1].fences_ == fenced.fences_
    for one, other in ((imputer, fencer), loaded):
        assert rows(other.transform(one.transform(titanic))) == rows(fenced)
    titanic.createOrReplaceTempView("titanic_raw")
    spark.sql(loaded[0].to_sql("titanic_raw")).createOrReplaceTempView("titanic_filled")
    assert rows(spark.sql(loaded[1].to_sql("titanic_filled"))) == rows(fenced)


def test_values_of_every_type_strata_and_names_survive_saving(spark: Any, frame: Any, folder: str) -> None:
    hdf = frame(
        """SELECT * FROM VALUES
        ('it''s "odd" $', 1, 0.1BD, date'2024-02-29', true, timestamp'2024-03-10 02:30:00', 1.5D, 'a\\\\b'),
        ('plain', 2, 0.2BD, date'2024-03-02', false, timestamp'2024-11-03 01:30:00', 80.25D, '漢字 😀'),
        ('it''s "odd" $', null, null, null, null, null, 1.5D, null),
        ('plain', null, null, null, null, null, 80.25D, null),
        (null, null, null, null, null, null, null, null)
        AS t(`the stratum's "name"`, `n.o`, d, day, yes, at, `a ge`, s)"""
    )
    names = ["`n.o`", "d", "day", "yes", "at", "s"]
    filled = hdf.stratify(['the stratum\'s "name"', Bucket("a ge", 3)]).fill(
        strategy=dict.fromkeys([name.strip("`") for name in names], "mode")
    )
    filled.transformers.imputer().save(folder)
    done = HandyImputer.load(folder).transform(hdf.notHandy())
    assert done.dtypes == hdf.dtypes
    assert rows(done) == rows(filled)
    first, second, third, fourth, last = rows(done.select(*names))
    assert (third, fourth) == (first, second)
    assert last == (None,) * 6
    hdf.createOrReplaceTempView("typed")
    assert rows(spark.sql(HandyImputer.load(folder).to_sql("typed"))) == rows(filled)


def test_indicators_regression_and_draws_survive_saving(frame: Any, folder: str, spark: Any) -> None:
    data = [("ab"[i % 2], None if i % 3 == 0 else float(i), float(i * i % 17), i % 5 or None) for i in range(40)]
    hdf = frame(data, "g string, x double, y double, n int").stratify("g")
    filled = hdf.fill(
        strategy={"x": "regression", "n": "random_sample"}, predictors="y", seed=5, n=10, add_indicator=True
    )
    filled.transformers.imputer().save(folder)
    plain = spark.createDataFrame(data, "g string, x double, y double, n int")
    assert rows(HandyImputer.load(folder).transform(plain)) == rows(filled)
    plain.createOrReplaceTempView("drawn")
    assert rows(spark.sql(HandyImputer.load(folder).to_sql("drawn"))) == rows(filled)


def test_new_integers_beyond_a_fence_that_did_not_bite_are_capped_within(frame: Any) -> None:
    fencer = frame([(1,), (2,), (2,), (2,)], "n int").fence("n", k=0.25).transformers.fencer()
    assert fencer.fences_ == {"n": [0.75, 2.25]}
    done = fencer.transform(frame([(0,), (5,), (None,)], "n int"))
    assert done.dtypes == [("n", "int")]
    assert rows(done) == [(1,), (2,), (None,)]


def test_handy_frames_stay_handy_and_plain_ones_plain(frame: Any, spark: Any) -> None:
    imputer = frame([(1.0,), (None,)], "x double").fill(continuous="x").transformers.imputer()
    hdf = frame([(None,)], "x double").set_safety_limit(3)
    assert imputer.transform(hdf)._state == hdf._state
    assert not isinstance(imputer.transform(hdf.notHandy()), HandyFrame)


def test_missing_and_mistyped_columns_are_named_at_transform(frame: Any, spark: Any) -> None:
    imputer = frame([("a", 1.0)], "g string, x double").stratify("g").fill(continuous="x").transformers.imputer()
    with pytest.raises(ColumnNotFoundError, match="`HandyImputer` needs 'g'"):
        imputer.transform(spark.createDataFrame([(1.0,)], "x double"))
    with pytest.raises(InvalidTypeError, match="'x' of type double; here it is int"):
        imputer.transform(spark.createDataFrame([("a", 1)], "g string, x int"))


def test_without_a_fit_there_is_no_transformer(frame: Any) -> None:
    hdf = frame([(1.0,)], "x double")
    with pytest.raises(InvalidOperationError, match=r"no imputer. Fill first"):
        hdf.transformers.imputer()
    with pytest.raises(InvalidOperationError, match=r"no fencer. Fence first"):
        hdf.transformers.fencer()
    assert repr(hdf.fence("x").transformers) == "transformers[fencer]"


def test_what_is_saved_is_one_readable_file(frame: Any, folder: str) -> None:
    frame([(1.0,), (None,)], "x double").fill(continuous="x").transformers.imputer().save(folder)
    (file,) = Path(folder).glob("part-*")
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["steps"][0]["fitted"] == [{"values": {"x": {"value": 1.0}}}]
    made_by = stored["steps"][0]["rules"][0]["made_by"]
    assert (made_by["name"], made_by["distribution"]) == ("mean", "handyspark")
    assert "\n  " in file.read_text(encoding="utf-8")


def test_saving_takes_no_place_that_is_taken_unless_told_to(frame: Any, folder: str) -> None:
    hdf = frame([(1.0,), (3.0,)], "x double")
    first = hdf.fill(strategy={"x": "min"}).transformers.imputer()
    second = hdf.fill(strategy={"x": "max"}).transformers.imputer()
    first.save(folder)
    with pytest.raises(InvalidOperationError, match=r"write\(\)\.overwrite\(\)"):
        second.save(folder)
    assert HandyImputer.load(folder).statistics_ == {"x": 1.0}
    second.write().overwrite().save(folder)
    loaded = HandyImputer.load(folder)
    assert (loaded.statistics_, loaded.uid) == ({"x": 3.0}, second.uid)


def test_what_is_not_there_or_something_else_is_refused(frame: Any, folder: str, spark: Any) -> None:
    hdf = frame([(1.0,)], "x double")
    hdf.fence("x").transformers.fencer().save(folder)
    with pytest.raises(InvalidValueError, match=r"HandyFencer was saved at .*, not a .*HandyImputer"):
        HandyImputer.load(folder)
    with pytest.raises(InvalidValueError, match="Nothing was saved"):
        HandyFencer.load(folder + " too")
    with pytest.raises(InvalidTypeError, match="path"):
        hdf.fence("x").transformers.fencer().save(3)


def test_copies_share_nothing_that_changes(frame: Any) -> None:
    imputer = frame([(1.0,)], "x double").fill(continuous="x").transformers.imputer()
    copied = imputer.copy()
    assert (copied.uid, copied.statistics_) == (imputer.uid, imputer.statistics_)
    assert copied is not imputer


def test_in_a_pipeline_with_stages_of_sparks_own(titanic: Any, folder: str) -> None:
    filled = titanic.toHandy().stratify("Pclass").fill(continuous=["Age"])
    fenced = filled.fence("Fare")
    pipeline = Pipeline(
        stages=[
            fenced.transformers.imputer(),
            fenced.transformers.fencer(),
            VectorAssembler(inputCols=["Age", "Fare"], outputCol="features"),
        ]
    )
    model = pipeline.fit(titanic)
    model.write().overwrite().save(folder)
    expected = [(row.Age, row.Fare) for row in fenced.collect()]
    for each in (model, PipelineModel.load(folder)):
        assert [tuple(row.features) for row in each.transform(titanic).select("features").collect()] == expected


@pytest.mark.usefixtures("plugin")
@pytest.mark.thorough
def test_loading_needs_no_plugin(frame: Any, folder: str) -> None:
    hdf = frame([("a", 2.0, 1.0), ("a", None, 5.0), ("b", 1.0, 4.0)], "g string, x double, y double").stratify("g")
    filled = hdf.fill(continuous="x", strategy="share", predictors="y")
    assert rows(filled)[1] == ("a", 5 * 2 / 3, 5.0)
    fenced = filled.fence("y", method="unscaled_mad", k=1)
    fenced.transformers.imputer().save(folder + " imputer")
    fenced.transformers.fencer().save(folder + " fencer")
    code = f"""
import importlib.util, sys
from pyspark.sql import SparkSession
from handyspark.ml import HandyFencer, HandyImputer

assert importlib.util.find_spec("handyspark_test_plugin") is None
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
df = spark.createDataFrame([("a", None, 5.0), ("c", None, 5.0)], "g string, x double, y double")
imputer, fencer = HandyImputer.load({folder + " imputer"!r}), HandyFencer.load({folder + " fencer"!r})
print(imputer._steps[0].rules[0].origin.distribution)
print([tuple(row) for row in imputer.transform(df).collect()])
print(fencer.fences_)
"""
    # Without what a session of Spark Connect leaves behind for its children.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "SPARK_"))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "handyspark-test-plugin",
        str([("a", 5 * 2 / 3, 5.0), ("c", None, 5.0)]),
        str(dict(fenced.fences_)),
    ]


def test_a_file_of_an_older_format_transforms_still(frame: Any, folder: str, spark: Any) -> None:
    imputer = frame([(1.0,)], "x double").fill(continuous="x").transformers.imputer()
    imputer.save(folder)
    (file,) = Path(folder).glob("part-*")
    older = """{"format": 1, "steps": [{"frame": {"g": "string", "x": "double"}, "rules": [{"rule": "fill", "column":
      {"name": "x", "type": "double"}, "type": "double", "names": ["value"], "template": "{value}", "others": []}],
      "strata": [{"column": {"name": "g", "type": "string"}}],
      "fitted": [{"clause": "g == \\"a\\"", "key": ["a"], "values": {"x": {"value": 2.5}}}]}]}"""
    for checksum in Path(folder).glob(".part-*.crc"):
        checksum.unlink()
    file.write_text(older, encoding="utf-8")
    loaded = HandyImputer.load(folder)
    assert loaded.statistics_ == {'g == "a"': {"x": 2.5}}
    df = spark.createDataFrame([("a", None), ("b", None)], "g string, x double")
    assert rows(loaded.transform(df)) == [("a", 2.5), ("b", None)]
    assert handy(df).statistics_ == {}
