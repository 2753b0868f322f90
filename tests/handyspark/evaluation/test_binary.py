"""Binary classifiers are judged as scikit-learn judges them."""

from __future__ import annotations

import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.calibration import calibration_curve

from handyspark import BinaryClassificationMetrics
from handyspark.errors import (
    ColumnNotFoundError,
    InvalidTypeError,
    InvalidValueError,
    LeftOutWarning,
    UndefinedMetricWarning,
    UnsupportedColumnError,
)

pytestmark = pytest.mark.thorough

CLOSE = {"rtol": 0, "atol": 1e-9}
SCORES = st.sampled_from([0.0, -0.0, 0.1, 0.25, 0.5, 0.5 + 2**-52, 0.75, 1.0]) | st.floats(0, 1)
PLOTS = ("roc_curve", "pr_curve", "gain_curve", "lift_curve", "ks", "calibration")
ROWS = st.lists(st.tuples(SCORES, st.integers(0, 1), st.floats(0, 5)), min_size=2, max_size=60)


@settings(max_examples=2)
@given(models=st.lists(ROWS, min_size=8, max_size=8))
def test_curves_and_areas_equal_scikit_learns_on_any_ties_and_weights(frame: Any, models: Any) -> None:
    rows = [(*row, g) for g, model in enumerate(models) for row in [*model, (0.3, 1, 1.0), (0.6, 0, 2.0)]]
    hdf = frame(rows, "`s c.``o` double, `la bel` int, w double, g int")
    bcm = BinaryClassificationMetrics(hdf, "s c.`o", "la bel", "w", by="g")
    areas, by_trapezoids, means = bcm.areaUnderROC, bcm.areaUnderPR, bcm.averagePrecision
    assert (bcm.roc_error_bound == 0).all()
    assert (bcm.pr_error_bound == 0).all()
    tables = dict(list(bcm.getMetricsByThreshold().toPandas().groupby("stratum")))
    data = pd.DataFrame([row for row in rows if row[2] > 0], columns=["s", "y", "w", "g"])
    for g, mine in data.groupby("g"):
        y, s, w, table = mine["y"], mine["s"], mine["w"], tables[f'g == "{g}"']
        fpr, tpr, thresholds = metrics.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
        np.testing.assert_array_equal(table["threshold"], thresholds[1:])
        np.testing.assert_allclose(table["fpr"], fpr[1:], **CLOSE)
        np.testing.assert_allclose(table["recall"], tpr[1:], **CLOSE)
        precision, recall, _ = metrics.precision_recall_curve(y, s, sample_weight=w)
        np.testing.assert_allclose(table["precision"], precision[:-1][::-1], **CLOSE)
        precision[-1] = precision[-2]
        np.testing.assert_allclose(by_trapezoids[g], metrics.auc(recall, precision), **CLOSE)
        np.testing.assert_allclose(areas[g], metrics.roc_auc_score(y, s, sample_weight=w), **CLOSE)
        np.testing.assert_allclose(means[g], metrics.average_precision_score(y, s, sample_weight=w), **CLOSE)
        for threshold in (0.25, 0.5, -1.0, 2.0):
            expected = metrics.confusion_matrix(y, s >= threshold, sample_weight=w, labels=[0, 1])
            np.testing.assert_allclose(bcm.confusionMatrix(threshold)[f'g == "{g}"'], expected, **CLOSE)


