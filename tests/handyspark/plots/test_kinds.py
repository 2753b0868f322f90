"""What all kinds that are drawn from counts have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import matplotlib.pyplot as plt
import pytest

import handyspark.plot
from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError

KINDS = ("kde", "ecdf", "violin", "bar", "correlations", "missing", "pairs")
ROWS = """SELECT id, sqrt(id) AS root, CASE WHEN id % 10 = 0 THEN double('NaN') WHEN id % 11 = 0 THEN double('Infinity')
ELSE sin(id) END AS gaps, id % 3 AS stratum FROM range(600)"""


def test_what_makes_no_sense_is_refused(titanic: Any) -> None:
    cols = titanic.toHandy().cols
    for kind in KINDS:
        if kind != "missing":
            with pytest.raises(UnsupportedColumnError, match="Sex"):
                cols[["Age", "Sex"]].plot(kind)
    for kind, options, match in [
        ("kde", {"bw_method": "none"}, "bw_method"),
        ("kde", {"bw_method": 0}, "bw_method"),
        ("kde", {"points": 1}, "points"),
        ("bar", {"stat": "mode"}, "stat"),
        ("pairs", {"bins": 0}, "bins"),
        ("correlations", {"method": "kendall"}, "method"),
    ]:
        with pytest.raises(InvalidValueError, match=match):
            cols[["Age", "Fare"]].plot(kind, **options)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(None, None, None)],
        [(1, 2.5, Decimal("1.50"))],
        [(7, 2.5, Decimal("1.50"))] * 3,
        [(2**62, math.inf, Decimal("99999999.99")), (-(2**62), math.nan, None), (0, 1.0, Decimal("0.01"))],
        [(1, 1e-100, Decimal(1)), (2, -math.inf, Decimal(2)), (None, 1e100, Decimal(3))],
    ],
    ids=["empty", "nulls", "one row", "constant", "huge", "infinite"],
)
def test_little_or_odd_data_are_drawn_all_the_same(frame: Any, rows: Any) -> None:
    hdf = frame(rows, "`a b` bigint, `$x.y` double, d decimal(10,2)")
    figure, axes = plt.subplots(1, len(KINDS))
    for ax, kind in zip(axes, KINDS, strict=True):
        assert hdf.cols[["a b", "$x.y", "d"]].plot(kind, ax=ax) is ax
    figure.canvas.draw()
    stratified = frame([("g", *row) for row in rows], "g string, `a b` bigint, `$x.y` double, d decimal(10,2)")
    for kind in KINDS:
        drawn, _ = stratified.stratify("g").cols[["a b", "$x.y", "d"]].plot(kind)
        drawn.canvas.draw()


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_two_passes_at_most(frame: Any, spark: Any, passes: Callable[..., float], tmp_path: Any, kind: str) -> None:
    path = str(tmp_path / "table.parquet")
    spark.sql(ROWS).write.parquet(path)
    hdf = handyspark.handy(spark.read.parquet(path))
    expected = 2 if kind in ("kde", "ecdf", "violin", "pairs") else 1
    columns = ["id", "root", "gaps"]
    assert passes(lambda: hdf.cols[columns].plot(kind), 600) == expected
    assert passes(lambda: hdf.stratify(["stratum"]).cols[columns].plot(kind), 600) == expected


def test_a_legend_of_many_lines_leaves_the_axes_their_room(spark: Any) -> None:
    strata = spark.sql("SELECT id % 40 AS g, sqrt(id) AS x FROM range(200)").toHandy().stratify("g")
    figure, ax = strata.cols["x"].plot("ecdf")
    figure.canvas.draw()
    assert len(ax.get_legend().get_texts()) == 40
    assert ax.get_position().width > 0.7


@pytest.mark.parametrize("kind", KINDS)
def test_style_that_matplotlib_does_not_take_is_named(titanic: Any, kind: str) -> None:
    with pytest.raises(InvalidTypeError, match="can't be drawn with colour='red'"):
        titanic.toHandy().cols[["Age", "Fare"]].plot(kind, colour="red")
    assert plt.get_fignums() == []
