"""The smallest and largest values."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Extremes

VALUES = st.integers(-50, 50).map(lambda x: x / 4) | st.sampled_from([None, math.nan, math.inf, -math.inf])


@given(rows=st.lists(st.tuples(st.sampled_from("gh"), VALUES), max_size=40), n=st.integers(1, 5))
def test_equal_the_ends_of_the_sorted_values_within_bounds(frame: Any, asked: Any, rows: Any, n: int) -> None:
    stages = (
        {"center": "percentile_approx({x}, 0.5, 10000)"},
        {"ends": Extremes(n="n"), "outside": Extremes(n="n", below="center", above=3.0)},
    )
    found = asked(frame(rows, "g string, x double"), ["x"], *stages, by="g", n=n)
    assert list(found) == sorted({(g,) for g, _ in rows})
    for (group,), answers in found.items():
        values = sorted(x for g, x in rows if g == group and x is not None and not math.isnan(x))
        assert list(answers["ends"].lowest) == values[:n]
        assert list(answers["ends"].highest) == values[::-1][:n]
        below = [x for x in values if answers["center"] is not None and x < answers["center"]]
        assert list(answers["outside"].lowest) == below[:n]
        assert list(answers["outside"].highest) == [x for x in values if x > 3][::-1][:n]


def test_values_keep_their_types(frame: Any, asked: Any) -> None:
    hdf = frame("SELECT 9007199254740993 + id AS i, date'2020-01-01' + int(id) AS d, id / 10BD AS c FROM range(5)")
    for column in hdf.columns:
        (answers,) = asked(hdf, [column], {"ends": Extremes(n=2)}).values()
        values = sorted(row[0] for row in hdf.select(column).collect())
        assert list(answers["ends"].lowest) == values[:2]
        assert list(answers["ends"].highest) == values[:-3:-1]
        assert {type(value) for value in answers["ends"].lowest} == {type(values[0])}
    (answers,) = asked(hdf, ["d"], {"ends": Extremes(n=9, above=dt.date(2020, 1, 3))}).values()
    assert list(answers["ends"].highest) == [dt.date(2020, 1, 5), dt.date(2020, 1, 4)]


def test_of_several_columns_at_once(frame: Any, asked: Any) -> None:
    stage = {"x": Extremes(n=1), "y": Extremes(n=2, column=1), "z": Extremes(n=1, column=2)}
    hdf = frame("SELECT id AS x, -id AS y, date'2020-01-01' + int(id) AS z FROM range(4)")
    (answers,) = asked(hdf, ["x", "y", "z"], stage).values()
    assert (answers["x"].lowest, answers["x"].highest) == ([0], [3])
    assert (answers["y"].lowest, answers["y"].highest) == ([-3, -2], [0, -1])
    assert (answers["z"].lowest, answers["z"].highest) == ([dt.date(2020, 1, 1)], [dt.date(2020, 1, 4)])
