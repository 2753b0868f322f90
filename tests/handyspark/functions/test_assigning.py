"""`assign` and `apply`: columns by the user's own functions."""

from __future__ import annotations

import datetime as dt
import functools
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark import HandyFrame
from handyspark.errors import ColumnNotFoundError, HandySparkError, InferredTypeWarning, InvalidTypeError


@pytest.fixture(scope="module")
def hdf(spark: Any) -> Any:
    rows = [
        (1, 7.25, "a", None, dt.date(2020, 1, 2)),
        (2, 71.28, "b", 5, None),
        (3, None, None, 6, dt.date(2020, 1, 3)),
    ]
    return spark.createDataFrame(rows, "id int, Fare double, `a name` string, n bigint, day date").toHandy()


def typed(frame: Any) -> dict[str, str]:
    return dict(frame.dtypes)


def a_function_of_this_module(Fare: Any, factor: float = 2.0) -> Any:
    return Fare * factor * CONSTANT


CONSTANT = 10.0


class Adder:
    def __init__(self, much: float) -> None:
        self.much = much

    def __call__(self, Fare: Any) -> Any:
        return Fare + self.much


def test_functions_of_every_kind_give_what_pandas_gives(hdf: Any) -> None:
    much = 3

    def keyword_only(id: Any, *, Fare: Any, power: int = 2) -> Any:
        return Fare * id**power

    with warnings.catch_warnings():
        warnings.simplefilter("error", InferredTypeWarning)
        made = hdf.assign(
            log=lambda Fare: np.log(Fare + 1),
            twice=lambda log: log * 2,
            closure=lambda Fare: Fare + much,
            module=a_function_of_this_module,
            partial=functools.partial(a_function_of_this_module, factor=3.0),
            instance=Adder(1.5),
            two=lambda Fare, id: Fare / id,
            keyword=T.DoubleType.ret(keyword_only),
            Fare=np.sqrt,
            array=lambda id: (id + 1).to_numpy(),
            one=1,
            column=F.col("a name"),
        )
        rows = pd.DataFrame([row.asDict() for row in made.orderBy("id").collect()])
    assert isinstance(made, HandyFrame)
    fare = pd.Series([7.25, 71.28, np.nan])
    ids = pd.Series([1, 2, 3])
    expected = {
        "log": np.log(fare + 1),
        "twice": np.log(fare + 1) * 2,
        "closure": fare + 3,
        "module": fare * 20,
        "partial": fare * 30,
        "instance": fare + 1.5,
        "two": fare / ids,
        "keyword": fare * ids**2,
        "Fare": np.sqrt(fare),
        "array": ids + 1,
        "one": pd.Series([1, 1, 1]),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(rows[name].astype(float), values.astype(float), err_msg=name)
    assert rows["column"].tolist()[:2] == ["a", "b"]
    assert typed(made)["array"] == "int"
    assert list(made.columns)[:5] == list(hdf.columns)
    assert typed(hdf.apply(a_function_of_this_module, name="new")) == {"new": "double"}


def test_types_that_are_said(hdf: Any) -> None:
    def day(day: Any) -> dt.date:
        return day

    def strings(id: Any) -> "pd.Series[str] | str":  # noqa: UP037
        return id.astype(str)

    def lists(id: Any) -> list[float]:
        return id.map(lambda value: [value / 2])

    def numbers(id: Any) -> float:
        return id

    def flags(id: Any) -> bool:
        return id > 1

    def by_ddl(id: Any) -> "array<int>":  # noqa: F722
        return id.map(lambda value: [value])

    def by_spark(id: Any) -> T.StringType:
        return id.astype(str)

    made = hdf.assign(
        day=day,
        lists=lists,
        numbers=numbers,
        flags=flags,
        ddl=by_ddl,
        spark=by_spark,
        ret=T.StringType.ret(lambda id: id.astype(str)),
        rets=T.ArrayType(T.DoubleType()).ret(lambda Fare: Fare.map(lambda value: [value])),
    )
    assert typed(made.select("day", "lists", "numbers", "flags", "ddl", "spark", "ret", "rets")) == {
        "day": "date",
        "lists": "array<double>",
        "numbers": "double",
        "flags": "boolean",
        "ddl": "array<int>",
        "spark": "string",
        "ret": "string",
        "rets": "array<double>",
    }
    first = made.orderBy("id").take(1)[0]
    assert (first["lists"], first["ddl"], first["ret"], first["rets"]) == ([0.5], [1], "1", [7.25])
    assert (first["day"], first["numbers"], first["flags"]) == (dt.date(2020, 1, 2), 1.0, False)


def test_a_type_that_can_not_hold_the_result_is_found_on_the_first_rows_and_said(hdf: Any) -> None:
    for function, found in {
        lambda id: id / 2: "double",
        lambda id: id.astype(str) + "x": "string",
        lambda Fare: Fare > 10: "boolean",
        lambda id: id.map(lambda value: [value]): "array<bigint>",
    }.items():
        with pytest.warns(InferredTypeWarning, match=f"'new' is of type {found}") as said:
            made = hdf.apply(function, name="new")
        assert [w.filename for w in said if w.category is InferredTypeWarning] == [__file__]
        assert typed(made) == {"new": found}
        assert made.count() == 3


def test_integers_with_missing_values_come_with_nan_and_stay_integers(hdf: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", InferredTypeWarning)
        made = hdf.assign(more=lambda n: n + 1).orderBy("id")
    assert typed(made)["more"] == "bigint"
    assert [row["more"] for row in made.collect()] == [None, 6, 7]
    name = "a name"
    upper = hdf.withColumnRenamed(name, "text").assign(up=lambda text: text.str.upper()).orderBy("id")
    assert [row["up"] for row in upper.collect()] == ["A", "B", None]


def a_generator(Fare: Any) -> Any:
    yield Fare


async def a_coroutine(Fare: Any) -> Any:
    return Fare


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (a_generator, InvalidTypeError, "is a generator"),
        (a_coroutine, InvalidTypeError, "is async"),
        (lambda Fare: Fare.to_frame(), InvalidTypeError, r"returns a DataFrame.*StructType"),
        (lambda *columns: columns, InvalidTypeError, r"`\*columns`, which names no columns"),
        (lambda: 3, InvalidTypeError, "no argument that names a column"),
        (lambda fares: fares, ColumnNotFoundError, "'new'.*'fares'.*Did you mean 'Fare'"),
        (np.add, InvalidTypeError, "2 inputs"),
        ([1, 2, 3], InvalidTypeError, "made of a list"),
        (pd.Series([1]), InvalidTypeError, "made of a Series"),
        (object(), InvalidTypeError, "can't be made of"),
    ],
)
def test_what_makes_no_column_is_refused_at_the_call(hdf: Any, value: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        hdf.assign(new=value)
    assert isinstance(raised.value, HandySparkError)


def test_apply_and_ret_check_what_they_get(hdf: Any) -> None:
    with pytest.raises(InvalidTypeError, match="`apply` takes a function"):
        hdf.apply(3, name="x")
    with pytest.raises(InvalidTypeError, match="must be a string"):
        hdf.apply(lambda Fare: Fare, name=3)
    with pytest.raises(InvalidTypeError, match="takes a function"):
        T.StringType.ret(3)
    with pytest.raises(InvalidTypeError, match="needs arguments"):
        T.ArrayType.ret(len)

    def annotated(Fare: Any) -> set[int]:
        return Fare

    with pytest.raises(InvalidTypeError, match="Spark has no type"):
        hdf.assign(x=annotated)


def test_strata_are_kept_and_an_empty_frame_has_the_same_columns(hdf: Any) -> None:
    made = hdf.stratify("id").assign(log=lambda Fare: np.log(Fare))
    assert made.cols["log"].mean().round(3).tolist()[:2] == [1.981, 4.267]
    empty = hdf.limit(0).assign(log=lambda Fare: np.log(Fare), other=lambda id: id / 2)
    assert empty.collect() == []
    assert typed(empty)["log"] == "double"


def test_structs_and_ragged_lists_are_columns_too(hdf: Any) -> None:
    struct = T.StructType().add("a", T.IntegerType()).add("b", T.DoubleType())
    made = hdf.assign(
        struct=struct.ret(lambda id, Fare: pd.DataFrame({"a": id, "b": Fare})),
        ragged=T.ArrayType(T.LongType()).ret(lambda id: [list(range(value)) for value in id]),
    )
    first, second, _ = made.orderBy("id").collect()
    assert (first["struct"]["a"], first["struct"]["b"], first["ragged"]) == (1, 7.25, [0])
    assert second["ragged"] == [0, 1]
