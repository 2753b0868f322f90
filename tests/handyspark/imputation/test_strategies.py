"""What each strategy fills with: pandas, NumPy and scikit-learn say what is right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F
from sklearn.linear_model import LinearRegression

from handyspark.errors import InvalidTypeError, InvalidValueError, PluginError, UnsupportedColumnError

pytestmark = pytest.mark.thorough


def measured(seed: int = 3, rows: int = 90) -> pd.DataFrame:
    """Two groups of skewed values with ties and gaps, and two more columns that go with them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"g": random.choice(list("ab"), rows), "x": np.round(random.gamma(2.0, 10.0, rows))})
    frame["y"] = np.round(3 * frame.x + random.normal(size=rows), 3)
    frame["z"] = np.round(random.normal(size=rows), 3)
    frame.loc[::4, "x"] = np.nan
    frame.loc[1::9, "y"] = np.nan
    return frame


def spark_rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows with null for every other gap, and NaN for the rest."""
    return [
        tuple(None if value != value and number % 2 else value for value in row)
        for number, row in enumerate(frame.itertuples(index=False))
    ]


def quantile(q: float) -> Any:
    return lambda values: np.quantile(values.dropna(), q, method="inverted_cdf")


EXPECTED: dict[str, Any] = {
    "mean": lambda values: values.mean(),
    "median": quantile(0.5),
    "quantile": quantile(0.3),
    "mode": lambda values: values.mode().iloc[0],
    "min": lambda values: values.min(),
    "max": lambda values: values.max(),
    "constant": lambda values: -1.5,
    "end_tail": lambda values: values.mean() - 2 * values.std(),
}


def test_numbers_by_stratum_equal_pandas_in_one_call(frame: Any) -> None:
    data = measured()
    names = list(EXPECTED)
    rows = [(row[0], *[row[1]] * len(names)) for row in spark_rows(data)]
    hdf = frame(rows, "g string, " + ", ".join(f"{name} double" for name in names))
    filled = hdf.stratify("g").fill(strategy={name: name for name in names}, q=0.3, value=-1.5, tail="left", fold=2)
    found = filled.notHandy().toPandas()
    for name, of_values in EXPECTED.items():
        expected = data.x.fillna(data.groupby("g").x.transform(of_values))
        np.testing.assert_allclose(found[name], expected, rtol=1e-13, err_msg=name)


def test_end_tail_by_quartiles(frame: Any) -> None:
    data = measured()
    q1, q3 = quantile(0.25)(data.x), quantile(0.75)(data.x)
    hdf = frame(spark_rows(data), "g string, x double, y double, z double")
    for tail, expected in (("right", q3 + 1.5 * (q3 - q1)), ("left", q1 - 1.5 * (q3 - q1))):
        filled = hdf.fill(continuous="x", strategy="end_tail", distribution="quartiles", tail=tail, fold=1.5)
        assert filled.statistics_ == {"x": expected}


DAY, LATER = dt.date(2024, 2, 28), dt.date(2024, 3, 2)
NOON, NEXT = dt.datetime(2024, 2, 28, 12), dt.datetime(2024, 2, 29, 18, 30, 0, 1)
TYPED = {
    "i int": [1, 2, 2],
    "l bigint": [2**53 + 1, 2**53 + 1, 5],
    "f float": [0.5, 0.25, 0.5],
    "d decimal(10,2)": [Decimal("0.10"), Decimal("0.25"), Decimal("0.10")],
    "s string": ["it's", 'a "b"', "it's"],
    "b boolean": [True, False, True],
    "day date": [DAY, LATER, DAY],
    "at timestamp_ntz": [NOON, NEXT, NOON],
}
FILLED = {
    "mode": (2, 2**53 + 1, 0.5, Decimal("0.10"), "it's", True, DAY, NOON),
    "min": (1, 5, 0.25, Decimal("0.10"), 'a "b"', False, DAY, NOON),
    "max": (2, 2**53 + 1, 0.5, Decimal("0.25"), "it's", True, LATER, NEXT),
    "median": (2, None, 0.5, Decimal("0.10"), None, None, DAY, NOON),
    # Of integers the whole part, of decimals to the column's scale, of dates the nearest day.
    "mean": (
        1,
        None,
        np.float32(1.25 / 3).item(),
        Decimal("0.15"),
        None,
        None,
        dt.date(2024, 2, 29),
        None,
    ),
}


@pytest.mark.parametrize("strategy", FILLED)
def test_values_are_of_the_columns_type(frame: Any, strategy: str) -> None:
    names = [name.partition(" ")[0] for name in TYPED]
    rows = [*zip(*TYPED.values(), strict=True), (None,) * len(names)]
    hdf = frame(rows, ", ".join(TYPED))
    expected = dict(zip(names, FILLED[strategy], strict=True))
    asked = [name for name in names if expected[name] is not None]
    filled = hdf.fill(strategy=dict.fromkeys(asked, strategy))
    assert filled.dtypes == hdf.dtypes
    assert [tuple(row) for row in filled.collect()][:3] == rows[:3]
    assert {name: filled.collect()[3][name] for name in asked} == {name: expected[name] for name in asked}
    assert filled.statistics_ == {name: expected[name] for name in asked}


def test_timestamps_are_moments_whatever_the_zone(frame: Any, conf: Any) -> None:
    conf("spark.sql.session.timeZone", "America/New_York")
    hdf = frame("SELECT * FROM VALUES (timestamp_micros(10)), (timestamp_micros(21)), (NULL) AS t(at)")
    for strategy, micros in (("mean", 16), ("median", 10), ("max", 21)):
        filled = hdf.fill(strategy={"at": strategy})
        assert filled.selectExpr("unix_micros(at)").collect()[2][0] == micros


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("int", 7),
        ("tinyint", -128),
        ("double", 0.1),
        ("double", 3),
        ("decimal(5,2)", Decimal("1.25")),
        ("decimal(5,2)", 2),
        ("string", 'it\'s \\ "odd" $'),
        ("boolean", False),
        ("date", DAY),
        ("timestamp_ntz", NOON),
    ],
)
def test_constants_of_every_type(frame: Any, sql_type: str, value: Any) -> None:
    hdf = frame(f"SELECT cast(NULL AS {sql_type}) AS x")
    filled = hdf.fill(strategy={"x": "constant"}, value=value)
    assert filled.dtypes == hdf.dtypes
    assert filled.collect()[0].x == value
    assert filled.statistics_ == {"x": value}


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("int", 1.5),
        ("int", "1"),
        ("int", True),
        ("tinyint", 128),
        ("decimal(5,2)", Decimal("0.125")),
        ("decimal(5,2)", 1000),
        ("string", 3),
        ("boolean", 1),
        ("date", "2024-01-01"),
        ("date", NOON),
        ("timestamp_ntz", DAY),
        ("double", float("nan")),
        ("double", None),
        ("string", None),
    ],
)
def test_constants_that_a_column_cannot_hold_are_refused(frame: Any, sql_type: str, value: Any) -> None:
    hdf = frame(f"SELECT cast(NULL AS {sql_type}) AS x")
    with pytest.raises((InvalidTypeError, InvalidValueError), match="constant"):
        hdf.fill(strategy={"x": "constant"}, value=value)


class TestRandomSample:
    def test_draws_come_from_the_stratum_and_follow_its_distribution(self, spark: Any) -> None:
        # Of each hundred known values of "even" 80 are 1 and 20 are 11; of "odd", 2 and 12.
        value = "id % 2 + 1 + if(int(id / 2) % 5 = 0, 10, 0)"
        df = spark.range(4000).selectExpr("id", "id % 2 AS g", f"if(id % 4000 < 2000, NULL, {value}) AS x")
        filled = df.toHandy().stratify("g").fill(strategy={"x": "random_sample"}, n=1000)
        drawn = filled.where("id < 2000").groupBy("g", "x").count().collect()
        counts = {(row.g, row.x): row["count"] for row in drawn}
        assert set(counts) == {(0, 1), (0, 11), (1, 2), (1, 12)}
        # 1000 draws each, with a standard deviation of 12.6.
        assert abs(counts[0, 11] - 200) < 60
        assert abs(counts[1, 12] - 200) < 60

    def test_equal_rows_get_equal_draws(self, frame: Any) -> None:
        known = [(i, float(i)) for i in range(50)]
        filled = frame([*known, *[(100, None)] * 5, *[(i, None) for i in range(200, 220)]], "id int, x double").fill(
            continuous="x", strategy="random_sample"
        )
        drawn = [(row.id, row.x) for row in filled.collect()[50:]]
        assert len(set(drawn[:5])) == 1
        assert len({x for _, x in drawn}) > 5
        assert {x for _, x in drawn} <= {x for _, x in known}

    def test_draws_do_not_depend_on_how_rows_are_partitioned(self, spark: Any) -> None:
        df = spark.range(300).selectExpr("id", "if(id % 3 = 0, NULL, double(id)) AS x")
        drawn = [
            {row.id: row.x for row in each.toHandy().fill(continuous="x", strategy="random_sample").collect()}
            for each in (df, df.repartition(7), df.coalesce(1).orderBy(F.desc("id")))
        ]
        assert drawn[0] == drawn[1] == drawn[2]
        again = {row.id: row.x for row in df.toHandy().fill(continuous="x", strategy="random_sample", seed=1).collect()}
        assert again != drawn[0]


class TestRegression:
    def test_equals_scikit_learn_in_each_stratum(self, frame: Any) -> None:
        data = measured()
        hdf = frame(spark_rows(data), "g string, x double, y double, z double")
        filled = hdf.stratify("g").fill(continuous="x", strategy="regression", predictors=["y", "z"])
        found = filled.notHandy().toPandas()
        for _, rows in data.groupby("g"):
            whole = rows.dropna()
            model = LinearRegression().fit(whole[["y", "z"]], whole.x)
            # A predictor that is missing counts as its mean.
            predicted = model.predict(rows[["y", "z"]].fillna(whole[["y", "z"]].mean()))
            expected = rows.x.where(rows.x.notna(), predicted)
            np.testing.assert_allclose(found.x[rows.index], expected, rtol=1e-9)
        assert found.y.isna().sum() == data.y.isna().sum()

    def test_predictors_that_follow_from_each_other_or_never_change(self, frame: Any) -> None:
        rows = [(float(i), float(i), 2.0 * i + 1, 7.0) for i in range(10)]
        hdf = frame([*rows, (None, 20.0, 41.0, 7.0)], "x double, a double, b double, c double")
        filled = hdf.fill(continuous="x", strategy="regression", predictors=["a", "b", "c"])
        assert filled.collect()[10].x == pytest.approx(20.0)

    def test_needs_predictors_that_are_numbers(self, frame: Any) -> None:
        hdf = frame([(1.0, "a")], "x double, s string")
        with pytest.raises(InvalidValueError, match=r"predictors=\[\.\.\.\]"):
            hdf.fill(continuous="x", strategy="regression")
        with pytest.raises(UnsupportedColumnError, match="'s'"):
            hdf.fill(continuous="x", strategy="regression", predictors="s")
        with pytest.raises(InvalidTypeError, match="predictors"):
            hdf.fill(continuous="x", strategy="mean", predictors="s")


@pytest.mark.usefixtures("plugin")
class TestPlugins:
    def test_a_value_from_two_answers_and_an_option(self, frame: Any) -> None:
        hdf = frame([("a", 1.0), ("a", 4.0), ("a", None), ("b", 3.0), ("b", None)], "g string, x double")
        filled = hdf.stratify("g").fill(continuous="x", strategy="midrange", shift=0.5)
        assert filled.statistics_["x"] == {'g == "a"': 3.0, 'g == "b"': 3.5}

    def test_a_value_from_another_column_of_the_row(self, frame: Any) -> None:
        rows = [("a", 2.0, 1.0), ("a", 4.0, 2.0), ("a", None, 5.0), ("b", 1.0, 1.0), ("b", None, 7.0), ("c", None, 1.0)]
        hdf = frame(rows, "g string, x double, y double").stratify("g")
        filled = hdf.fill(continuous="x", strategy="share", predictors="y", fallback="keep")
        # Means by stratum: of x 3 and 1, of y 8 / 3 and 4.
        assert [row.x for row in filled.collect()] == [2.0, 4.0, 5 * 3 / (8 / 3), 1.0, 7 * 1 / 4, None]

    def test_one_that_fails_is_named(self, frame: Any) -> None:
        with pytest.raises(PluginError, match="strategy 'broken_fill' of handyspark-test-plugin"):
            frame([(None,)], "x double").fill(continuous="x", strategy="broken_fill")
