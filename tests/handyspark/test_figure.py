"""Which Axes a plot is drawn on, and what of matplotlib's state it leaves alone."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from handyspark import Bucket
from handyspark.errors import InvalidTypeError, InvalidValueError, UnknownNameError

KINDS = {
    "hist": lambda cols, **given: cols["Fare"].hist(**given),
    "hist of categories": lambda cols, **given: cols["Sex"].hist(**given),
    "boxplot": lambda cols, **given: cols["Fare"].boxplot(**given),
    "scatterplot": lambda cols, **given: cols[["Fare", "Age"]].scatterplot(**given),
}


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
def test_a_given_axes_is_drawn_on_and_nothing_else_of_pyplot_changes(titanic: Any, draw: Any) -> None:
    _, targets = plt.subplots(1, 2)
    current = plt.figure()
    settings = dict(mpl.rcParams)
    assert draw(titanic.toHandy().cols, ax=targets[0]) is targets[0]
    assert targets[0].has_data()
    assert not targets[1].has_data()
    assert plt.gcf() is current
    assert dict(mpl.rcParams) == settings
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
def test_without_one_a_figure_is_made_that_follows_the_settings(titanic: Any, draw: Any) -> None:
    settings = dict(mpl.rcParams)
    with plt.rc_context({"figure.figsize": (3, 2), "axes.facecolor": "black"}):
        ax = draw(titanic.toHandy().cols)
    assert tuple(ax.figure.get_size_inches()) == (3, 2)
    assert ax.get_facecolor() == (0, 0, 0, 1)
    assert plt.get_fignums() == [ax.figure.number]
    assert dict(mpl.rcParams) == settings


def test_the_figure_of_the_post_with_four_panels(titanic: Any) -> None:
    hdf = titanic.toHandy()
    figure, axs = plt.subplots(1, 4, figsize=(12, 4))
    hdf.cols["Embarked"].hist(ax=axs[0])
    hdf.cols["Age"].boxplot(ax=axs[1])
    hdf.cols["Fare"].boxplot(ax=axs[2])
    hdf.cols[["Fare", "Age"]].scatterplot(ax=axs[3])
    assert all(ax.has_data() for ax in axs)
    assert plt.get_fignums() == [figure.number]


def test_panels_of_strata_are_drawn_on_the_axes_that_are_given(titanic: Any) -> None:
    stratified = titanic.toHandy().stratify(["Pclass", "Sex"])
    figure, targets = plt.subplots(2, 3)
    found, axes = stratified.cols["Age"].hist(ax=targets)
    assert found is figure
    assert np.array_equal(axes, targets)
    assert all(ax.has_data() for ax in targets.flat)
    with pytest.raises(InvalidValueError, match=r"6 Axes.*got 3"):
        stratified.cols["Age"].hist(ax=targets[0])


def test_the_first_strata_go_across_and_the_second_down(titanic: Any) -> None:
    _, axes = titanic.toHandy().stratify(["Pclass", Bucket("Age", 2)]).cols["Fare"].hist()
    assert axes.shape == (2, 3)
    titles = [[ax.get_title().replace("\n", " ") for ax in row] for row in axes]
    clauses = ["Age >= 0.4200 and Age < 40.2100", "Age >= 40.2100 and Age <= 80.0000"]
    assert titles == [[f'Pclass == "{i}" and {clause}' for i in (1, 2, 3)] for clause in clauses]


def test_one_kind_of_strata_fills_rows_of_four(spark: Any) -> None:
    _, axes = spark.sql("SELECT id % 6 AS g, sqrt(id) AS x FROM range(60)").toHandy().stratify("g").cols["x"].hist()
    assert axes.shape == (2, 4)
    assert [ax.get_title() for ax in axes.flat] == [*(f'g == "{i}"' for i in range(6)), "", ""]
    assert [ax.axison for ax in axes.flat] == [True] * 6 + [False] * 2


def test_strata_that_hold_no_rows_are_empty_panels_with_their_clause(frame: Any) -> None:
    rows = [("a", 0.0, 1.0), ("a", 9.0, 2.0), ("b", 0.0, 3.0)]
    figure, axes = frame(rows, "g string, b double, x double").stratify(["g", Bucket("b", 3)]).cols["x"].hist()
    assert axes.shape == (3, 2)
    assert [[bool(ax.patches) for ax in row] for row in axes] == [[True, True], [False, False], [True, False]]
    assert axes[1, 1].get_title() == 'g == "b"\nand b >= 3.0000\nand b < 6.0000'
    assert [text.get_text() for text in axes[1, 1].texts] == ["no rows"]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes.flat}) == 1
    figure.canvas.draw()


def test_an_empty_panel_shows_the_ticks_that_others_read_there(frame: Any) -> None:
    _, targets = plt.subplots(2, 2, sharex=True, sharey=True)
    hdf = frame([("a", 0.0, 1.0), ("a", 9.0, 2.0), ("b", 0.0, 3.0)], "g string, b double, x double")
    figure, axes = hdf.stratify(["g", Bucket("b", 2)]).cols["x"].hist(ax=targets)
    figure.canvas.draw()
    assert [text.get_text() for text in axes[1, 1].texts] == ["no rows"]
    for column in (0, 1):
        assert all(tick.label1.get_visible() for tick in axes[1, column].xaxis.get_major_ticks())


def test_an_empty_frame_in_strata(frame: Any) -> None:
    hdf = frame([], "g string, x double, y double")
    for draw in (
        lambda cols: cols["x"].hist(),
        lambda cols: cols["x"].boxplot(),
        lambda cols: cols[["x", "y"]].scatterplot(),
    ):
        figure, _ = draw(hdf.stratify("g").cols)
        figure.canvas.draw()


def test_several_columns_in_strata_have_a_block_of_rows_each(titanic: Any) -> None:
    _, axes = titanic.toHandy().stratify(["Sex"]).cols[["Fare", "Embarked"]].hist()
    assert axes.shape == (2, 2)
    assert [row[0].get_ylabel() for row in axes] == ["Fare", "Embarked"]
    assert axes[0, 0].get_xlim() == axes[0, 1].get_xlim() != axes[1, 0].get_xlim()


def test_more_than_thirty_panels_are_refused_before_spark_is_asked_where_that_is_known(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = spark.range(2).selectExpr(*(f"id AS c{i}" for i in range(31))).toHandy()
    strata = spark.range(31).toHandy().stratify("id")
    with pytest.raises(InvalidValueError, match="panels; at most 30"):
        strata.cols["id"].hist()
    monkeypatch.setattr("handyspark.plotting.ask", lambda *given: pytest.fail("Spark was asked"))
    with pytest.raises(InvalidValueError, match="31 panels; at most 30"):
        many.cols[:].hist()
    assert plt.get_fignums() == []


def test_what_is_no_axes_is_refused_before_spark_is_asked(titanic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handyspark.plotting.ask", lambda *given: pytest.fail("Spark was asked"))
    figure, axes = plt.subplots(1, 2)
    for wrong in (figure, 3, [axes[0], None], [[axes[0], "x"]]):
        with pytest.raises(InvalidTypeError, match="`ax` must be matplotlib Axes"):
            titanic.toHandy().cols["Fare"].hist(ax=wrong)
    with pytest.raises(InvalidValueError, match=r"3 Axes.*got 2"):
        titanic.toHandy().cols[["Fare", "Age", "Sex"]].hist(ax=axes)
    for kind in ("hist", "boxplot"):
        with pytest.raises(InvalidValueError, match="`ax` must hold one Axes at least"):
            titanic.toHandy().cols["Fare"].plot(kind, ax=[])


def test_intervals_have_so_many_panels_as_is_known_before_spark_is_asked(
    frame: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hdf = frame([(0, "a"), (9, "b")], "x int, g string")
    strata, many = hdf.stratify(["g", Bucket("x", 3)]), hdf.stratify(Bucket("x", 31))
    _, axes = plt.subplots(1, 2)
    monkeypatch.setattr("handyspark.plotting.ask", lambda *given: pytest.fail("Spark was asked"))
    with pytest.raises(InvalidValueError, match=r"3 Axes.*got 2"):
        strata.cols["x"].hist(ax=axes)
    with pytest.raises(InvalidValueError, match="31 panels; at most 30"):
        many.cols["x"].hist()


@pytest.mark.parametrize("kind", ["kde", "ecdf", "violin"])
def test_dates_beside_numbers_along_one_axis_are_refused_before_spark_is_asked(
    frame: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hdf = frame([(0, None)], "x int, day date")
    monkeypatch.setattr("handyspark.plotting.ask", lambda *given: pytest.fail("Spark was asked"))
    with pytest.raises(InvalidValueError, match="Dates and numbers can't be drawn along one axis"):
        hdf.cols[["x", "day"]].plot(kind)


@pytest.mark.usefixtures("plugin")
def test_kinds_of_plugins_are_drawn_by_name(titanic: Any) -> None:
    cols = titanic.toHandy().cols
    ax = cols[["Sex", "Pclass"]].plot("dots", scale=2.0, color="red")
    (line,) = ax.lines
    assert line.get_ydata().tolist() == [4.0, 6.0]
    assert line.get_color() == "red"
    _, ax = titanic.toHandy().stratify("Sex").cols["Embarked"].plot("dots")
    assert ax.lines[0].get_ydata().tolist() == [3.0, 3.0]
    with pytest.raises(InvalidValueError, match="at least 3 columns; got 2"):
        cols[["Fare", "Pclass"]].plot("wide")
    with pytest.raises(UnknownNameError, match=r"(?s)boxplot.*dots.*hist"):
        cols["Sex"].plot("dotts")


@pytest.mark.parametrize("draw", KINDS.values(), ids=KINDS)
def test_style_that_matplotlib_does_not_take_is_refused_before_spark_is_asked(
    titanic: Any, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handyspark.plotting.ask", lambda *given: pytest.fail("Spark was asked"))
    with pytest.raises(InvalidTypeError, match="can't be drawn with colour='red'"):
        draw(titanic.toHandy().cols, colour="red")
    with pytest.raises(InvalidTypeError, match="can't be drawn with zorder='top'"):
        draw(titanic.toHandy().cols, zorder="top")
    assert plt.get_fignums() == []


def test_a_wrong_color_is_refused_and_a_list_is_left_to_the_data(titanic: Any) -> None:
    with pytest.raises(InvalidTypeError, match="reddish"):
        titanic.toHandy().cols["Fare"].hist(color="reddish")
    ax = titanic.toHandy().cols["Sex"].hist(color=["red", "blue"], label=["m", "f"])
    assert ax.patches[1].get_facecolor() == (0, 0, 1, 1)


def test_axes_are_taken_in_whatever_shape_they_come(titanic: Any) -> None:
    cols = titanic.toHandy().stratify("Pclass").cols
    _, targets = plt.subplots(3, 1)
    _, axes = cols["Age"].hist(ax=targets)
    assert axes.shape == (1, 3)
    assert list(axes.flat) == list(targets)
    _, targets = plt.subplots(2, 2)
    _, axes = cols["Sex"].hist(ax=targets)
    assert [bool(ax.patches) for ax in targets.flat] == [True] * 3 + [False]


def test_a_drawing_that_fails_leaves_no_figure(titanic: Any) -> None:
    current = plt.figure()
    with pytest.raises(InvalidValueError, match=r"can't be drawn with label=\['one'"):
        titanic.toHandy().cols["Sex"].hist(label=["one", "two", "three"])
    assert plt.get_fignums() == [current.number]
