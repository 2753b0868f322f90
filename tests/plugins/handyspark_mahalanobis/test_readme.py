from __future__ import annotations

import re
from pathlib import Path

import pytest

import handyspark
from handyspark.datasets import passengers

README = (Path(__file__).resolve().parents[3] / "plugins/handyspark-mahalanobis/README.md").read_text(encoding="utf-8")


def test_calls_find_passengers_who_are_odd_together(spark):
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    hdf = handyspark.handy(passengers(spark))
    together, by_class = [eval(line, {"hdf": hdf}) for line in block.splitlines()]
    assert together.index.tolist() == ["Age, Fare"]
    assert together.iloc[0] > 0
    assert by_class.index.tolist() == [1, 2, 3]


def test_error_is_the_one_that_is_quoted(handy_frame):
    frame = handy_frame([(float(i), 7, i * i) for i in range(20)], "Age double, Deck int, Fare bigint")
    with pytest.raises(ValueError, match="no Mahalanobis distance") as caught:
        frame.outliers("mahalanobis")
    _, _, quoted = str(caught.value).partition(": ")  # what stands before names the plugin and its version
    assert quoted in re.sub(r"\s+", " ", README)
