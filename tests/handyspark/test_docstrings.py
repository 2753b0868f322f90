"""Examples in docstrings give what they say; `hdf` are generated passengers."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from typing import Any

import handyspark
from handyspark.datasets import passengers


def test_examples_in_docstrings_are_true(spark: Any) -> None:
    hdf = handyspark.handy(passengers(spark, 500))
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    names = [module.name for module in pkgutil.walk_packages(handyspark.__path__, "handyspark.")]
    for module in map(importlib.import_module, ["handyspark", *names]):
        for examples in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs={"hdf": hdf}):
            runner.run(examples, out=said.append)
    result = runner.summarize(verbose=False)
    assert result.failed == 0, "".join(said)
    assert result.attempted >= 10
