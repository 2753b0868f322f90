"""Vectors and arrays become columns, and scores an RDD for pyspark.mllib."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from handyspark import HandyFrame
from handyspark.errors import (
    ColumnNotFoundError,
    InvalidOperationError,
    InvalidTypeError,
    InvalidValueError,
    UnsupportedColumnError,
)

REMOTE = bool(os.environ.get("HANDYSPARK_TEST_REMOTE"))


def test_disassembled_array_is_as_pandas_spreads_lists(frame: Any) -> None:
    lists = [[1, 2, 3], [4], None, [], [5, None, 7]]
    hdf = frame([(i, values) for i, values in enumerate(lists)], "i int, `a.b``c` array<int>")
    found = hdf.disassemble("a.b`c")
    assert isinstance(found, HandyFrame)
    assert found.columns == ["i", "a.b`c", "a.b`c_0", "a.b`c_1", "a.b`c_2"]
    assert {kind for _, kind in found.dtypes[2:]} == {"int"}
    expected = pd.DataFrame([[*(values or []), None, None, None][:3] for values in lists], dtype="Int64")
    rows = sorted(found.collect())
    got = pd.DataFrame([row[2:] for row in rows], dtype="Int64")
    pd.testing.assert_frame_equal(got, expected)
    assert hdf.explain_passes().queries == 1


def test_disassembled_vectors_are_doubles_dense_or_sparse(frame: Any) -> None:
    from pyspark.ml.linalg import SparseVector, Vectors, VectorUDT
    from pyspark.sql import types as T

    schema = T.StructType([T.StructField("v", VectorUDT())])
    rows = [(Vectors.dense(1.5, float("nan")),), (SparseVector(2, [1], [2.5]),), (None,)]
    found = frame(rows, schema).disassemble("v", ["one", "t w o"]).select("one", "t w o")
    assert [kind for _, kind in found.dtypes] == ["double", "double"]
    got = np.array([list(row) for row in found.collect()], dtype=float)
    np.testing.assert_array_equal(got, [[1.5, np.nan], [0.0, 2.5], [np.nan, np.nan]])


def test_disassembled_strata_stay_strata_and_fields_are_reached(frame: Any) -> None:
    hdf = frame("SELECT id % 2 AS g, named_struct('list', array('a', 'b')) AS s FROM range(4)")
    strata = hdf.stratify("g").disassemble("s.list", ["x", "y"])
    assert strata.count().to_dict() == {0: 2, 1: 2}
    assert strata.cols["y"].mode().tolist() == ["b", "b"]
    assert hdf.disassemble("s.list").columns == ["g", "s", "list_0", "list_1"]


def test_disassembling_says_what_is_wrong(frame: Any) -> None:
    hdf = frame([(1, [1.0, 2.0])], "a_1 int, a array<double>")
    empty = hdf.where("a_1 > 1")
    for error, match, call in (
        (ColumnNotFoundError, "no column 'b'", lambda: hdf.disassemble("b")),
        (UnsupportedColumnError, "'a_1' is int", lambda: hdf.disassemble("a_1")),
        (InvalidValueError, "is a column 'a_1' already", lambda: hdf.disassemble("a")),
        (
            InvalidValueError,
            "must be 2 names, one for each element of 'a'; got 3",
            lambda: hdf.disassemble("a", list("xyz")),
        ),
        (InvalidValueError, "differ", lambda: hdf.disassemble("a", ["x", "X"])),
        (InvalidTypeError, "list of names", lambda: hdf.disassemble("a", "xy")),
        (InvalidTypeError, "list of names", lambda: hdf.disassemble("a", [1, 2])),
        (InvalidValueError, "No row tells how many", lambda: empty.disassemble("a")),
        (InvalidValueError, "has 10,001 elements", lambda: frame("SELECT sequence(0, 10000) AS s").disassemble("s")),
    ):
        with pytest.raises(error, match=match):
            call()
    assert empty.disassemble("a", ["x"]).columns == ["a_1", "a", "x"]


@pytest.mark.skipif(REMOTE, reason="Spark Connect has no RDDs")
def test_metrics_rdd_is_what_mllib_takes(frame: Any) -> None:
    from pyspark.mllib.evaluation import BinaryClassificationMetrics

    rows = [
        ([0.9, 0.1], 0),
        ([0.6, 0.4], 1),
        ([0.3, 0.7], 1),
        ([0.4, 0.6], 0),
        (None, 1),
        ([0.1, float("nan")], 1),
        ([0.5, 0.5], None),
    ]
    hdf = frame(rows, "`p b` array<double>, y int")
    rdd = hdf.to_metrics_RDD("p b", "y")
    assert sorted(rdd.collect()) == [(0.1, 0.0), (0.4, 1.0), (0.6, 0.0), (0.7, 1.0)]
    assert BinaryClassificationMetrics(rdd).areaUnderROC == roc_auc_score([0, 1, 1, 0], [0.1, 0.4, 0.7, 0.6])
    assert hdf.selectExpr("0.5BD AS s", "y = 1 AS y").to_metrics_RDD("s", "y").first() == (0.5, 0.0)
    with pytest.raises(UnsupportedColumnError, match=r"`label_col`.*'y' is string"):
        hdf.selectExpr("0.5 AS s", "string(y) AS y").to_metrics_RDD("s", "y")
    with pytest.raises(UnsupportedColumnError, match=r"`prob_col`.*'s' is string"):
        hdf.selectExpr("'0.5' AS s", "y").to_metrics_RDD("s", "y")


@pytest.mark.skipif(not REMOTE, reason="about Spark Connect")
def test_metrics_rdd_is_refused_on_connect(frame: Any) -> None:
    with pytest.raises(InvalidOperationError, match=r"has no RDDs.*BinaryClassificationMetrics"):
        frame([(0.5, 1)], "s double, y int").to_metrics_RDD("s", "y")