def test_figures_by_threshold_have_the_frames_of_pyspark(frame: Any) -> None:
    rows = [(0.9, 1), (0.8, 0), (0.8, 1), (0.3, 0), (0.1, 1)]
    bcm = BinaryClassificationMetrics(frame(rows, "s float, y int").selectExpr("double(s) s", "y"), "s", "y")
    y = np.array([y for _, y in rows])
    limits = {1e200: bcm.recallByThreshold(), 1e-200: bcm.precisionByThreshold()}
    for beta, limit in limits.items():
        found = bcm.fMeasureByThreshold(beta).toPandas()
        np.testing.assert_allclose(found["f_measure"], limit.toPandas().iloc[:, 1], **CLOSE)
    s = bcm.thresholds().toPandas()["threshold"].to_numpy()
    predicted = [np.array([np.float32(score) for score, _ in rows]) >= t for t in s]
    for beta in (1.0, 0.5, 3):
        table = bcm.fMeasureByThreshold(beta).toPandas()
        np.testing.assert_allclose(table["f_measure"], [metrics.fbeta_score(y, p, beta=beta) for p in predicted])
    np.testing.assert_allclose(
        bcm.precisionByThreshold().toPandas()["precision"], [metrics.precision_score(y, p) for p in predicted]
    )
    np.testing.assert_allclose(
        bcm.recallByThreshold().toPandas()["recall"], [metrics.recall_score(y, p) for p in predicted]
    )
    roc, pr = bcm.roc().toPandas(), bcm.pr().toPandas()
    assert roc.iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [1, 1]]
    assert pr.iloc[0].tolist() == [0, 1]
    assert pr.shape == roc.shape == (5, 2)
    table = bcm.print_confusion_matrix(0.5)
    assert table.to_numpy().tolist() == [[1, 1], [1, 2]]
    assert table.index.name == "Actual"
    assert table.columns.tolist() == [("Predicted", 0), ("Predicted", 1)]


@pytest.fixture(scope="module")
def many(spark: Any) -> tuple[Any, pd.DataFrame]:
    """Skewed scores, all but the shared ones distinct, in strata of unlike size and range."""
    rng = np.random.default_rng(7)
    s = rng.random(24_000) ** 9
    y, g, w = (rng.random(24_000) < s).astype(int), np.where(rng.random(24_000) < 0.9, "a", "b"), rng.random(24_000)
    s = np.where(g == "a", s, 40 + 2 * s)
    s[rng.random(24_000) < 0.2] = 0.25
    s[:20], s[20:40] = np.inf, -np.inf
    data = pd.DataFrame({"s": s, "y": y, "g": g, "w": w})
    return spark.createDataFrame(data.to_numpy().tolist(), "s double, y int, g string, w double").cache(), data


def test_ten_thousand_distinct_scores_are_told_apart(many: Any) -> None:
    df, data = many
    bcm = BinaryClassificationMetrics(df, "s", "y", "w")
    y, w, rank = data["y"], data["w"], data["s"].rank()
    assert bcm.roc_error_bound == bcm.pr_error_bound == 0
    assert data["s"].nunique() > 10_000
    np.testing.assert_allclose(bcm.areaUnderROC, metrics.roc_auc_score(y, rank, sample_weight=w), **CLOSE)
    np.testing.assert_allclose(bcm.averagePrecision, metrics.average_precision_score(y, rank, sample_weight=w), **CLOSE)
    fpr, tpr, _ = metrics.roc_curve(y, rank, sample_weight=w, drop_intermediate=False)
    np.testing.assert_allclose(bcm.roc().safety_off().toPandas().to_numpy(), np.c_[fpr, tpr], **CLOSE)
    assert bcm.explain_passes().queries == 2


def test_more_distinct_scores_than_bins_stay_within_the_stated_bounds(many: Any) -> None:
    df, data = many
    bcm = BinaryClassificationMetrics(df, "s", "y", numBins=200, by="g")
    assert bcm.areaUnderROC.index.tolist() == ["a", "b"]
    assert bcm.explain_passes().queries == 3
    tables = dict(list(bcm.roc().toPandas().groupby("stratum")))
    matrices = {threshold: bcm.confusionMatrix(threshold) for threshold in (0.1234, 0.25, 40.5)}
    for g, mine in data.groupby("g"):
        y, s, rank = mine["y"], mine["s"], mine["s"].rank()
        assert 0 < bcm.roc_error_bound[g] <= 1 / 199 + 2e-4
        assert abs(bcm.areaUnderROC[g] - metrics.roc_auc_score(y, rank)) <= bcm.roc_error_bound[g]
        mean = metrics.average_precision_score(y, rank)
        assert abs(bcm.averagePrecision[g] - mean) <= bcm.pr_error_bound[g] < 0.1
        fpr, tpr, _ = metrics.roc_curve(y, rank, drop_intermediate=False)
        points = set(map(tuple, np.round(np.c_[fpr, tpr], 9)))
        found = tables[f'g == "{g}"'][["fpr", "tpr"]].to_numpy()
        assert 200 < len(found) <= 2 * 200 + 4
        assert set(map(tuple, np.round(found, 9))) <= points
        for threshold, matrix in matrices.items():
            np.testing.assert_array_equal(matrix[f'g == "{g}"'], metrics.confusion_matrix(y, s >= threshold))


