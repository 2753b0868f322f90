"""Box plots: quartiles, whiskers that are data points, and the most extreme fliers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes

from handyspark.errors import InvalidTypeError, InvalidValueError, UnsupportedColumnError
from handyspark.planner import Job, Source, ask
from handyspark.plots.boxplot import BOXPLOT
from handyspark.schema import Schema

pytestmark = pytest.mark.thorough

VALUES = st.integers(-40, 40).map(lambda x: x / 4) | st.sampled_from([100.0, -100.0, math.nan, None])


def expected(values: Any, k: float) -> tuple[Any, Any, Any]:
    """Quartiles, whiskers and fliers by NumPy."""
    known = np.array([x for x in values if x is not None and not math.isnan(x)], dtype=float)
    quartiles = np.quantile(known, [0.25, 0.5, 0.75], method="inverted_cdf")
    reach = k * (quartiles[2] - quartiles[0])
    inside = known[(known >= quartiles[0] - reach) & (known <= quartiles[2] + reach)]
    outside = known[(known < quartiles[0] - reach) | (known > quartiles[2] + reach)]
    return tuple(quartiles), (inside.min(), inside.max()), tuple(np.sort(outside))


def boxes(hdf: Any, column: str, **options: Any) -> Any:
    schema = Schema(hdf.schema)
    columns = schema.find_all(column)
    options = {"k": 1.5, "showfliers": True, "showmeans": False, "orientation": "vertical", **options}
    described = tuple(ref.described for ref in columns)
    job = Job(owner="", columns=columns, stages=BOXPLOT.stages(described, **options), options=options)
    (answers,) = ask(Source(df=hdf.notHandy(), schema=schema), [job]).answers[0]
    return BOXPLOT.data(described, answers, **options)


@given(values=st.lists(VALUES, max_size=40), k=st.sampled_from([0, 0.5, 1.5, 3]))
def test_the_numbers_of_a_box_equal_numpy(frame: Any, values: Any, k: float) -> None:
    box = boxes(frame([(x,) for x in values], "x double"), "x", k=k)
    if all(x is None or math.isnan(x) for x in values):
        assert (box.quartiles, box.whiskers, box.fliers, box.hidden) == ((), (), (), 0)
        return
    assert (box.quartiles, box.whiskers, box.fliers) == expected(values, k)
    assert box.hidden == 0
    known = {x for x in values if x is not None}
    assert {*box.quartiles, *box.whiskers, *box.fliers} <= known


def test_fliers_beyond_five_hundred_a_side_are_counted(frame: Any) -> None:
    hdf = frame("SELECT CASE WHEN id < 510 THEN 1000 + id WHEN id < 515 THEN -id ELSE id % 3 END AS x FROM range(6000)")
    box = boxes(hdf, "x")
    assert box.fliers == tuple(map(float, [*range(-514, -509), *range(1010, 1510)]))
    assert box.hidden == 10
    ax = hdf.cols["x"].boxplot()
    assert [text.get_text() for text in ax.texts] == ["10 more fliers"]


def drawn(ax: Axes, place: int = 0) -> tuple[float, ...]:
    """All heights at which a box has a line or a flier, ascending."""
    own = [line for line in ax.lines if len(line.get_xdata()) and abs(np.mean(line.get_xdata()) - place - 1) < 0.4]
    return tuple(sorted({float(y) for line in own for y in line.get_ydata()}))


def test_boxes_are_drawn_side_by_side(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols[["Age", "SibSp"]].boxplot()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Age", "SibSp"]
    for place, column in enumerate(["Age", "SibSp"]):
        quartiles, whiskers, fliers = expected(passengers[column], 1.5)
        assert drawn(ax, place) == tuple(sorted({*quartiles, *whiskers, *fliers}))


def test_strata_stand_in_one_axes(titanic: Any, passengers: pd.DataFrame) -> None:
    figure, ax = titanic.toHandy().stratify("Pclass").cols["Age"].boxplot(k=1.0)
    assert ax.figure is figure
    assert ax.get_ylabel() == "Age"
    assert [label.get_text() for label in ax.get_xticklabels()] == [f'Pclass == "{i}"' for i in (1, 2, 3)]
    for place, (_, ages) in enumerate(passengers.groupby("Pclass").Age):
        quartiles, whiskers, fliers = expected(ages, 1.0)
        assert drawn(ax, place) == tuple(sorted({*quartiles, *whiskers, *fliers}))


def test_fliers_can_be_left_out(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols["Fare"].boxplot(showfliers=False)
    quartiles, whiskers, _ = expected(passengers.Fare, 1.5)
    assert drawn(ax) == tuple(sorted({*quartiles, *whiskers}))


@pytest.mark.parametrize("values", [[], [None], [5.0], [2.0, 2.0], [math.inf, -math.inf, 1.0], [math.inf, math.inf]])
def test_little_or_odd_data_are_drawn_all_the_same(frame: Any, values: Any) -> None:
    ax = frame([(x,) for x in values], "x double").cols["x"].boxplot()
    ax.figure.canvas.draw()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["x"]
    figure, ax = frame([("g", x) for x in values], "g string, x double").stratify("g").cols["x"].boxplot()
    figure.canvas.draw()


def test_style_goes_to_matplotlib_and_bad_arguments_are_refused(titanic: Any) -> None:
    hdf = titanic.toHandy()
    ax = hdf.cols["Fare"].boxplot(patch_artist=True, boxprops={"facecolor": "red"})
    assert ax.patches[0].get_facecolor() == (1, 0, 0, 1)
    with pytest.raises(InvalidValueError, match="k"):
        hdf.cols["Fare"].boxplot(k=-1)
    with pytest.raises(InvalidTypeError, match="showfliers"):
        hdf.cols["Fare"].boxplot(showfliers="yes")
    with pytest.raises(UnsupportedColumnError, match="'Name'"):
        hdf.cols[["Fare", "Name"]].boxplot()


def test_means_and_boxes_that_lie(titanic: Any, passengers: pd.DataFrame) -> None:
    ax = titanic.toHandy().cols[["Fare", "Age"]].boxplot(showmeans=True, orientation="horizontal", showfliers=False)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Fare", "Age"]
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_marker() not in ("None", "", None)]
    assert marks == pytest.approx([passengers.Fare.mean(), passengers.Age.mean()])
