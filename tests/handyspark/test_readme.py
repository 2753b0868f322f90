"""The README runs, and gives what it says: on the file its figures are from, and on generated passengers."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

import handyspark
from handyspark.datasets import passengers as generated_passengers

README = Path(__file__).resolve().parents[2] / "packages/handyspark/README.md"


def python_blocks() -> Iterator[str]:
    """Code of the README, without the block that reads the file."""
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL):
        if "spark.read" not in block:
            yield block


def names(frame: Any) -> dict[str, Any]:
    """What the README's first block leaves behind."""
    return {"hdf": handyspark.handy(frame), **{name: getattr(handyspark, name) for name in handyspark.__all__}}


def test_printed_results_are_true_of_the_titanic(titanic: Any) -> None:
    text = "\n".join(block for block in python_blocks() if ">>>" in block)
    examples = doctest.DocTestParser().get_doctest(text, names(titanic), "README", str(README), 0)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=said.append)
    assert result.attempted >= 9
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("block", list(python_blocks()))
def test_code_runs_on_generated_passengers(spark: Any, tmp_path: Path, block: str) -> None:
    df = generated_passengers(spark, 500)
    known = {**names(df), "df": df, "folder": str(tmp_path)}
    if ">>>" not in block:
        exec(block, known)
        assert plt.get_fignums() or list(tmp_path.iterdir())
        return
    for example in doctest.DocTestParser().get_examples(block):
        exec(example.source, known)