def test_extreme_scores_are_told_apart(frame: Any) -> None:
    scores = [-np.inf, -1.7e308, 0.0, 5e-324, 1e-300, 1.0, float(np.nextafter(1, 2)), 1.7e308, np.inf]
    rows = [(s, i % 2, 1.0) for i, s in enumerate(scores)]
    bcm = BinaryClassificationMetrics(frame(rows, "s double, y int, w double"), "s", "y")
    assert bcm.thresholds().toPandas()["threshold"].tolist() == scores[::-1]
    ranks = np.arange(len(scores))
    np.testing.assert_allclose(bcm.areaUnderROC, metrics.roc_auc_score(ranks % 2, ranks), **CLOSE)


def test_scores_and_labels_may_be_of_any_kind(spark: Any) -> None:
    df = spark.sql(
        "SELECT double(p) p, array(1 - p, p) a, if(y = 1, 'yes', 'no') t, y = 1 b, y, y * 2 - 1 m, decimal(y) d "
        "FROM VALUES (0.1BD, 0), (0.4BD, 1), (0.4BD, 0), (0.7BD, 1), (0.2BD, 1) AS (p, y)"
    )
    from pyspark.ml.functions import array_to_vector
    from pyspark.sql import functions as F

    df = df.withColumn("v", array_to_vector(F.expr("transform(a, x -> double(x))")))
    expected = metrics.roc_auc_score([0, 1, 0, 1, 1], [0.1, 0.4, 0.4, 0.7, 0.2])
    for score, label, positive in (
        ("p", "y", None),
        ("a", "b", None),
        ("v", "t", "yes"),
        ("v", "m", None),
        ("p", "d", 1),
    ):
        bcm = BinaryClassificationMetrics(df, score, label, posLabel=positive)
        np.testing.assert_allclose(bcm.areaUnderROC, expected, **CLOSE)
    assert BinaryClassificationMetrics(df, "p", "t", posLabel="no").print_confusion_matrix().index.tolist() == [
        "yes",
        "no",
    ]


def test_classes_are_whole_numbers_whatever_type_the_labels_have(spark: Any) -> None:
    df = spark.sql("SELECT s, double(y) y, decimal(y) d, y = 1 b FROM VALUES (0.1D, 0), (0.9D, 1), (0.3D, 1) AS (s, y)")
    for label, positive in (("y", None), ("d", Decimal("1.0")), ("y", np.float64(1)), ("d", np.int64(1))):
        bcm = BinaryClassificationMetrics(df, "s", label, posLabel=positive)
        assert list(map(repr, bcm.classes)) == ["0", "1"]
    assert [text.get_text() for text in bcm.plot_confusion_matrix().get_xticklabels()] == ["0", "1"]
    assert BinaryClassificationMetrics(df, "s", "b", posLabel=np.bool_(False)).classes == (True, False)
    with pytest.raises(InvalidTypeError, match=r"`posLabel`.*got nan"):
        BinaryClassificationMetrics(df, "s", "y", posLabel=float("nan"))


def test_confusion_matrices_add_weights_up_and_never_subtract_them(frame: Any) -> None:
    rows = [(i / 8, i % 2, 0.1 * 10**i) for i in range(8)]
    hdf = frame(rows, "s double, y int, w double")
    for bins in (50_000, 2):
        bcm = BinaryClassificationMetrics(hdf, "s", "y", "w", numBins=bins)
        for threshold in (0.2, 0.9):
            expected = [
                [sum(w for s, y, w in rows if y == c and (s >= threshold) == p) for p in (False, True)] for c in (0, 1)
            ]
            found = bcm.confusionMatrix(threshold)
            np.testing.assert_allclose(found, expected, rtol=1e-15)
            assert found[:, 1].any() == (threshold < 0.9)


