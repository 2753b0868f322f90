"""What executors must have, and what they say where they do not."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import requires

import pandas as pd
import pytest
from pyspark.sql import types as T

from handyspark.executors import LEAST, version_check
from handyspark.functions.carrying import carried, pickled


def test_executors_need_what_is_needed_here() -> None:
    found = [re.match(r"(pandas|pyarrow)>=(\d+)\.?(\d*)$", requirement) for requirement in requires("handyspark") or ()]
    assert {match[1]: (int(match[2]), int(match[3] or 0)) for match in found if match} == LEAST


@pytest.mark.parametrize(("module", "version"), [("pandas", "1.5.3"), ("pandas", "2.1.4"), ("pyarrow", "12.0.1")])
def test_an_older_one_is_named_and_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, module: object, version: str
) -> None:
    numbers = pd.Series([1.0, 2.0])

    def same(x: pd.Series[float]) -> pd.Series[float]:
        return x

    compute = carried(same, pickled(same, "it"), 1, [], "x", T.DoubleType())
    assert compute(numbers).tolist() == [1.0, 2.0]
    monkeypatch.setattr(import_module(module), "__version__", version)
    for function in (lambda: compute(numbers), version_check()):
        with pytest.raises(
            ImportError, match=rf"executors have \w+ {version}, and HandySpark needs \w+ \d+\.\d or newer"
        ):
            function()


def test_newer_ones_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pd, "__version__", "10.0.0rc1+unknown")
    version_check()()
