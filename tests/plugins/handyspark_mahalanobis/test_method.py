from __future__ import annotations

import decimal
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from handyhooks.testing import check_score_method
from handyspark_mahalanobis import MAHALANOBIS, SingularCovarianceError

NAN = float("nan")


def test_keeps_the_promises_of_a_score_method():
    check_score_method(MAHALANOBIS)


def test_importing_the_plugin_imports_neither_host_nor_spark():
    code = "import sys, handyspark_mahalanobis; print({'handyspark', 'pyspark', 'scipy.stats'} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == "set()"


def squared_distances(rows: np.ndarray, of: np.ndarray | None = None, factor: float = 1.0) -> np.ndarray:
    """The definition, with NumPy: from the rows `of` (default: all) to the rows."""
    of = rows if of is None else of
    deviations = rows - of.mean(axis=0)
    inverse = np.linalg.inv(factor * np.atleast_2d(np.cov(of, rowvar=False)))
    return np.einsum("ni,ij,nj->n", deviations, inverse, deviations)


def outliers(rows: np.ndarray, critical_value: float = 0.999) -> np.ndarray:
    return squared_distances(rows) > chi2.ppf(critical_value, rows.shape[1])


def robust_outliers(rows: np.ndarray, critical_value: float = 0.999) -> np.ndarray:
    """Reweighted once, with the factor that makes the covariance of a cut normal distribution consistent."""
    width = rows.shape[1]
    cutoff = chi2.ppf(critical_value, width)
    regular = rows[squared_distances(rows) <= cutoff]
    factor = critical_value / chi2.cdf(cutoff, width + 2)
    return squared_distances(rows, regular, factor) > cutoff


def cloud(count: int, *, wild: int, seed: int) -> np.ndarray:
    """Three columns that depend on each other, in units far apart, with a clump of wild rows."""
    generator = np.random.default_rng(seed)
    shape = np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [-0.3, 0.5, 0.8]])
    rows = generator.normal(size=(count, 3)) @ shape.T
    rows[:wild] += [4.0, -4.0, 5.0]
    return rows * [1.0, 1e4, 1e-3] + [30.0, 1e6, 0.0]


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    """Two groups with shapes of their own, gaps of both kinds, and a column that is not numerical."""
    first, second = cloud(300, wild=9, seed=1), cloud(200, wild=3, seed=2) * [-1.5, 1.0, 0.5] + [70.0, 0.0, 0.0]
    frame = pd.DataFrame(np.vstack([first, second]), columns=["a", "b.c", "it's `odd`"])
    frame.loc[::37, "a"] = NAN
    frame.loc[5::41, "b.c"] = NAN
    frame["group"] = ["first"] * 300 + ["second"] * 200
    return frame


@pytest.fixture
def hdf(handy_frame, measured):
    # Every other gap is null, the rest is NaN.
    rows = [
        tuple(None if value != value and number % 2 else value for value in row)
        for number, row in enumerate(measured.itertuples(index=False))
    ]
    return handy_frame(rows, "a double, `b.c` double, `it's ``odd``` double, `group` string")


