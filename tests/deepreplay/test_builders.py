"""Methods that build deepreplay's own visualizations offer what these take, and explain it."""

from __future__ import annotations

import inspect

import pytest

from deepreplay import Replay
from deepreplay.builtins import deepreplay_visualizations
from handyhooks import Visualization

VISUALIZATIONS = list(deepreplay_visualizations())


@pytest.mark.parametrize("visualization", VISUALIZATIONS, ids=lambda visualization: visualization.name)
def test_a_method_takes_axes_options_and_epochs(visualization: Visualization) -> None:
    _, *parameters = inspect.signature(getattr(Replay, f"build_{visualization.name}")).parameters.values()
    count = len(visualization.axes)
    assert [p.name for p in parameters[:count]] == list(visualization.axes)
    assert all(p.default is None for p in parameters[:count])
    given = {p.name: p.default for p in parameters[count:]}
    assert (given.pop("epoch_start"), given.pop("epoch_end")) == (0, -1)
    options = inspect.signature(visualization.prepare).parameters.values()
    assert given == {p.name: p.default for p in options if p.kind is p.KEYWORD_ONLY}


@pytest.mark.parametrize("visualization", VISUALIZATIONS, ids=lambda visualization: visualization.name)
def test_help_explains_every_parameter_once(visualization: Visualization) -> None:
    method = getattr(Replay, f"build_{visualization.name}")
    head, _, rest = inspect.getdoc(method).partition("\n\nParameters\n----------\n")
    assert head.startswith("Build ")
    explained, _, errors = rest.partition("\n\nRaises\n------\n")
    named = [name for line in explained.splitlines() if not line.startswith(" ") for name in line.split(", ")]
    assert sorted(named) == sorted(name for name in inspect.signature(method).parameters if name != "self")
    assert "EpochError" in errors
    assert "ArgumentValueError" in errors


def test_options_reach_the_visualization(replay: Replay) -> None:
    plot = replay.build_loss_and_metric(metric_name="mae", epoch_start=2, epoch_end=5, colors=["black", "orange"])
    assert (plot.data.metric_name, plot.epochs) == ("mae", (2, 3, 4, 5))
    assert [plot._artists[name].get_color() for name in ("loss", "metric")] == ["black", "orange"]
    histogram = replay.build_probability_histogram(bins=4)
    assert len(histogram._state.edges) == 5
    again = replay.build("outputs", before_activation=True)
    assert replay.zvalues_violins == (again, again.data)
