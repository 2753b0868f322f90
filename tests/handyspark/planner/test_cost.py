"""`explain_passes`: what the last call on a frame cost."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def hdf(frame: Any) -> Any:
    return frame([(1, 2.0), (2, 3.0)], "n int, x double")


def test_the_cost_is_that_of_the_last_call_alone(hdf: Any) -> None:
    assert hdf.explain_passes().queries == 0
    hdf.cols["x"].mean()
    assert re.fullmatch(r"1 query, each one pass; \d+\.\d\d seconds", str(hdf.explain_passes()))
    hdf.cols["x"].outliers()
    assert hdf.explain_passes().queries == 2
    assert hdf.shape == (2, 2)
    assert hdf.explain_passes().queries == 1


def test_what_strata_cost_is_told_by_them_and_by_their_frame(hdf: Any) -> None:
    strata = hdf.stratify("n")
    strata.cols["x"].hist()
    assert strata.explain_passes().queries == hdf.explain_passes().queries == 2
    strata.take(1)
    assert strata.explain_passes().queries == 1


def test_frames_do_not_see_each_others_costs(hdf: Any) -> None:
    other = hdf.where("n > 0")
    other.cols["x"].outliers()
    assert (hdf.explain_passes().queries, other.explain_passes().queries) == (0, 2)