def complete(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    return frame[columns].dropna().to_numpy()


@pytest.mark.parametrize("columns", [["a"], ["a", "b.c"], ["it's `odd`", "a", "b.c"]])
@pytest.mark.parametrize("critical_value", [0.75, 0.99])
def test_counts_rows_that_are_far_by_the_definition(hdf, measured, columns, critical_value):
    found = hdf.cols[columns].outliers("mahalanobis", critical_value=critical_value)
    expected = outliers(complete(measured, columns), critical_value).sum()
    assert expected > 0
    assert found.to_dict() == {", ".join(columns): expected}


def test_cutoff_is_the_quantile_at_0_999_by_default(hdf, measured):
    rows = complete(measured, ["a", "b.c"])
    assert outliers(rows).sum() != outliers(rows, 0.99).sum()
    assert hdf.cols[["a", "b.c"]].outliers("mahalanobis").iloc[0] == outliers(rows).sum()


def test_whole_frame_is_one_set_of_its_numerical_columns(hdf, measured):
    columns = ["a", "b.c", "it's `odd`"]
    found = hdf.outliers("mahalanobis")
    assert found.to_dict() == {", ".join(columns): outliers(complete(measured, columns)).sum()}


def test_ratio_is_the_share_of_complete_rows(hdf, measured):
    rows = complete(measured, ["a", "b.c"])
    found = hdf.cols[["a", "b.c"]].outliers("mahalanobis", ratio=True)
    assert found.iloc[0] == pytest.approx(outliers(rows).mean())


@pytest.mark.parametrize("robust", [False, True])
def test_each_stratum_has_a_center_and_a_shape_of_its_own(hdf, measured, robust):
    columns = ["a", "b.c", "it's `odd`"]
    found = hdf.stratify(["group"]).cols[columns].outliers("mahalanobis", robust=robust)
    judge = robust_outliers if robust else outliers
    expected = {group: judge(complete(rows, columns)).sum() for group, rows in measured.groupby("group")}
    assert found.to_dict() == expected


@pytest.mark.parametrize("critical_value", [0.9, 0.999])
def test_robust_estimates_again_from_the_rows_within_the_first_cutoff(hdf, measured, critical_value):
    columns = ["a", "b.c", "it's `odd`"]
    rows = complete(measured, columns)
    expected = robust_outliers(rows, critical_value).sum()
    assert expected != outliers(rows, critical_value).sum()
    found = hdf.cols[columns].outliers("mahalanobis", robust=True, critical_value=critical_value)
    assert found.iloc[0] == expected


def test_nothing_is_beyond_the_quantile_at_1(hdf):
    for robust in (False, True):
        assert hdf.cols[["a", "b.c"]].outliers("mahalanobis", critical_value=1, robust=robust).iloc[0] == 0


def test_integers_decimals_and_floats_are_measured_alike(handy_frame):
    rows = np.round(cloud(120, wild=4, seed=3) * [100, 1, 1e5])
    expected = outliers(rows).sum()
    assert expected > 0
    typed = [(int(a), decimal.Decimal(int(b)), float(c)) for a, b, c in rows]
    frame = handy_frame(typed, "a int, b decimal(20,2), c float")
    assert frame.outliers("mahalanobis").iloc[0] == expected


def test_infinite_values_are_infinitely_far_and_spoil_no_estimate(handy_frame):
    rows = cloud(100, wild=2, seed=4)[:, :2]
    infinite = [(float("inf"), 1e6), (30.0, float("-inf")), (float("inf"), float("-inf"))]
    frame = handy_frame([*map(tuple, rows.tolist()), *infinite], "a double, b double")
    for robust, judge in ((False, outliers), (True, robust_outliers)):
        assert frame.outliers("mahalanobis", robust=robust).iloc[0] == judge(rows).sum() + 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_rows_than_columns_and_one_have_no_outliers(handy_frame, count):
    rows = [(1.0, 2.0), (5.0, -1.0)][:count]
    assert handy_frame(rows, "a double, b double").outliers("mahalanobis", critical_value=0.5).iloc[0] == 0


def test_stratum_with_too_few_rows_does_not_keep_others_from_being_judged(handy_frame):
    rows = cloud(100, wild=2, seed=5)[:, :2]
    frame = handy_frame([*(("many", *row) for row in rows.tolist()), ("few", 1.0, 2.0)], "g string, a double, b double")
    found = frame.stratify(["g"]).cols[["a", "b"]].outliers("mahalanobis")
    assert found.to_dict() == {"few": 0, "many": outliers(rows).sum()}


def test_rows_that_are_all_equal_have_no_outliers(handy_frame):
    assert handy_frame([(0.1, 3.0)] * 20, "a double, b double").outliers("mahalanobis").iloc[0] == 0


def test_constant_column_is_named(handy_frame):
    frame = handy_frame([(float(i), 7, i * i) for i in range(20)], "Age double, Deck int, Fare bigint")
    message = (
        f"The outlier method 'mahalanobis' of handyspark-mahalanobis {version('handyspark-mahalanobis')}: "
        "There is no Mahalanobis distance in the columns 'Age', 'Deck', 'Fare': 'Deck' never changes. Leave such "
        "columns out, as in `hdf.cols[['a', 'b']].outliers('mahalanobis')`."
    )
    with pytest.raises(SingularCovarianceError) as caught:
        frame.outliers("mahalanobis")
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)


def test_column_that_follows_from_others_is_named_with_them(handy_frame):
    rows = cloud(50, wild=0, seed=6)
    frame = handy_frame([(a, b, c, 2 * a + c) for a, b, c in rows.tolist()], "a double, b double, c double, d double")
    with pytest.raises(ValueError, match="'d' follows from 'a' and 'c'"):
        frame.outliers("mahalanobis")


def test_strata_in_which_a_column_never_changes_are_counted(handy_frame):
    rows = [("x", float(i), float(i * i)) for i in range(9)] + [("y", float(i), 1.0) for i in range(9)]
    frame = handy_frame(rows, "g string, a double, b double")
    with pytest.raises(ValueError, match="'b' never changes in 1 of 2 strata"):
        frame.stratify(["g"]).cols[["a", "b"]].outliers("mahalanobis")


def test_column_that_is_constant_but_for_outliers_is_told_as_such(handy_frame):
    generator = np.random.default_rng(7)
    rows = [(float(value), 100.0 * (number == 0)) for number, value in enumerate(generator.normal(size=200))]
    frame = handy_frame(rows, "a double, b double")
    assert frame.outliers("mahalanobis").iloc[0] >= 1
    with pytest.raises(ValueError, match="among the rows that `robust` keeps, 'b' never changes"):
        frame.outliers("mahalanobis", robust=True)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"critical_value": 0.3}, ValueError, "`critical_value` .* between 0.5 and 1; got 0.3"),
        ({"critical_value": "high"}, TypeError, "`critical_value` .* must be a number"),
        ({"robust": 1}, TypeError, "`robust` .* must be True or False"),
        ({"robsut": True}, TypeError, "Did you mean 'robust'"),
    ],
)
def test_options_that_do_not_fit_are_refused(hdf, options, error, message):
    with pytest.raises(error, match=message):
        hdf.cols[["a", "b.c"]].outliers("mahalanobis", **options)


def test_many_columns_stay_in_reach_of_one_expression(handy_frame):
    rows = np.random.default_rng(8).normal(size=(80, 20))
    rows[0] *= 4
    frame = handy_frame(list(map(tuple, rows.tolist())), ", ".join(f"c{i} double" for i in range(20)))
    expected = outliers(rows, 0.9).sum()
    assert expected > 0
    assert frame.outliers("mahalanobis", critical_value=0.9).iloc[0] == expected