def test_rows_that_miss_something_are_left_out_and_said(frame: Any) -> None:
    rows = [(0.1, 0, 1.0), (0.9, 1, 1.0), (None, 1, 1.0), (float("nan"), 0, 1.0), (0.5, None, 1.0), (0.2, 1, None)]
    bcm = BinaryClassificationMetrics(frame(rows, "s double, y int, w double"), "s", "y", "w")
    with pytest.warns(LeftOutWarning, match="1 without a label .'y'., 2 without a score .'s'., 1 without a weight"):
        assert bcm.areaUnderROC == 1
    assert bcm.left_out.to_dict() == {"label": 1, "score": 2, "weight": 1}


def test_missing_lists_of_scores_are_left_out_whatever_the_size_of_null_is(spark: Any, conf: Any) -> None:
    from pyspark.ml.linalg import Vectors, VectorUDT
    from pyspark.sql import types as T

    conf("spark.sql.ansi.enabled", "false")
    conf("spark.sql.legacy.sizeOfNull", "true")
    scores = [[0.2, 0.8], [0.9, 0.1], None]
    rows = [(i, a, None if a is None else Vectors.dense(a), i % 2 == 0) for i, a in enumerate(scores)]
    kinds = {"i": T.IntegerType(), "a": T.ArrayType(T.DoubleType()), "v": VectorUDT(), "y": T.BooleanType()}
    df = spark.createDataFrame(rows, T.StructType([T.StructField(name, kind) for name, kind in kinds.items()]))
    for name in ("a", "v"):
        bcm = BinaryClassificationMetrics(df, name, "y")
        with pytest.warns(LeftOutWarning, match="1 without a score") as caught:
            assert bcm.areaUnderROC == 1
        (warning,) = [warning for warning in caught if warning.category is LeftOutWarning]
        assert Path(warning.filename).name == Path(__file__).name


def test_one_class_alone_is_explained(frame: Any) -> None:
    for label, kind in ((1, "negative"), (0, "positive")):
        bcm = BinaryClassificationMetrics(frame([(0.1, label), (0.7, label)], "s double, y int"), "s", "y")
        with pytest.warns(UndefinedMetricWarning, match=f"No label in 'y' is {kind}"):
            assert np.isnan(bcm.areaUnderROC)
        assert bcm.confusionMatrix(0.5).sum() == 2
        assert np.isnan(bcm.best("youden"))
        assert np.isnan(bcm.threshold_for(fpr=0.5)) == (kind == "negative")


@pytest.fixture(scope="module")
def stratified(spark: Any) -> tuple[Any, pd.DataFrame]:
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 300)
    data = pd.DataFrame({"s": np.round(0.3 * y + 0.7 * rng.random(300), 2), "y": y, "g": rng.choice(["a", "b"], 300)})
    df = spark.createDataFrame(data.to_numpy().tolist(), "s double, y int, g string").cache()
    return df, data


def test_strata_are_judged_apart_in_the_same_passes(stratified: Any) -> None:
    df, data = stratified
    bcm = BinaryClassificationMetrics(df, "s", "y", by=["g"])
    areas = bcm.areaUnderROC
    assert bcm.explain_passes().queries == 2
    expected = {g: metrics.roc_auc_score(rows["y"], rows["s"]) for g, rows in data.groupby("g")}
    assert areas.to_dict() == pytest.approx(expected, abs=1e-9)
    for g, rows in data.groupby("g"):
        found = bcm.confusionMatrix(0.5)[f'g == "{g}"']
        np.testing.assert_array_equal(found, metrics.confusion_matrix(rows["y"], rows["s"] >= 0.5))
    table = bcm.print_confusion_matrix(0.5)
    assert table.loc['g == "a"'].to_numpy().tolist() == bcm.confusionMatrix(0.5)['g == "a"'].tolist()
    assert set(bcm.roc().toPandas()["stratum"]) == {'g == "a"', 'g == "b"'}
    assert len(bcm.plot_roc_curve().lines) == 3
    with pytest.raises(InvalidTypeError, match="stratified already"):
        BinaryClassificationMetrics(df.toHandy().stratify("g"), "s", "y", by=["g"])


