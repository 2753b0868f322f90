from __future__ import annotations

import decimal
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from scipy.integrate import trapezoid
from scipy.stats import gaussian_kde, norm

from handy_ridgeline.spark import RIDGELINE
from handyhooks import Bins, Column, MomentValues
from handyhooks.testing import check_plot_kind

# Binned values instead of the values themselves: less than one in a hundred of the highest density.
CLOSE = 0.01


def test_keeps_the_promises_of_a_plot_kind():
    check_plot_kind(RIDGELINE)


def test_importing_the_plugin_imports_neither_host_nor_what_they_stand_on():
    code = (
        "import sys, handy_ridgeline; "
        "print({'handyspark', 'deepreplay', 'pyspark', 'keras', 'matplotlib'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "set()"


def ridges_of(*groups: np.ndarray, kind: str = "floating", bandwidth: str | float = "scott") -> list:
    """What the record makes of each group's values, with NumPy in Spark's place."""
    columns = (Column(name="x", kind=kind, type="double"),)
    options = {"bandwidth": bandwidth, "overlap": 0.5}
    first, _ = RIDGELINE.stages(columns, **options)
    every = []
    for values in groups:
        squares = float(((values - values.mean()) ** 2).sum()) if len(values) else None
        mean = float(values.mean()) if len(values) else None
        answers = {
            "low": float(values.min()) if len(values) else None,
            "high": float(values.max()) if len(values) else None,
            "moments": MomentValues(count=len(values), means=[mean], comoments=[[squares]]),
        }
        every.append({**answers, "width": first["width"].function(answers, **options)})
    cells = first["cells"].function(every, **options)
    drawn = []
    for values, answers in zip(groups, every, strict=True):
        bins = Bins(edges=[], counts=[])
        if cells.low is not None:
            counts, edges = np.histogram(values, bins=cells.bins, range=(cells.low, cells.high))
            bins = Bins(edges=edges.tolist(), counts=counts.tolist())
        drawn.append(RIDGELINE.data(columns, {**answers, "cells": cells, "histogram": bins}, **options))
    return drawn


def expect_density(x, density, values: np.ndarray, bw_method: str | float = "scott") -> None:
    expected = gaussian_kde(values, bw_method)(x)
    np.testing.assert_allclose(density, expected, atol=CLOSE * expected.max())


NUMBERS = st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=200).map(np.array)


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(["scott", "silverman"]), st.sampled_from([1.0, 1e-9, 1e9]))
def test_densities_are_those_of_gaussian_kernels_on_the_values(values, rule, unit):
    values = values * unit
    assume(values.std() > 1e-6 * np.abs(values).max())  # gaussian_kde itself gives up where values are all but equal
    (ridge,) = ridges_of(values, bandwidth=rule)
    expect_density(np.array(ridge.x), ridge.density, values, rule)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from(["scott", "silverman", 0.0, 1e-3, 1.0, 1e9]))
def test_areas_below_densities_are_1(first, second, bandwidth):
    for ridge in ridges_of(first, second, bandwidth=bandwidth):
        if ridge.single is None:
            # Of a normal distribution, 0.9973 lies within three standard deviations.
            assert 0.996 < trapezoid(ridge.density, ridge.x) < 1.001


def test_whole_numbers_are_smoothed_from_where_they_are():
    values = np.random.default_rng(0).poisson(3, 400).astype(float)
    (ridge,) = ridges_of(values, kind="integer", bandwidth=0.4)
    # They lie in the middle of their bins, so that nothing is lost.
    np.testing.assert_allclose(ridge.density, gaussian_kde(values, 0.4 / values.std(ddof=1))(ridge.x), atol=1e-12)


def test_bandwidth_finer_than_the_picture_is_a_2047th_of_the_range():
    values = np.array([0.0, 1000.0])
    for bandwidth in (0.0, 1e-9):
        (ridge,) = ridges_of(values, bandwidth=bandwidth)
        x, width = np.array(ridge.x), 1000 / 2047
        expected = np.exp(-0.5 * ((x[:, None] - values) / width) ** 2).sum(axis=1) / (2 * width * np.sqrt(2 * np.pi))
        np.testing.assert_allclose(ridge.density, expected, atol=1e-9)


