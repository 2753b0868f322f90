"""Filling and fencing together: the introduction's walk, any steps in a row, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from handyspark import handy


def test_the_walk_prints_what_the_introduction_prints(titanic: Any) -> None:
    hdf = titanic.toHandy()
    hdf_filled = hdf.fill(categorical=["Embarked"])
    hdf_filled = hdf_filled.stratify(["Pclass", "Sex"]).fill(continuous=["Age"], strategy=["mean"])
    assert str(hdf_filled.statistics_) == (
        """{'Embarked': 'S', 'Pclass == "1" and Sex == "female"': {'Age': 34.61176470588235}, """
        """'Pclass == "1" and Sex == "male"': {'Age': 41.28138613861386}, """
        """'Pclass == "2" and Sex == "female"': {'Age': 28.722972972972972}, """
        """'Pclass == "2" and Sex == "male"': {'Age': 30.74070707070707}, """
        """'Pclass == "3" and Sex == "female"': {'Age': 21.75}, """
        """'Pclass == "3" and Sex == "male"': {'Age': 26.507588932806325}}"""
    )
    printed = """\
PassengerId      0.0
Survived         0.0
Pclass           0.0
Age              1.0
SibSp           12.0
Parch          213.0
Fare            53.0
dtype: float64"""
    assert str(hdf_filled.outliers(method="tukey", k=3.0)) == printed
    hdf_fenced = hdf_filled.fence(["Fare"])
    assert str(hdf_fenced.fences_) == "{'Fare': [-26.7605, 65.6563]}"
    assert hdf_fenced.isnull()[["Age", "Embarked", "Cabin"]].tolist() == [0, 0, 687]
    assert hdf_fenced.cols["Fare"].max().item() == 65.6563
    assert hdf_fenced.cols["Survived"].outliers().item() == 0


COLUMNS = ["id", "g", "h", "x", "n"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from([1, 2, None]),
        st.integers(-20, 20).map(float) | st.sampled_from([500.0, -500.0, math.nan, None]),
        st.integers(-20, 20) | st.sampled_from([500, -500, None]),
    ),
    min_size=1,
    max_size=25,
)
BY = st.sampled_from([(), ("g",), ("h",), ("g", "h")])
FILLS = st.lists(st.tuples(st.sampled_from([("x", "mean"), ("n", "median"), ("x", "max")]), BY), min_size=1, max_size=3)
FENCES = st.lists(st.tuples(st.sampled_from(["x", "n"]), BY), max_size=2)


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def key_of(row: dict[str, Any], by: tuple[str, ...]) -> tuple[Any, ...] | None:
    key = tuple(row[name] for name in by)
    return None if None in key else key


def known(rows: list[dict[str, Any]], column: str) -> list[float]:
    return [row[column] for row in rows if not is_missing(row[column])]


STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "mean": lambda values: float(np.mean(values)),
    "median": lambda values: np.quantile(values, 0.5, method="inverted_cdf").item(),
    "max": max,
}


def fill_by_hand(rows: list[dict[str, Any]], column: str, strategy: str, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each missing cell by its stratum's value, or that of all rows; rows of no stratum as they are."""

    def filled(row: dict[str, Any]) -> Any:
        key = key_of(row, by)
        if key is None or not is_missing(row[column]):
            return row[column]
        values = known([other for other in rows if key_of(other, by) == key], column) or known(rows, column)
        return STATISTICS[strategy](values) if values else row[column]

    return [{**row, column: filled(row)} for row in rows]


