"""Classifiers of several classes are judged as scikit-learn judges them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from handyspark.errors import (
    InvalidTypeError,
    InvalidValueError,
    LeftOutWarning,
    UndefinedMetricWarning,
    UnsupportedColumnError,
)
from handyspark.evaluation import MulticlassMetrics

pytestmark = pytest.mark.thorough

CLOSE = {"rtol": 0, "atol": 1e-9}
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from([0.0, 1.0, 0.5, 2.25])), min_size=1, max_size=30
)
FIGURES = ["precision", "recall", "f_measure", "support"]


@settings(max_examples=3)
@given(models=st.lists(ROWS, min_size=4, max_size=4), beta=st.sampled_from([1, 0.5, 2.0]))
def test_figures_by_class_and_on_average_are_scikit_learns(frame: Any, models: Any, beta: float) -> None:
    rows = [(g, *row) for g, model in enumerate(models) for row in [*model, (1, 2, 1.0)]]
    hdf = frame(rows, "g int, `la bel` int, `p.``r` int, w double").selectExpr(
        "g", "`la bel`", "double(`p.``r`) AS `p.``r`", "w"
    )
    data = pd.DataFrame([row for row in rows if row[3] > 0], columns=["g", "y", "p", "w"])
    whole = MulticlassMetrics(hdf, "p.`r", "la bel", "w")
    by = MulticlassMetrics(hdf, "p.`r", "la bel", "w", by="g")
    classes = sorted({*data["y"], *data["p"]})
    assert whole.classes == by.classes == classes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        tables = [(whole.by_class(beta), whole.averages(beta), whole.accuracy, whole.confusionMatrix(), data)]
        for g, mine in data.groupby("g"):
            matrix = by.confusionMatrix()[f'g == "{g}"']
            tables.append((by.by_class(beta).loc[g], by.averages(beta).loc[g], by.accuracy[g], matrix, mine))
    assert by.explain_passes().queries == 1
    for by_class, averages, accuracy, matrix, mine in tables:
        y, p, w = mine["y"], mine["p"], mine["w"]
        judge = {"beta": beta, "sample_weight": w, "zero_division": 0}
        assert by_class.index.tolist() == sorted({*y, *p})
        np.testing.assert_allclose(by_class[FIGURES].T, metrics.precision_recall_fscore_support(y, p, **judge), **CLOSE)
        for average in ("macro", "weighted"):
            expected = metrics.precision_recall_fscore_support(y, p, average=average, **judge)[:3]
            np.testing.assert_allclose(averages.loc[average, FIGURES[:3]], np.array(expected, dtype=float), **CLOSE)
        np.testing.assert_allclose(accuracy, metrics.accuracy_score(y, p, sample_weight=w), **CLOSE)
        expected_matrix = metrics.confusion_matrix(y, p, sample_weight=w, labels=classes)
        np.testing.assert_allclose(matrix, expected_matrix, **CLOSE)


def test_classes_may_be_strings_booleans_or_numbers_of_any_type(spark: Any) -> None:
    df = spark.sql(
        "SELECT string(y) AS s, string(p) AS t, y > 1 AS b, p > 1 AS c, y, decimal(p) AS d, p + 0.5D AS h "
        "FROM VALUES (1, 1), (2, 1), (2, 2), (3, 2) AS (y, p)"
    )
    matrix = [[1, 0, 0], [1, 1, 0], [0, 1, 0]]
    for label, prediction, classes in (("s", "t", ["1", "2", "3"]), ("y", "d", [1, 2, 3])):
        table = MulticlassMetrics(df, prediction, label).print_confusion_matrix()
        assert table.to_numpy().tolist() == matrix
        assert table.index.tolist() == classes
        assert table.columns.tolist() == [("Predicted", name) for name in classes]
    assert MulticlassMetrics(df, "c", "b").classes == [False, True]
    assert MulticlassMetrics(df, "h", "b").classes == [0, 1, 1.5, 2.5]
    with pytest.raises(UnsupportedColumnError, match=r"'s' holds strings and 'd' does not.*IndexToString"):
        MulticlassMetrics(df, "d", "s")


def test_what_is_never_predicted_and_what_is_missing_is_said(frame: Any) -> None:
    rows = [(1, 2, 1.0), (2, 2, 1.0), (None, 2, 1.0), (1, None, 1.0), (1, 1, None), (3, 3, 0.0)]
    mcm = MulticlassMetrics(frame(rows, "label int, prediction int, w double"), weightCol="w")
    with pytest.warns(
        LeftOutWarning, match="1 without a label .'label'., 1 without a prediction .'prediction'., 1 without a weight"
    ):
        assert mcm.classes == [1, 2]
    assert mcm.left_out.to_dict() == {"label": 1, "prediction": 1, "weight": 1}
    with pytest.warns(UndefinedMetricWarning, match="Never predicted: 1. The precision is not defined"):
        assert mcm.by_class()["precision"].tolist() == [0, 0.5]
    swapped = MulticlassMetrics(frame(rows[:2], "prediction int, label int, w double"))
    with pytest.warns(UndefinedMetricWarning, match="Never a label: 1. The recall is not defined"):
        assert swapped.averages().loc["macro", "recall"] == 0.25


@pytest.fixture(scope="module")
def scored(spark: Any) -> tuple[Any, pd.DataFrame]:
    rng = np.random.default_rng(5)
    y = rng.integers(0, 3, 240)
    scores = rng.random((240, 3)).round(2) + 0.6 * np.eye(3)[y]
    scores /= scores.sum(axis=1, keepdims=True)
    data = pd.DataFrame({"y": y, "g": rng.choice(["a", "b"], 240), "w": rng.random(240)})
    data["s"], data["p"] = scores.tolist(), scores.argmax(axis=1)
    df = spark.createDataFrame(data.to_numpy().tolist(), "y int, g string, w double, s array<double>, p int").cache()
    return df, data


def test_scores_of_each_class_are_judged_against_the_rest(scored: Any) -> None:
    df, data = scored
    scores = np.array(data["s"].tolist())
    against = MulticlassMetrics(df, "p", "y", "w", scoreCol="s").one_vs_rest()
    areas = against.areaUnderROC
    assert areas.index.tolist() == [0, 1, 2]
    assert areas.index.name == "class"
    expected = [metrics.roc_auc_score(data["y"] == k, scores[:, k], sample_weight=data["w"]) for k in range(3)]
    np.testing.assert_allclose(areas, expected, **CLOSE)
    assert len(against.plot_roc_curve().lines) == 4
    by = MulticlassMetrics(df, "p", "y", scoreCol="s", by="g").one_vs_rest().areaUnderROC
    assert by.index.names == ["g", "class"]
    for g, mine in data.groupby("g"):
        of_g = metrics.roc_auc_score(mine["y"], np.array(mine["s"].tolist()), multi_class="ovr")
        np.testing.assert_allclose(by[g].mean(), of_g, **CLOSE)
    named = df.selectExpr(
        "s", "element_at(array('x', 'y', 'z'), y + 1) AS class", "element_at(array('x', 'y', 'z'), p + 1) AS p"
    )
    mcm = MulticlassMetrics(named, "p", "class", scoreCol="s", classes=np.array(["x", "y", "z"]))
    found = mcm.one_vs_rest().areaUnderROC
    plain = MulticlassMetrics(df, "p", "y", scoreCol="s").one_vs_rest().areaUnderROC
    assert found.to_dict() == dict(zip("xyz", plain, strict=True))


def test_scores_that_are_missing_are_said_once_a_class(frame: Any) -> None:
    rows = [([0.2, 0.8], 1), ([0.9, 0.1], 0), (None, 1), ([float("nan"), 0.5], 1)]
    hdf = frame(rows, "s array<double>, label int").selectExpr("*", "label AS prediction")
    against = MulticlassMetrics(hdf, scoreCol="s").one_vs_rest()
    with pytest.warns(LeftOutWarning, match="3 without a score .'s of class'."):
        assert against.areaUnderROC.tolist() == [1, 1]


def test_labels_that_are_booleans_are_judged_against_the_rest(frame: Any) -> None:
    hdf = frame("SELECT id IN (0, 2) AS label, array(0.1D * id, 1 - 0.1D * id) AS s, double(id < 3) AS p FROM range(5)")
    for prediction, classes in (("label", [False, True]), ("p", [0, 1])):
        areas = MulticlassMetrics(hdf, prediction, scoreCol="s").one_vs_rest().areaUnderROC
        assert areas.to_dict() == pytest.approx(dict.fromkeys(classes, 5 / 6))
    assert MulticlassMetrics(hdf, "p", scoreCol="s", classes=[False, True]).one_vs_rest().areaUnderROC[
        1
    ] == pytest.approx(5 / 6)


def test_confusion_matrix_is_drawn_with_its_numbers(scored: Any) -> None:
    df, data = scored
    mcm = MulticlassMetrics(df, "p", "y", by="g")
    ax = mcm.plot_confusion_matrix()
    expected = metrics.confusion_matrix(data["y"], data["p"])
    assert [int(text.get_text()) for text in ax.texts] == expected.ravel().tolist()
    np.testing.assert_array_equal(mcm.confusion_display().matrix, expected)
    assert mcm.print_confusion_matrix().loc['g == "a"'].to_numpy().sum() == (data["g"] == "a").sum()


def test_bad_arguments_are_refused_in_words(frame: Any) -> None:
    hdf = frame(
        [(1, 1, [0.5, 0.5], "x", -1.0), (0, 0, [0.5], "y", 1.0)],
        "label int, prediction int, s array<double>, t string, w double",
    )
    make = MulticlassMetrics
    for error, match, call in (
        (UnsupportedColumnError, "`labelCol`", lambda: make(hdf, labelCol="s")),
        (UnsupportedColumnError, "`scoreCol`.*'w' is double", lambda: make(hdf, scoreCol="w")),
        (InvalidTypeError, "`classes`.*a list", lambda: make(hdf, classes="xy")),
        (InvalidTypeError, "`classes`.*values of 'label'", lambda: make(hdf, classes=["x", "y"])),
        (InvalidValueError, "differ", lambda: make(hdf, classes=[1, 1.0])),
        (InvalidValueError, "`beta`", lambda: make(hdf).by_class(0)),
        (InvalidTypeError, "`beta`", lambda: make(hdf).averages("1")),
        (InvalidValueError, "weights in 'w'", lambda: make(hdf, weightCol="w").accuracy),
        (InvalidValueError, "nothing to judge by", lambda: make(hdf.where("w > 9")).accuracy),
        (InvalidTypeError, "needs scores", lambda: make(hdf).one_vs_rest()),
        (
            InvalidValueError,
            "must be 2, one a class; there are from 1 to 2",
            lambda: make(hdf, scoreCol="s").one_vs_rest(),
        ),
        (InvalidTypeError, "by `classes`", lambda: make(hdf, "t", "t", scoreCol="s").one_vs_rest()),
        (
            InvalidValueError,
            "'label' holds 1, which no score in 'one' is of: they are of 0",
            lambda: make(hdf.selectExpr("*", "array(0.5D) AS one"), scoreCol="one").one_vs_rest(),
        ),
    ):
        with pytest.raises(error, match=match):
            call()
    ids = frame("SELECT id AS label, id AS prediction FROM range(1001)")
    with pytest.raises(InvalidValueError, match="1,001 classes; at most 1,000"):
        _ = make(ids).accuracy