def test_thresholds_do_what_they_were_chosen_for(stratified: Any) -> None:
    df, data = stratified
    bcm = BinaryClassificationMetrics(df, "s", "y")
    y, s = data["y"].to_numpy(), data["s"].to_numpy()
    every = np.unique(s)[::-1]
    said = [s >= t for t in every]
    recall, fpr = (np.array([p[y == c].mean() for p in said]) for c in (1, 0))
    precision = np.array([y[p].mean() for p in said])
    assert bcm.threshold_for(recall=0.9) == every[recall >= 0.9].max()
    assert bcm.threshold_for(precision=0.8) == every[precision >= 0.8].min()
    assert bcm.threshold_for(fpr=0.1) == every[fpr <= 0.1].min()
    for cost in ({"fp": 1, "fn": 5}, {"fp": 5, "fn": 1}, {"fp": 1}, {"fn": 2}, {"fp": 1000, "fn": 1}):
        costs = {}
        for threshold in [*every, np.inf]:
            wrong = (s >= threshold) != y
            costs[threshold] = cost.get("fp", 0) * wrong[y == 0].sum() + cost.get("fn", 0) * wrong[y == 1].sum()
        cheapest = [threshold for threshold, total in costs.items() if total == min(costs.values())]
        # Nothing is to be called positive only where every other threshold costs more.
        finite = [threshold for threshold in cheapest if np.isfinite(threshold)]
        assert bcm.threshold_for(cost=cost) == (max(finite) if finite else np.inf)
    worthless = BinaryClassificationMetrics(df.selectExpr("1 - s AS s", "y"), "s", "y")
    assert worthless.threshold_for(cost={"fp": 9, "fn": 1}) == np.inf
    merits = {
        "f1": metrics.f1_score,
        "accuracy": metrics.accuracy_score,
        "balanced_accuracy": metrics.balanced_accuracy_score,
        "mcc": metrics.matthews_corrcoef,
        "youden": lambda y, p: p[y == 1].mean() - p[y == 0].mean(),
    }
    for name, merit in merits.items():
        values = [merit(y, p) for p in said]
        assert values[list(every).index(bcm.best(name))] == pytest.approx(max(values), abs=1e-12)


def test_displays_hold_the_numbers_and_plots_the_artists(stratified: Any) -> None:
    df, data = stratified
    bcm = BinaryClassificationMetrics(df, "s", "y")
    share, mean = calibration_curve(data["y"], data["s"], n_bins=10)
    (curve,) = bcm.calibration_display().curves
    np.testing.assert_allclose(curve.x, mean, **CLOSE)
    np.testing.assert_allclose(curve.y, share, **CLOSE)
    from scipy.stats import ks_2samp

    expected = ks_2samp(data["s"][data["y"] == 1], data["s"][data["y"] == 0])
    assert bcm.ks == pytest.approx(expected.statistic, abs=1e-9)
    turned = BinaryClassificationMetrics(df.selectExpr("-s AS s", "y"), "s", "y")
    assert turned.ks == pytest.approx(expected.statistic, abs=1e-9)
    order = data.sort_values("s", ascending=False)
    (gain,), (lift,) = bcm.gain_display().curves, bcm.lift_display().curves
    above = data["s"] >= order["s"].iloc[30]
    place = np.argmin(abs(gain.x - above.mean()))
    assert gain.y[place] == pytest.approx(data["y"][above].sum() / data["y"].sum())
    assert lift.y[place - 1] == pytest.approx(data["y"][above].mean() / data["y"].mean())
    _, ax = plt.subplots()
    assert bcm.plot_roc_curve(ax, label="one") is bcm.plot_roc_curve(ax, label="two", color="red") is ax
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == [f"{name}: area {bcm.areaUnderROC:.3f}" for name in ("one", "two")]
    assert len(ax.lines) == 3
    _, true, false = bcm.plot_ks().lines
    assert (true.get_color(), true.get_linestyle(), false.get_linestyle()) == (false.get_color(), "-", "--")
    assert abs(true.get_ydata() - false.get_ydata()).max() == pytest.approx(bcm.ks, abs=1e-9)
    for plot in PLOTS:
        assert getattr(bcm, f"plot_{plot}")().lines
    image = bcm.plot_confusion_matrix(0.5)
    assert [int(t.get_text()) for t in image.texts] == bcm.confusionMatrix(0.5).ravel().tolist()


