"""Building and moving one plot."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from deepreplay import Replay
from deepreplay.errors import ArgumentTypeError, ArgumentValueError, EpochError
from deepreplay.figure.plots import build_plot
from handyhooks import Visualization
from handyhooks.errors import UnknownNameError


def prepare(view: Any, epochs: Any, *, color: str = "red", needed: int) -> dict[str, Any]:
    return {"color": color}


def compute(view: Any, state: Any, epoch: int) -> dict[str, Any]:
    return {"height": np.array(epoch)}


def draw(state: Any, upper: Any, lower: Any) -> dict[str, Any]:
    return {"lines": [ax.axhline(0, color=state["color"]) for ax in (upper, lower)]}


def update(artists: Any, state: Any, data: Any, epoch: int) -> None:
    for line in artists["lines"]:
        line.set_ydata([data["height"]] * 2)


TWO = Visualization(
    name="two_levels",
    summary="A level on each of two Axes.",
    axes=("upper", "lower"),
    prepare=prepare,
    compute=compute,
    draw=draw,
    update=update,
)


def build(replay: Replay, *axes: Any, **options: Any) -> Any:
    return build_plot(TWO, replay.view, replay.epochs, axes, {"needed": 1} | options)


def test_a_plot_moves_to_an_epoch_and_names_it(replay: Replay) -> None:
    plot = build(replay)
    figure = plot.plot(4)
    assert figure is plot.figure
    assert [line.get_ydata()[0] for line in plot._artists["lines"]] == [4, 4]
    assert plot.axes[0].get_title() == "Two levels, epoch 4"
    plot.set_title("mine").plot(-1)
    assert plot.axes[0].get_title() == "mine, epoch 6"
    plot.set_title("").plot(2)
    assert plot.axes[0].get_title() == "Epoch 2"


def test_axes_are_taken_by_position_by_name_or_made(replay: Replay) -> None:
    _, (a, b, c, d, e, f) = plt.subplots(1, 6)
    assert build(replay, a, b).axes == (a, b)
    assert build(replay, c, lower=d).axes == (c, d)
    assert build(replay, upper=f, lower=e).axes == (f, e)
    made = build(replay, None, None).axes
    assert len({ax.figure for ax in made}) == 1
    assert made[0].figure is not a.figure


@pytest.mark.parametrize(
    ("axes", "options", "error", "said"),
    [
        (1, {}, ArgumentTypeError, "also needs lower"),
        (3, {}, ArgumentTypeError, r"2 Axes \(upper, lower\); got 3"),
        (0, {"colour": "red"}, ArgumentTypeError, "no option 'colour'. Did you mean 'color'"),
        (0, {"upper": 3}, ArgumentTypeError, "`upper` of 'two_levels' must be matplotlib Axes; got 3"),
    ],
)
def test_wrong_axes_and_options_are_named_and_no_figure_is_made(
    replay: Replay, axes: int, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    given = [plt.figure(1).add_subplot() for _ in range(axes)]
    before = plt.get_fignums()
    with pytest.raises(error, match=said):
        build(replay, *given, **options)
    assert plt.get_fignums() == before


def test_flat_plots_refuse_axes_of_three_dimensions(replay: Replay) -> None:
    ax = plt.figure().add_subplot(projection="3d")
    with pytest.raises(ArgumentValueError, match="'loss_histogram' needs Axes that are flat; got '3d'"):
        replay.build_loss_histogram(ax)


def test_a_required_option_is_asked_for(replay: Replay) -> None:
    with pytest.raises(ArgumentTypeError, match="needs the option 'needed'"):
        build_plot(TWO, replay.view, replay.epochs, [], {})


def test_axes_of_two_figures_are_refused(replay: Replay) -> None:
    with pytest.raises(ArgumentValueError, match="one Figure"):
        build(replay, plt.figure().add_subplot(), plt.figure().add_subplot())


def test_axes_take_one_plot(replay: Replay) -> None:
    _, (a, b) = plt.subplots(1, 2)
    a.plot([0, 1])  # what is the user's own may be there
    with pytest.raises(ArgumentValueError, match=r"must differ: upper, lower"):
        build(replay, a, a)
    build(replay, a, b)
    for again in (lambda: build(replay, b, a), lambda: replay.build_loss_and_metric(b, "accuracy")):
        with pytest.raises(ArgumentValueError, match="another plot was built on those"):
            again()
    a.clear(), b.clear()
    build(replay, b, a)


def test_a_run_that_cannot_be_shown_is_refused_with_the_reason(replay: Replay) -> None:
    from dataclasses import replace

    refusing = replace(TWO, accepts=lambda view: "it is too short.")
    with pytest.raises(ArgumentValueError, match="'two_levels' can't show this run: it is too short"):
        build_plot(refusing, replay.view, replay.epochs, [], {"needed": 1})


def test_epochs_are_absolute_and_inclusive(replay: Replay) -> None:
    plot = replay.build_loss_and_metric(metric_name="accuracy", epoch_start=2, epoch_end=4)
    assert plot.epochs == (2, 3, 4)
    assert plot.n_epochs == 4
    assert plot.data.epochs == (2, 3, 4)
    assert plot.animate()._epochs == [2, 3, 4]
    assert plot.animate(3, -1)._epochs == [3, 4]
    with pytest.raises(EpochError):
        plot.plot(5)
    with pytest.raises(ArgumentValueError, match="`epoch_start`"):
        plot.animate(4, 2)


def test_what_was_built_is_found_under_its_name(replay: Replay) -> None:
    plot = replay.build("loss_and_metric", metric_name="mae")
    assert replay.loss_and_metric == (plot, plot.data)
    assert replay.built["loss_and_metric"][1].metric_name == "mae"


def test_an_unknown_visualization_suggests_the_nearest(replay: Replay) -> None:
    with pytest.raises(UnknownNameError, match="feature_space"):
        replay.build("feature_spaces")
    with pytest.raises(AttributeError, match="build_nothing"):
        replay.build_nothing  # noqa: B018