def fence_by_hand(rows: list[dict[str, Any]], column: str, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each cell at most half a range from the quartiles of its stratum."""

    def fenced(row: dict[str, Any]) -> Any:
        key = key_of(row, by)
        if key is None or is_missing(row[column]):
            return row[column]
        q1, q3 = np.quantile(
            known([other for other in rows if key_of(other, by) == key], column), [0.25, 0.75], method="inverted_cdf"
        )
        return min(max(row[column], q1 - 0.5 * (q3 - q1)), q3 + 0.5 * (q3 - q1))

    return [{**row, column: fenced(row)} for row in rows]


def same(one: Any, other: Any) -> bool:
    if is_missing(one) or is_missing(other) or isinstance(one, str):
        return one is other or (one is not None and other is not None and repr(one) == repr(other))
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=5)
@given(data=ROWS, fills=FILLS, fences=FENCES)
def test_several_steps_over_different_strata_change_only_the_cells_they_are_for(
    frame: Any, data: Any, fills: Any, fences: Any
) -> None:
    rows = [dict(zip(COLUMNS, (i, *row), strict=True)) for i, row in enumerate(data)]
    start = frame([tuple(row.values()) for row in rows], "id int, g string, h int, x double, n int")
    hdf = start
    for (column, strategy), by in fills:
        hdf = (hdf.stratify(list(by)) if by else hdf).fill(strategy={column: strategy})
        rows = fill_by_hand(rows, column, strategy, by)
    for column, by in fences:
        hdf = (hdf.stratify(list(by)) if by else hdf).fence(column, k=0.5)
        rows = fence_by_hand(rows, column, by)
    found = [tuple(row) for row in hdf.collect()]
    assert len(found) == len(rows)
    for row, expected in zip(found, rows, strict=True):
        assert all(map(same, row, expected.values())), (row, expected)
    again = start.notHandy()
    if hdf.statistics_:
        again = hdf.transformers.imputer().transform(again)
    if fences:
        again = hdf.transformers.fencer().transform(again)
    # As text, in which NaN equals NaN.
    assert str([tuple(row) for row in again.collect()]) == str(found)


NUMBERS = 500


@pytest.fixture(scope="module")
def table(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = str(tmp_path_factory.mktemp("passes") / "table.parquet")
    gaps = ", ".join(f"if((id + {i}) % 10 = 0, NULL, sin(id + {i})) AS x{i}" for i in range(7))
    spark.sql(f"SELECT id, id % 4 AS g, {gaps}, if(id % 7 = 0, NULL, id % 3) AS i FROM range({NUMBERS})").write.parquet(
        path
    )
    return handy(spark.read.parquet(path))


SEVEN = [f"x{i}" for i in range(7)]

COSTS: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "fill by mean": (1, lambda hdf: hdf.fill(continuous=SEVEN)),
    "fill by median": (1, lambda hdf: hdf.fill(continuous=SEVEN, strategy="median")),
    "fill by three families": (
        3,
        lambda hdf: hdf.fill(
            strategy={"x0": "mean", "x1": "min", "x2": "median", "x3": "quantile", "i": "mode"}, q=0.1
        ),
    ),
    "fill by a constant in no strata": (0, lambda hdf: hdf._handy.fill(strategy={"x0": "constant"}, value=1)),
    "fill by regression": (1, lambda hdf: hdf.fill(continuous=["x0", "x1"], strategy="regression", predictors="x2")),
    "outliers of seven columns": (2, lambda hdf: hdf.cols[SEVEN].outliers()),
    "fence": (1, lambda hdf: hdf.fence(SEVEN)),
    "fence by two stages": (2, lambda hdf: hdf.fence(SEVEN, method="mad")),
    "fence of integers": (2, lambda hdf: hdf.fence("i")),
    "get_outliers without an action": (1, lambda hdf: hdf.get_outliers(SEVEN)),
    "transform without an action": (
        0,
        lambda hdf: hdf._handy.fill(strategy={"x0": "constant"}, value=1).fill(hdf._handy),
    ),
}


@pytest.mark.parametrize(("expected", "operation"), COSTS.values(), ids=COSTS)
def test_passes_depend_on_the_operation_alone(
    table: Any, passes: Callable[..., float], expected: int, operation: Callable[[Any], Any]
) -> None:
    assert passes(lambda: operation(table), NUMBERS) == expected
    assert passes(lambda: operation(table.stratify("g")), NUMBERS) == expected


def test_a_stratum_without_values_costs_one_pass_more(table: Any, passes: Callable[..., float]) -> None:
    assert passes(lambda: table.stratify("g").fill(continuous="x0"), NUMBERS) == 1
    lacking = table.selectExpr("g", "if(g = 1, NULL, x0) AS x0")
    assert passes(lambda: lacking.stratify("g").fill(continuous="x0"), NUMBERS) == 2
    assert passes(lambda: lacking.stratify("g").fill(continuous="x0", fallback="keep"), NUMBERS) == 1
