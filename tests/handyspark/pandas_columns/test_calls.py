"""What can't be asked is refused at the call, in the user's words."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pyspark import cloudpickle
from pyspark.sql import functions as F

from handyspark import errors
from handyspark.pandas_columns.udf import caller

REFUSED: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda p: p["n"].clip_lower(0), errors.MissingMethodError, r"clip\(lower=\.\.\.\)"),
    (lambda p: p["n"].clip_upper(0), errors.MissingMethodError, r"clip\(upper=\.\.\.\)"),
    (lambda p: p["t"].dt.weekday_name, errors.MissingMethodError, r"day_name\(\)"),
    (lambda p: p["s"].str.fnd("a"), errors.MissingMethodError, "Did you mean 'find'"),
    (lambda p: p["n"].cumsum(), errors.MissingMethodError, "order of rows"),
    (lambda p: p["t"].dt.time, errors.MissingMethodError, "no type"),
    (lambda p: p["n"].str, errors.UnsupportedColumnError, "'n' is int"),
    (lambda p: p["s"].dt, errors.UnsupportedColumnError, "'s' is string"),
    (lambda p: p["t"].abs(), errors.UnsupportedColumnError, "'t' is timestamp"),
    (lambda p: p["a"].fillna(1), errors.UnsupportedColumnError, "'a' is array<int>"),
    (lambda p: p["s"] - 1, errors.UnsupportedColumnError, "'s' is string"),
    (lambda p: p["n"] == p["a"], errors.UnsupportedColumnError, "array<int>"),
    (lambda p: p["nn"], errors.ColumnNotFoundError, "Did you mean 'n'"),
    (lambda p: p[["n"]], errors.InvalidTypeError, "one column"),
    (lambda p: p["s"].str.find(), errors.InvalidTypeError, "'sub'"),
    (lambda p: p["s"].str.find("a", begin=1), errors.InvalidTypeError, "begin"),
    (lambda p: p["s"].str.pad(3, fillchar="ab"), errors.InvalidTypeError, "fillchar"),
    (lambda p: p["s"].str.contains("("), errors.InvalidValueError, "str.contains"),
    (lambda p: p["s"].str.contains(F.col("s")), errors.InvalidTypeError, "not a column"),
    (lambda p: p["s"].str.repeat([1, 2]), errors.InvalidTypeError, "single value"),
    (lambda p: p["s"].str.extract("(a)"), errors.InvalidOperationError, "expand=False"),
    (lambda p: p["s"].str.split("a", expand=True), errors.InvalidOperationError, "expand=False"),
    (lambda p: p["n"].fillna("x"), errors.InvalidTypeError, "fillna"),
    (lambda p: p["n"].fillna(0, inplace=True), errors.InvalidOperationError, "inplace"),
    (lambda p: p["n"] + [1, 2], errors.InvalidTypeError, "single value"),
    (lambda p: p["n"].between(1, 2, inclusive="x"), errors.InvalidValueError, "between"),
    (lambda p: p["n"].round(1, 2), errors.InvalidTypeError, "more arguments"),
    (lambda p: p["t"].dt.floor("M"), errors.InvalidValueError, "dt.floor"),
    (lambda p: p["t"] > "no date", errors.InvalidTypeError, "gt"),
    (lambda p: bool(p["n"]), errors.InvalidOperationError, "neither true nor false"),
]


@pytest.fixture
def hdf(frame: Any) -> Any:
    rows = [(1, "Mrs. A", dt.datetime(2020, 1, 1), [1], 1), (None, None, None, None, 2)]
    return frame(rows, "n int, s string, t timestamp, a array<int>, `s.p q` int")


def test_what_makes_no_sense_is_refused_at_the_call(hdf: Any) -> None:
    for ask, error, words in REFUSED:
        with pytest.raises(error, match=words):
            ask(hdf.pandas)


def test_a_missing_method_is_a_missing_attribute(hdf: Any) -> None:
    assert not hasattr(hdf.pandas["n"], "cumsum")
    assert not hasattr(hdf.pandas["n"], "_repr_html_")
    assert "int" in repr(hdf.pandas["n"])


def test_columns_are_made_lazily_and_go_on_as_columns(hdf: Any) -> None:
    p = hdf.pandas
    stripped = p["s"].str.removeprefix("Mrs. ")
    row = hdf.select(
        (p["s"].str.find(sub="A") > 0).alias("found"),
        p[stripped].str.len().alias("chained"),
        (p["n"] + p["s.p q"]).alias("sum"),
        p["n"].add(F.col("n") * 2).alias("thrice"),
        p["a"].isna().alias("gone"),
        p["n"].isin(values=["C", "Q"]).alias("elsewhere"),
    ).collect()
    assert [tuple(each) for each in row] == [(True, 1, 2, 3, False, False), (None, None, None, None, True, False)]


def test_udfs_need_no_handyspark_where_they_run() -> None:
    compute = caller("str", "lower", {}, {}, ["string[python]"], "string")
    sent = cloudpickle.dumps(lambda *parts: compute(*parts))
    code = "import sys, pickle; sys.modules['handyspark'] = None; f = pickle.load(sys.stdin.buffer)\n"
    code += "import pandas as pd; assert f(pd.Series(['A', None])).tolist() == ['a', None]"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], input=sent, check=True)
