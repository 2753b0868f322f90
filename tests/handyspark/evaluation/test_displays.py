"""Curves and matrices are drawn so that they can be read, on Axes of any size."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from handyspark.evaluation.displays import Curve, CurveDisplay
from handyspark.evaluation.matrices import ConfusionDisplay

LABELS = ["a", 'Pclass == "1" and Sex == "female" (average precision 0.873)', "costs $5 and $6"]


def display(**options: Any) -> CurveDisplay:
    x = np.linspace(0, 1, 20)
    pairs = [(Curve(label=label, x=x, y=x**2), Curve(label=label, x=x, y=x**3, dashed=True)) for label in LABELS]
    return CurveDisplay(curves=tuple(sum(pairs, ())), xlabel="x", ylabel="y", dashed="negatives", **options)


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("size", [(5, 4), (26, 15)])
def test_legends_are_no_wider_than_their_axes(layout: str | None, size: tuple[int, int]) -> None:
    figure, axes = plt.subplots(2, 3, figsize=size, layout=layout)
    for place, ax in enumerate(axes.ravel()):
        display(room_above=place % 2 == 0).plot(ax, label="a forest of trees")
    figure.canvas.draw()
    for ax in axes.ravel():
        legend = ax.get_legend()
        assert legend.get_window_extent().width <= ax.get_window_extent().width
        texts = [text.get_text() for text in legend.get_texts()]
        assert [text.replace("\n", " ") for text in texts] == ["negatives"] + [
            f"a forest of trees: {label}".replace("$", r"\$") for label in LABELS
        ]
        assert ("\n" in texts[2]) == (size == (5, 4))


def test_dashed_curves_have_the_colour_of_the_one_before_and_one_place_in_the_legend() -> None:
    _, ax = plt.subplots()
    for _ in range(2):
        lines = display().plot(ax, color="red", linestyle="-.").lines_
        assert [line.get_linestyle() for line in lines] == ["-.", "--"] * 3
        assert {line.get_color() for line in lines} == {"red"}
    assert [text.get_text() for text in ax.get_legend().get_texts()].count("negatives") == 1
    lines = display().plot(ax).lines_
    assert [line.get_color() for line in lines[::2]] == [line.get_color() for line in lines[1::2]]
    assert len({line.get_color() for line in lines}) == 3


def test_numbers_of_a_matrix_fit_into_their_cells() -> None:
    for classes in (2, 12, 100):
        matrix = np.full((classes, classes), 1_234.5)
        ax = ConfusionDisplay(matrix=matrix, classes=range(classes)).plot().axes_
        ax.figure.canvas.draw()
        cell = ax.get_window_extent().width / classes
        assert len(ax.texts) == (classes**2 if classes < 100 else 0)
        assert all(text.get_window_extent().width <= cell for text in ax.texts)
        ticks = [label.get_window_extent() for label in ax.get_yticklabels()]
        assert all(above.y0 >= below.y1 for above, below in pairwise(ticks))


def test_names_of_classes_that_would_run_into_each_other_are_slanted() -> None:
    for names, rotation in ((["no", "yes"], 0), (["a rather long name of a class"] * 2, 45)):
        ax = ConfusionDisplay(matrix=np.eye(2), classes=names).plot().axes_
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {rotation}
        assert [label.get_text() for label in ax.get_yticklabels()] == names