def test_what_can_not_be_drawn_is_refused_before_any_pass(stratified: Any) -> None:
    bcm = BinaryClassificationMetrics(stratified[0], "s", "y")
    axes = plt.figure().subplots(2)
    for name in (*PLOTS, "confusion_matrix"):
        plot = getattr(bcm, f"plot_{name}")
        wrong = {"colour": "red"} if name == "confusion_matrix" else {"color": ["no", "color"]}
        with pytest.raises(InvalidTypeError, match="can't be drawn with"):
            plot(**wrong)
        with pytest.raises(InvalidTypeError, match="must be matplotlib Axes"):
            plot(ax="x")
        with pytest.raises(InvalidTypeError, match="one matplotlib Axes; got 2"):
            plot(ax=axes)
    assert bcm.explain_passes().queries == 0
    assert len(plt.get_fignums()) == 1
    (line,) = bcm.pr_display().plot(ds="default", lw=3, label=0).lines_
    assert (line.get_drawstyle(), line.get_linewidth()) == ("default", 3)
    assert line.get_label().startswith("0: average precision")


def test_bad_arguments_are_refused_in_words(frame: Any) -> None:
    hdf = frame([(0.5, 1, "x", [1.0, 2.0, 3.0], -1.0)], "s double, y int, t string, a array<double>, w double")
    make = BinaryClassificationMetrics
    for error, match, call in (
        (ColumnNotFoundError, "no column 'p'", lambda: make(hdf, "p", "y")),
        (UnsupportedColumnError, "`scoreCol`.*must be a vector", lambda: make(hdf, "t", "y")),
        (UnsupportedColumnError, "`labelCol`", lambda: make(hdf, "s", "a")),
        (InvalidValueError, "are strings: say by `posLabel`", lambda: make(hdf, "s", "t")),
        (InvalidTypeError, "`posLabel`", lambda: make(hdf, "s", "y", posLabel="1")),
        (InvalidValueError, "`numBins`", lambda: make(hdf, "s", "y", numBins=0)),
        (InvalidValueError, "two numbers, one a class; some hold 3", lambda: make(hdf, "a", "y").areaUnderROC),
        (InvalidValueError, "weights in 'w'", lambda: make(hdf, "s", "y", "w").areaUnderROC),
        (InvalidValueError, "nothing to judge by", lambda: make(hdf.where("s > 9"), "s", "y").areaUnderROC),
        (
            InvalidValueError,
            "score .'s'., a label .'y'. and a weight above 0 .'zero'.",
            lambda: make(hdf.selectExpr("s", "y", "0 AS zero"), "s", "y", "zero").areaUnderROC,
        ),
        (InvalidTypeError, "exactly one", lambda: make(hdf, "s", "y").threshold_for()),
        (InvalidValueError, "from 0 to 1", lambda: make(hdf, "s", "y").threshold_for(recall=2)),
        (InvalidTypeError, "dictionary", lambda: make(hdf, "s", "y").threshold_for(cost={"tp": 1})),
        (InvalidValueError, "one of accuracy", lambda: make(hdf, "s", "y").best("f7")),
        (InvalidValueError, "`beta`", lambda: make(hdf, "s", "y").fMeasureByThreshold(0)),
        (InvalidTypeError, "`threshold`", lambda: make(hdf, "s", "y").confusionMatrix("x")),
    ):
        with pytest.raises(error, match=match):
            call()
    three = frame([(0.1, 0), (0.2, 1), (0.3, 2)], "s double, y int")
    with pytest.raises(InvalidValueError, match="are 0, 1, 2: say by `posLabel`"):
        _ = make(three, "s", "y").areaUnderROC
    with pytest.raises(InvalidValueError, match="are 1, 2: say by `posLabel`"):
        _ = make(three.where("y > 0"), "s", "y").areaUnderROC
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make(three, "s", "y", posLabel=2).areaUnderROC == 1