@pytest.mark.parametrize("values", [[7.5], [7.5] * 10])
def test_equal_values_have_no_density_by_a_rule_but_one_by_a_bandwidth(values):
    (single,) = ridges_of(np.array(values))
    assert (single.single, single.x, single.density) == (7.5, (), ())
    (smooth,) = ridges_of(np.array(values), bandwidth=2.0)
    assert smooth.single is None
    np.testing.assert_allclose(smooth.density, norm.pdf(smooth.x, 7.5, 2.0))


def test_groups_without_values_are_empty_beside_others():
    empty, full = ridges_of(np.array([]), np.arange(9.0))
    assert (empty.x, empty.density, empty.single) == ((), (), None)
    assert full.x


@pytest.fixture
def ax():
    return Figure().add_subplot()


def ridges(ax) -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Of each ridge on the Axes, in the order of drawing: its baseline, and its upper edge as x and height."""
    found = []
    for collection in ax.collections:
        (path,) = collection.get_paths()
        along, y = path.vertices.T
        x, position = np.unique(along, return_inverse=True)
        height = np.zeros(len(x))
        np.maximum.at(height, position, y - y.min())
        found.append((y.min(), x, height))
    return found


def densities(ax) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ridges with heights scaled back, such that the first has an area of 1."""
    _, x, height = ridges(ax)[0]
    area = trapezoid(height, x)
    return [(x, height / area) for _, x, height in ridges(ax)]


def labels(ax) -> list[tuple[float, str]]:
    return [(float(place), text.get_text()) for place, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)]


@pytest.fixture(scope="module")
def values() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    return {
        "wide": np.concatenate([generator.normal(0, 3, 300), generator.normal(20, 1, 200)]),
        "narrow": generator.normal(10, 0.5, 400),
        "skewed": generator.lognormal(1, 0.8, 600),
    }


@pytest.fixture
def hdf(handy_frame, values):
    rows = [(group, value) for group, of_group in values.items() for value in of_group.tolist()]
    missing = [("wide", None), ("wide", float("nan")), ("narrow", float("inf")), ("skewed", float("-inf"))]
    return handy_frame([*rows, *missing], "group string, `the value` double")


@pytest.mark.parametrize("bandwidth", ["scott", "silverman"])
def test_ridges_of_strata_are_gaussian_kernel_densities(hdf, values, ax, bandwidth):
    figure, drawn_on = hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax, bandwidth=bandwidth)
    assert figure is ax.figure
    assert drawn_on is ax
    found = densities(ax)
    assert len(found) == 3
    for (x, density), group in zip(found, sorted(values), strict=True):
        expect_density(x, density, values[group], bandwidth)


def test_bandwidth_in_the_columns_unit(handy_frame, values, ax):
    data = values["skewed"]
    frame = handy_frame([(value,) for value in data.tolist()], "x double")
    assert frame.cols["x"].plot("ridgeline", ax=ax, bandwidth=0.75) is ax
    ((x, density),) = densities(ax)
    expect_density(x, density, data, 0.75 / data.std(ddof=1))


def test_ridges_reach_as_far_as_their_kernels(hdf, values, ax):
    hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax, bandwidth=0.5)
    for (_, x, _), group in zip(ridges(ax), sorted(values), strict=True):
        assert x.min() == pytest.approx(values[group].min() - 1.5)
        assert x.max() == pytest.approx(values[group].max() + 1.5)


def test_areas_of_all_ridges_are_equal(hdf, ax):
    hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax)
    areas = [trapezoid(height, x) for _, x, height in ridges(ax)]
    np.testing.assert_allclose(areas, areas[0], rtol=0.005)


@pytest.mark.parametrize("overlap", [0, 0.5, 2])
def test_highest_ridge_reaches_so_far_beyond_the_baseline_above(hdf, ax, overlap):
    hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax, overlap=overlap)
    assert max(height.max() for _, _, height in ridges(ax)) == pytest.approx(1 + overlap)


