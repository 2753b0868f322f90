"""Regressors are judged by their residuals, as scikit-learn and numpy judge them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from handyspark.errors import InvalidValueError, UnsupportedColumnError
from handyspark.evaluation import RegressionMetrics

pytestmark = pytest.mark.thorough

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


@pytest.fixture(scope="module")
def predicted(spark: Any) -> tuple[Any, pd.DataFrame]:
    rng = np.random.default_rng(2)
    y = rng.normal(50, 10, 400)
    data = pd.DataFrame({"a y": y, "p.q": y + rng.normal(1, 3, 400), "g": rng.choice(["a", "b"], 400)})
    data.loc[:4, "a y"] = np.nan
    data.loc[3:7, "p.q"] = np.nan
    data["residual"] = "taken"
    return spark.createDataFrame(
        data.to_numpy().tolist(), "`a y` double, `p.q` double, g string, residual string"
    ).cache(), data


def test_residuals_are_summed_up(predicted: Any) -> None:
    df, data = predicted
    data = data.dropna()
    rm = RegressionMetrics(df, "p.q", "a y")
    tables = [(rm.summary(), data)]
    assert rm.explain_passes().queries == 2
    by = RegressionMetrics(df, "p.q", "a y", by="g").summary()
    tables += [(by.loc[g], rows) for g, rows in data.groupby("g")]
    for found, rows in tables:
        y, p = rows["a y"], rows["p.q"]
        residuals = y - p
        quartiles = np.quantile(residuals, [0.25, 0.5, 0.75], method="inverted_cdf")
        expected = {
            "count": len(rows),
            "mean": residuals.mean(),
            "stddev": residuals.std(),
            "min": residuals.min(),
            **dict(zip(["q1", "median", "q3"], quartiles, strict=True)),
            "max": residuals.max(),
            "mae": metrics.mean_absolute_error(y, p),
            "rmse": metrics.mean_squared_error(y, p) ** 0.5,
            "r2": metrics.r2_score(y, p),
            "explained_variance": metrics.explained_variance_score(y, p),
        }
        assert found.index.tolist() == list(expected)
        np.testing.assert_allclose(found, list(expected.values()), **CLOSE)


def test_weights_count_as_scikit_learns_and_whole_ones_as_rows(frame: Any) -> None:
    rng = np.random.default_rng(5)
    y = np.round(rng.normal(1e6, 10, 90), 1)
    data = pd.DataFrame(
        {"y": y, "p": y + rng.normal(1, 3, 90), "w": rng.integers(0, 4, 90), "g": rng.choice(["a", "b"], 90)}
    )
    rows = [*data.itertuples(index=False, name=None), (1.0, 9.0, None, "a"), (None, 9.0, 2, "a"), (5.0, 1.0, 1, None)]
    hdf = frame(rows, "y double, p double, w int, g string")
    rm = RegressionMetrics(hdf, "p", "y", "w", by="g")
    table = rm.summary()
    assert rm.explain_passes().queries == 4
    for g, mine in data.groupby("g"):
        found, n = table.loc[g], int((mine["w"] > 0).sum())
        y, p = (mine[name].repeat(mine["w"]) for name in ("y", "p"))
        residuals = (y - p).to_numpy()
        expected = {
            "count": n,
            "mean": residuals.mean(),
            "stddev": residuals.std() * (n / (n - 1)) ** 0.5,
            "min": residuals.min(),
            **dict(
                zip(
                    ["q1", "median", "q3"],
                    np.quantile(residuals, [0.25, 0.5, 0.75], method="inverted_cdf"),
                    strict=True,
                )
            ),
            "max": residuals.max(),
            "mae": metrics.mean_absolute_error(mine["y"], mine["p"], sample_weight=mine["w"]),
            "rmse": metrics.mean_squared_error(mine["y"], mine["p"], sample_weight=mine["w"]) ** 0.5,
            "r2": metrics.r2_score(mine["y"], mine["p"], sample_weight=mine["w"]),
            "explained_variance": metrics.explained_variance_score(mine["y"], mine["p"], sample_weight=mine["w"]),
        }
        assert found.index.tolist() == list(expected)
        np.testing.assert_allclose(found, list(expected.values()), **CLOSE)
    scaled = RegressionMetrics(hdf.selectExpr("y", "p", "w / 64 AS w", "g"), "p", "y", "w", by="g").summary()
    np.testing.assert_allclose(scaled, table, **CLOSE)
    ax = RegressionMetrics(hdf.where("g IS NOT NULL"), "p", "y", "w").plot_residuals()
    assert ax.collections[0].get_array().sum() == (data["w"] > 0).sum()
    nothing = RegressionMetrics(hdf.selectExpr("y", "p", "0 AS w"), "p", "y", "w").summary()
    assert nothing["count"] == 0
    assert nothing.drop("count").isna().all()
    for wrong in ("-1", "double('Infinity')"):
        with pytest.raises(InvalidValueError, match="weights in 'w' must be finite and not below 0; 93 are not"):
            RegressionMetrics(hdf.selectExpr("y", "p", f"{wrong} AS w"), "p", "y", "w").summary()
    with pytest.raises(UnsupportedColumnError, match=r"`weightCol`.*'g' .string."):
        RegressionMetrics(hdf, "p", "y", "g")


def test_weighted_quartiles_of_bins_are_residuals_of_about_their_rank(frame: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("handyspark.evaluation.residuals._BINS", 20)
    rng = np.random.default_rng(6)
    residuals, weights = rng.normal(0, 1, 300), rng.integers(1, 4, 300)
    hdf = frame([(float(r), int(w)) for r, w in zip(residuals, weights, strict=True)], "y double, w int")
    found = RegressionMetrics(hdf.selectExpr("y", "0 AS p", "w"), "p", "y", "w").summary()
    for name, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        assert found[name] in residuals
        # A bin holds 1/19 of the rows, whose weight is at most 1.5 times the mean.
        assert share <= weights[residuals <= found[name]].sum() / weights.sum() <= share + 1.5 / 19 + 0.01


def test_constants_and_empty_frames_have_no_r2(frame: Any) -> None:
    hdf = frame([(2, 2.0), (2, 2.0)], "label int, prediction double")
    found = RegressionMetrics(hdf).summary()
    assert found["rmse"] == 0
    assert np.isnan(found["r2"])
    assert RegressionMetrics(hdf.selectExpr("label", "1 AS prediction")).summary()["r2"] == -np.inf
    empty = RegressionMetrics(hdf.where("label > 5")).summary()
    assert empty["count"] == 0
    assert empty.drop("count").isna().all()
    with pytest.raises(UnsupportedColumnError, match=r"`predictionCol`.*'s' .string."):
        RegressionMetrics(hdf.selectExpr("label", "'x' AS s"), "s")


def test_residuals_and_predictions_are_drawn_by_their_counts(predicted: Any) -> None:
    df, data = predicted
    shown = data.dropna()
    rm = RegressionMetrics(df, "p.q", "a y")
    ax = rm.plot_residuals()
    (hexagons,) = ax.collections
    assert hexagons.get_array().sum() == len(shown)
    assert hexagons.get_array().min() == 1
    assert ax.get_xlabel() == "p.q"
    assert ax.get_ylabel() == "a y - p.q"
    assert ax.lines[0].get_ydata()[0] == 0
    residuals = (shown["a y"] - shown["p.q"]).agg(["min", "max"])
    offsets = hexagons.get_offsets()
    assert offsets[:, 1].min() >= residuals["min"] - 1e-9
    assert offsets[:, 1].max() <= residuals["max"] + 1e-9
    ax = rm.plot_predictions(gridsize=10)
    assert ax.get_ylabel() == "a y"
    assert ax.lines[0].get_slope() == 1
    assert len(ax.collections[0].get_array()) < len(hexagons.get_array())
    figure, axes = RegressionMetrics(df, "p.q", "a y", by="g").plot_residuals(cmap="Greys")
    assert len(figure.axes) == 2
    counts = [panel.collections[0].get_array().sum() for panel in np.ravel(axes)]
    assert counts == shown.groupby("g").size().tolist()
