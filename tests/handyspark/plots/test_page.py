"""The page of plots has each kind that is built in, with its picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handyspark import builtins

DOCS = Path(__file__).parents[3] / "packages" / "handyspark" / "docs"


@pytest.mark.parametrize("kind", [record.name for record in builtins.handyspark_plot_kinds()])
def test_each_kind_has_its_heading_code_and_picture(kind: str) -> None:
    page = (DOCS / "plots.md").read_text()
    (section,) = re.findall(rf"^## {kind}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code
    assert re.search(rf'\.{kind}\(|\.plot\("{kind}"', code[1])
    assert f"![{kind}](images/{kind}.png)" in section
    picture = DOCS / "images" / f"{kind}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 100_000