def test_ridges_stand_below_each_other_with_clauses_beside_them_and_lower_ones_in_front(hdf, ax):
    hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax)
    assert [base for base, _, _ in ridges(ax)] == pytest.approx([2, 1, 0])
    assert labels(ax) == [(2, 'group == "narrow"'), (1, 'group == "skewed"'), (0, 'group == "wide"')]
    layers = [collection.get_zorder() for collection in ax.collections]
    assert layers == sorted(set(layers))
    assert ax.get_xlabel() == "the value"


def test_columns_have_a_ridge_each(handy_frame, values, ax):
    rows = [*zip(values["wide"].tolist()[:300], values["narrow"].tolist(), strict=False)]
    frame = handy_frame(rows, "a double, b double")
    frame.cols[["a", "b"]].plot("ridgeline", ax=ax)
    assert labels(ax) == [(1, "a"), (0, "b")]
    assert ax.get_xlabel() == ""
    (_, a), (x, b) = densities(ax)
    assert a.max() == pytest.approx(gaussian_kde([row[0] for row in rows])(ridges(ax)[0][1]).max(), rel=CLOSE)
    # 0.3 % of the area lies beyond what is drawn, of either.
    expect_density(x, b, np.array([row[1] for row in rows]))


def test_integers_and_decimals_are_smoothed_as_their_numbers(handy_frame, ax):
    numbers = np.random.default_rng(1).poisson(40, 300)
    rows = [(int(number), decimal.Decimal(int(number)) / 4) for number in numbers]
    frame = handy_frame(rows, "a int, b decimal(10,2)")
    frame.cols[["a", "b"]].plot("ridgeline", ax=ax)
    (x, density), _ = densities(ax)
    expect_density(x, density, numbers.astype(float))
    (_, x, height) = ridges(ax)[1]
    expect_density(x, height / trapezoid(height, x), numbers / 4)


def test_stratum_of_one_value_is_a_line_and_one_without_values_says_so(handy_frame, ax):
    rows = [("none", None), ("none", float("nan")), ("one", 3.0), ("some", 1.0), ("some", 2.0), ("some", 4.0)]
    frame = handy_frame(rows, "g string, x double")
    frame.stratify(["g"]).cols["x"].plot("ridgeline", ax=ax)
    assert len(ridges(ax)) == 1
    assert [list(line.get_xdata()) for line in ax.lines if line.get_zorder() > 1] == [[3.0, 3.0]]
    (note,) = [text for text in ax.texts if isinstance(text, Text)]
    assert (note.get_text(), note.get_position()[1]) == ("no values", 2.0)


def test_empty_frame_says_that_there_are_no_values(handy_frame, ax):
    handy_frame([], "x double").cols["x"].plot("ridgeline", ax=ax)
    assert [text.get_text() for text in ax.texts] == ["no values"]


def test_style_goes_to_the_ridges(hdf, ax):
    hdf.stratify(["group"]).cols["the value"].plot("ridgeline", ax=ax, facecolors="red", alpha=0.5)
    for collection in ax.collections:
        assert isinstance(collection, PolyCollection)
        assert collection.get_facecolor()[0].tolist() == [1.0, 0.0, 0.0, 0.5]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bandwidth": "scot"}, ValueError, "Did you mean 'scott'"),
        ({"bandwidth": -1}, ValueError, "`bandwidth` .* between 0 and"),
        ({"bandwidth": float("inf")}, ValueError, "`bandwidth` .* between 0 and"),
        ({"bandwidth": None}, TypeError, "`bandwidth` .* must be a string or a number"),
        ({"overlap": -0.1}, ValueError, "`overlap` .* between 0 and 10; got -0.1"),
    ],
)
def test_options_that_do_not_fit_are_refused(hdf, ax, options, error, message):
    with pytest.raises(error, match=message):
        hdf.cols["the value"].plot("ridgeline", ax=ax, **options)


def test_strings_have_no_density(hdf, ax):
    with pytest.raises(TypeError, match="'group' \\(string\\)"):
        hdf.cols["group"].plot("ridgeline", ax=ax)


def test_nothing_of_pyplot_is_touched_where_axes_are_given(hdf, ax):
    before = plt.get_fignums()
    hdf.cols["the value"].plot("ridgeline", ax=ax)
    assert plt.get_fignums() == before
