"""Counts by value equal those of pandas."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from handyhooks import Counts

ROWS = st.lists(
    st.tuples(st.sampled_from("gh"), st.sampled_from(["a", "b'", 'c"', "d\\", "", None])), min_size=1, max_size=40
)


def by_count(values: pd.Series) -> list[tuple[Any, int]]:
    counts = values.dropna().value_counts().to_dict()
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@given(rows=ROWS, top=st.integers(1, 6))
def test_values_by_count_with_the_rest_summed_up(frame: Any, asked: Any, rows: Any, top: int) -> None:
    hdf, data = frame(rows, "g string, v string"), pd.DataFrame(rows, columns=["g", "v"])
    stage = {"every": Counts(), "top": Counts(top="n"), "common": Counts(top="n", common=True)}
    found = asked(hdf, ["v"], stage, by="g", n=top)
    assert list(found) == [(g,) for g in sorted(data.g.unique())]
    overall = [value for value, _ in by_count(data.v)][:top]
    for (group,), answers in found.items():
        expected = by_count(data.v[data.g == group])
        missing = int(data.v[data.g == group].isna().sum())
        for name, kept in {
            "every": expected,
            "top": expected[:top],
            "common": [pair for pair in expected if pair[0] in overall],
        }.items():
            tally = answers[name]
            assert list(zip(tally.values, tally.counts, strict=True)) == kept
            assert tally.other == sum(n for _, n in expected) - sum(n for _, n in kept)
            assert tally.missing == missing


def test_a_stratum_that_has_none_of_the_common_values_is_not_lost(frame: Any, asked: Any) -> None:
    rows = [("g", "a")] * 3 + [("h", "b")] * 2
    found = asked(frame(rows, "g string, v string"), ["v"], {"tally": Counts(top=1, common=True)}, by="g")
    assert (found[("g",)]["tally"].values, found[("g",)]["tally"].other) == (["a"], 0)
    assert (found[("h",)]["tally"].values, found[("h",)]["tally"].other) == ([], 2)


def test_values_of_every_type_keep_it_and_nan_is_missing(frame: Any, asked: Any) -> None:
    hdf = frame(
        """SELECT stack(4,
            1L, 0.5D, true, date'2020-01-01', timestamp_ntz'2020-01-01 01:02:03', 1.50BD, 1Y,
            1L, double('NaN'), true, date'2019-01-01', NULL, 1.50BD, NULL,
            NULL, -0.0D, NULL, NULL, NULL, 1.10BD, 1Y,
            2L, 0.0D, false, NULL, NULL, NULL, 2Y) AS (i, f, b, d, t, c, y)"""
    )
    local = hdf.toPandas()
    for column in hdf.columns:
        (answers,) = asked(hdf, [column], {"tally": Counts()}).values()
        tally = answers["tally"]
        expected = by_count(local[column] + 0 if column == "f" else local[column])
        assert list(zip(tally.values, tally.counts, strict=True)) == expected, column
        assert tally.missing == local[column].isna().sum(), column
        assert not any(isinstance(value, float) and math.isnan(value) for value in tally.values)


def test_nothing_to_count(frame: Any, asked: Any) -> None:
    (answers,) = asked(frame([], "v string"), ["v"], {"tally": Counts(top=2, common=True)}).values()
    assert (answers["tally"].values, answers["tally"].counts, answers["tally"].other) == ([], [], 0)
    (answers,) = asked(frame([(None,), (None,)], "v string"), ["v"], {"tally": Counts(top=2)}).values()
    assert (answers["tally"].values, answers["tally"].missing) == ([], 2)
    assert asked(frame([], "g string, v string"), ["v"], {"tally": Counts()}, by="g") == {}
