"""Estimators: they learn what `fill` and `fence` learn, on the data that a pipeline trains on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.ml import Pipeline, PipelineModel

from handyspark import Bucket, Quantile
from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.ml import HandyFencer, HandyFencerEstimator, HandyImputer, HandyImputerEstimator


def rows(df: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in df.collect()]


def test_learn_what_the_frame_learns(titanic: Any) -> None:
    hdf = titanic.toHandy()
    imputer = HandyImputerEstimator(
        by=["Pclass", "Sex"], categorical=["Embarked"], continuous=["Age"], strategy="median", add_indicator=True
    ).fit(titanic)
    filled = hdf.stratify(["Pclass", "Sex"]).fill(
        categorical=["Embarked"], continuous=["Age"], strategy="median", add_indicator=True
    )
    assert isinstance(imputer, HandyImputer)
    assert imputer.statistics_ == filled.statistics_
    assert rows(imputer.transform(titanic)) == rows(filled)
    fencer = HandyFencerEstimator(columns="Fare", by=Bucket("Age", 2), k=3).fit(hdf)
    assert isinstance(fencer, HandyFencer)
    assert fencer.fences_ == hdf.stratify(Bucket("Age", 2)).fence("Fare", k=3).fences_


def test_pipelines_learn_on_their_training_data_each_stage_on_what_the_last_gives(frame: Any, spark: Any) -> None:
    training = frame([("a", 1.0), ("a", None), ("a", 3.0), ("a", 100.0), ("b", 7.0)], "g string, x double")
    stages = [
        HandyImputerEstimator(by="g", continuous="x", strategy="max"),
        HandyFencerEstimator(columns="x", method="quantiles", lower=0.0, upper=0.8),
    ]
    model = Pipeline(stages=stages).fit(training)
    new = spark.createDataFrame([("b", None), ("b", 1000.0), ("a", -5.0), ("c", None)], "g string, x double")
    # Filled, the values are 1, 100, 3, 100, 7: four of five lie up to 100.
    assert rows(model.transform(new)) == [("b", 7.0), ("b", 100.0), ("a", 1.0), ("c", None)]


def test_are_saved_and_loaded_with_all_that_was_set(tmp_path: Path) -> None:
    imputer = HandyImputerEstimator(
        by=["g", Bucket("Age", 2), Quantile("Fare", 4)],
        continuous=["x"],
        strategy={"x": "constant"},
        value=dt.date(2024, 2, 29),
    )
    fencer = HandyFencerEstimator(columns=["x"], by="g", method="mad", k=2.5)
    for estimator in (imputer, fencer):
        path = str(tmp_path / type(estimator).__name__)
        estimator.save(path)
        loaded = type(estimator).load(path)
        assert loaded.uid == estimator.uid
        assert {param.name: value for param, value in loaded.extractParamMap().items()} == {
            param.name: value for param, value in estimator.extractParamMap().items()
        }
    (file,) = (tmp_path / "HandyFencerEstimator").glob("part-*")
    assert json.loads(file.read_text())["params"]["options"] == {"object": {"k": 2.5}}


def test_params_can_be_set_and_searched_over(frame: Any) -> None:
    hdf = frame([(1.0,), (2.0,), (9.0,)], "x double")
    estimator = HandyImputerEstimator(continuous="x")
    assert estimator.fit(hdf).statistics_ == {"x": 4.0}
    assert estimator.fit(hdf, {estimator.strategy: "max"}).statistics_ == {"x": 9.0}
    assert estimator.copy({estimator.strategy: "min"}).fit(hdf).statistics_ == {"x": 1.0}
    assert estimator.getOrDefault("strategy") == "mean"
    assert estimator.setParams(strategy="median").fit(hdf).statistics_ == {"x": 2.0}
    with pytest.raises(InvalidTypeError, match="Did you mean 'strategy'"):
        estimator.setParams(strategie="mean")


def test_what_is_not_right_is_refused_when_it_is_fitted(frame: Any) -> None:
    hdf = frame([("a", 1.0)], "g string, x double")
    with pytest.raises(InvalidValueError, match="needs `columns`"):
        HandyFencerEstimator().fit(hdf)
    with pytest.raises(InvalidValueError, match="needs columns"):
        HandyImputerEstimator().fit(hdf)
    with pytest.raises(InvalidTypeError, match="no parameter `fold`"):
        HandyImputerEstimator(continuous="x", fold=3).fit(hdf)


def test_nothing_to_fill_is_a_transformer_that_changes_nothing(frame: Any, tmp_path: Path) -> None:
    hdf = frame([(1.0,), (None,)], "x double").fill(continuous="x")
    imputer = HandyImputerEstimator(continuous="x").fit(hdf)
    imputer.save(str(tmp_path / "imputer"))
    assert rows(HandyImputer.load(str(tmp_path / "imputer")).transform(hdf)) == [(1.0,), (1.0,)]


def test_a_whole_pipeline_is_saved_and_loaded_before_and_after_its_fit(titanic: Any, tmp_path: Path) -> None:
    pipeline = Pipeline(
        stages=[HandyImputerEstimator(by="Sex", continuous=["Age"]), HandyFencerEstimator(columns=["Fare", "Age"])]
    )
    pipeline.write().overwrite().save(str(tmp_path / "pipeline"))
    loaded = Pipeline.load(str(tmp_path / "pipeline"))
    model = loaded.fit(titanic)
    model.write().overwrite().save(str(tmp_path / "model"))
    expected = titanic.toHandy().stratify("Sex").fill(continuous=["Age"]).fence(["Fare", "Age"])
    for each in (model, PipelineModel.load(str(tmp_path / "model"))):
        assert rows(each.transform(titanic)) == rows(expected)
