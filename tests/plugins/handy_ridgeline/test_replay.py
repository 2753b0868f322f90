"""The ridgeline of a replay: the distribution of a layer's weights or activations."""

from __future__ import annotations

import subprocess
import sys
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from handy_ridgeline.replay import RIDGELINE, compute, density, prepare
from handyhooks.testing import check_visualization
from handyhooks.testing.replay import SyntheticReplay

VIEW = SyntheticReplay()
EPOCHS = list(VIEW.epochs)


@pytest.mark.parametrize(
    "options", [{}, {"of": "activations"}, {"layer_name": "output", "ridges": 2}, {"of": "activations", "ridges": 1}]
)
def test_it_keeps_what_every_visualization_promises(options: dict[str, Any]) -> None:
    check_visualization(RIDGELINE, options=options)


def test_weights_are_all_of_the_layer() -> None:
    state = prepare(VIEW, EPOCHS)
    assert state.layer == "hidden"
    kernel, bias = VIEW.weights(4)["hidden"]
    np.testing.assert_allclose(compute(VIEW, state, 4)["values"], [*kernel.ravel(), *bias])


def test_activations_are_those_of_all_samples() -> None:
    state = prepare(VIEW, EPOCHS, layer_name="dropout", of="activations")
    np.testing.assert_allclose(compute(VIEW, state, 2)["values"], VIEW.outputs("dropout", 2).ravel())


def test_the_range_fits_every_epoch() -> None:
    state = prepare(VIEW, EPOCHS, ridges=1)
    values = np.concatenate([w.ravel() for epoch in EPOCHS for w in VIEW.weights(epoch)["hidden"]])
    x = state.static["x"]
    assert x[0] < values.min()
    assert x[-1] > values.max()


@pytest.mark.parametrize(("ridges", "expected"), [(1, [0]), (2, [0, 8]), (3, [0, 4, 8]), (50, [0, 2, 4, 6, 8])])
def test_ridges_are_spread_over_the_epochs(ridges: int, expected: list[int]) -> None:
    assert prepare(VIEW, EPOCHS, ridges=ridges).epochs.tolist() == expected


def test_a_density_of_normal_values_is_the_normal_one() -> None:
    normal = NormalDist(1, 2)
    values = np.array([normal.inv_cdf((i + 0.5) / 20_000) for i in range(20_000)])
    x = np.linspace(-8, 10, 256)
    # A kernel of bandwidth h is off by h^2 f'' / 2 at the peak: 0.002 here.
    np.testing.assert_allclose(density(values, x), [normal.pdf(place) for place in x], atol=0.003)


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0, 3.0], [3.0, np.nan, np.inf]])
def test_a_density_has_area_one_even_of_equal_values(values: list[float]) -> None:
    x = np.linspace(0, 6, 256)
    heights = density(np.array(values), x)
    assert heights.sum() * (x[1] - x[0]) == pytest.approx(1)
    assert x[heights.argmax()] == pytest.approx(3, abs=0.03)


def test_without_finite_values_there_is_no_density() -> None:
    assert density(np.array([np.nan, np.inf]), np.linspace(0, 1, 8)).tolist() == [0] * 8


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"layer_name": "hiden"}, ValueError, "no layer 'hiden' with weights. Did you mean 'hidden'"),
        ({"layer_name": "dropout"}, ValueError, "no layer 'dropout' with weights"),
        ({"of": "gradients"}, ValueError, "'weights' or 'activations'; got 'gradients'"),
        ({"ridges": 0}, ValueError, "at least 1; got 0"),
        ({"ridges": 2.5}, TypeError, "whole number; got 2.5"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        prepare(VIEW, EPOCHS, **options)


def test_it_needs_neither_host_nor_matplotlib_to_compute() -> None:
    code = (
        "import sys, handy_ridgeline.replay as r; from handyhooks.testing.replay import SyntheticReplay;"
        "v = SyntheticReplay(); r.compute(v, r.prepare(v, list(v.epochs)), 4);"
        "print([m for m in ('deepreplay', 'handyspark', 'matplotlib', 'keras') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
