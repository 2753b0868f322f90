"""The table of methods against pandas itself, and against what the documentation says."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from handyspark.pandas_columns.column import DateMethods, PandasColumn, StringMethods
from handyspark.pandas_columns.left_out import LEFT_OUT, RENAMED

DOCS = Path(__file__).resolve().parents[3] / "packages/handyspark/docs/pandas-columns.md"
OWNERS = {
    "": (PandasColumn, pd.Series([1])),
    "str": (StringMethods, pd.Series(["a"]).str),
    "dt": (DateMethods, pd.Series([pd.Timestamp(0)]).dt),
}


def tables() -> dict[tuple[str, str], Any]:
    return {(accessor, method.name): method for accessor, (owner, _) in OWNERS.items() for method in owner._table}


@pytest.mark.parametrize("accessor", OWNERS)
def test_every_name_of_pandas_is_there_or_left_out_for_a_reason(accessor: str) -> None:
    owner, theirs = OWNERS[accessor]
    public = {name for name in dir(theirs) if not name.startswith("_")} - {"str", "dt"}
    ours = {method.name for method in owner._table}
    left_out = {name for where, name in LEFT_OUT if where == accessor}
    assert public - ours - left_out == set()
    assert ours & left_out == set()
    assert len(ours) == len(owner._table)
    dropped = {name for where, name in RENAMED if where == accessor}
    assert dropped & public == set()


def test_attributes_of_pandas_are_attributes() -> None:
    for (accessor, name), method in tables().items():
        member = inspect.getattr_static(type(OWNERS[accessor][1]), name, None)
        if member is not None:
            assert isinstance(member, property) == method.attribute, name


def test_methods_can_be_found_and_say_what_they_are() -> None:
    for (accessor, name), method in tables().items():
        owner = OWNERS[accessor][0]
        assert name in dir(owner)
        assert name in str(getattr(owner, name).__doc__)
        assert method.way in str(getattr(owner, name).__doc__)
    assert list(inspect.signature(StringMethods.find).parameters) == ["self", "sub", "start", "end"]


def test_the_documentation_has_the_table() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line.startswith("| `")]
    said = {tuple(cell.strip("| ") for cell in row) for row in rows}
    expected = set()
    for (accessor, name), method in tables().items():
        full = f"`{accessor}.{name}`" if accessor else f"`{name}`"
        expected.add((full, method.way, method.returns))
    for (accessor, name), reason in LEFT_OUT.items():
        full = f"`{accessor}.{name}`" if accessor else f"`{name}`"
        expected.add((full, "left out", reason))
    assert said == expected


def test_reasons_name_what_there_is() -> None:
    assert all(re.search(r"[a-z]", reason) and not reason.endswith(".") for reason in LEFT_OUT.values())
