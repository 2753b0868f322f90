"""Column names and values of any kind work in every operation: they give what plain ones give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handyspark import Bucket, Quantile, handy

pytestmark = pytest.mark.thorough

ROWS = [
    ("it's", "u", 1.0, 10),
    ("it's", 'say "so"', 2.0, 20),
    ("back\\slash", "$\\frac$", None, 30),
    ("back\\slash", "${env:HOME}", 4.0, 90),
    ("", "u", 5.0, None),
    (None, "`", 6.0, 60),
    ("it's", None, 100.0, 70),
]
PLAIN = ["g", "v", "x", "y"]
DRAWN = {"bars", "boxes", "circles", "panels"}

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10) | st.text(
    "`.'\"\\ ${}():;aA漢\n", min_size=1, max_size=8
)
WORDS = ["select", "a.b", "count(1)", "c0", "${env:HOME}", "$\\frac{1}{2$", "a `b` c", "'"]


def operations(hdf: Any, names: list[str]) -> dict[str, Any]:
    """All that can be asked for, with each column called as `names` says."""
    g, v, x, y = names
    stratified = hdf.stratify([g])
    figure, box = stratified.cols[[x, y]].boxplot()
    figure.canvas.draw()
    grid, panels = hdf.stratify([g, Bucket(y, 2)]).cols[x].hist()
    grid.canvas.draw()
    bars = hdf.cols[v].hist()
    bars.figure.canvas.draw()
    (circles,) = hdf.cols[[x, y]].scatterplot().collections
    circles.figure.canvas.draw()
    found = {
        "isnull": hdf.isnull(),
        "fetched": hdf.cols[[v, y]][:3],
        "one": hdf.cols[x][:3],
        "counts": hdf.cols[v].value_counts(dropna=False),
        "outliers": hdf.outliers(k=1.5),
        "isnull by column": stratified.isnull(),
        "isnull by bucket": hdf.stratify(Bucket(x, 2)).cols[[y]].isnull(),
        "counts by quantile": hdf.stratify([Quantile(y, 2), g]).cols[v].value_counts(),
        "outliers by column": stratified.cols[[x, y]].outliers(k=1.5),
        "any statistic": hdf.cols[:].agg(["count", "isnull", "min", "max", "mode", "nunique"]),
        "numbers": stratified.cols[[x, y]].agg(["mean", "stddev", "var", "q1", "median", "q3", "max"]),
        "percentile": stratified.cols[x].percentile(30),
        "exact": hdf.stratify([Quantile(x, 2)]).cols[[g, v]].nunique(exact=True),
        "mode": stratified.cols[[v, x]].mode(),
        "corr": stratified.cols[[x, y]].corr(),
        "ranks": hdf.cols[[x, y]].corr("spearman"),
        "exact ranks": hdf.cols[[x, y]].corr("spearman", exact=True),
        "entropy": stratified.cols[[v, y]].entropy(),
        "information": hdf.cols[[g, v, y]].mutual_info(),
        "rows of strata": stratified.count(),
        "taken": pd.DataFrame(stratified.take(1)),
        "limited": stratified.limit(2).toPandas(),
        "sampled": stratified.sample(1.0).toPandas(),
        "without duplicates": pd.DataFrame(sorted(stratified.dropDuplicates([v]).collect(), key=repr)),
        "classes": pd.Series(hdf.set_response(v).classes),
    }
    drawn = {
        "bars": [bar.get_height() for bar in bars.patches],
        "boxes": [[None if np.isnan(y) else y for y in line.get_ydata()] for line in box.lines],
        "circles": [circles.get_sizes().tolist(), np.asarray(circles.get_offsets()).tolist()],
        "panels": [[bar.get_height() for bar in ax.patches] for ax in panels.flat],
        "titles": [ax.get_title().replace("\\$", "$").replace("\nand", " and") for ax in panels.flat],
    }
    return {**found, **drawn}


@pytest.fixture(scope="module")
def expected(spark: Any) -> dict[str, Any]:
    frame = spark.createDataFrame(ROWS, "g string, v string, x double, y bigint").coalesce(1)
    return operations(handy(frame), PLAIN)


def check(found: dict[str, Any], expected: dict[str, Any], names: list[str]) -> None:
    new = dict(zip(PLAIN, names, strict=True))
    for name in DRAWN:
        assert found[name] == expected[name], name
    for name in expected.keys() - DRAWN - {"titles"}:
        left, right = found[name], expected[name]
        assert list(left.index.names) == [new.get(level, level) for level in right.index.names], name
        values = [np.where(pd.isna(table), None, table).tolist() for table in (left, right)]
        assert values[0] == values[1], name
    assert list(found["isnull"].index) == names
    assert list(found["fetched"].columns) == [names[1], names[3]]
    assert (found["one"].name, found["counts"].name) == (names[2], names[1])
    assert list(found["outliers"].index) == names[2:]
    g, y = names[0], names[3]
    assert found["titles"][1] == f"""{g} == "it's" and {y} >= 10.0000 and {y} < 50.0000"""


@settings(max_examples=2)
@given(names=st.lists(NAMES, min_size=4, max_size=4, unique_by=lambda name: name.upper().lower()))
@example(names=WORDS[:4])
@example(names=WORDS[4:8])
def test_any_column_name(spark: Any, expected: dict[str, Any], names: list[str]) -> None:
    frame = spark.createDataFrame(ROWS, "g string, v string, x double, y bigint").coalesce(1).toDF(*names)
    check(operations(handy(frame), names), expected, names)


def test_names_that_differ_in_case_alone(spark: Any, conf: Any, expected: dict[str, Any]) -> None:
    conf("spark.sql.caseSensitive", "true")
    names = ["a", "A", "aB", "ab"]
    frame = spark.createDataFrame(ROWS, "g string, v string, x double, y bigint").coalesce(1).toDF(*names)
    check(operations(handy(frame), names), expected, names)
