"""What was fitted, as readable JSON with a version: what is written, and what can still be read."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import types as T

from handyspark.errors import InvalidValueError
from handyspark.fitted import Fence, Fill, Origin, Step
from handyspark.fitted.storing import FORMAT, from_json, to_json
from handyspark.schema import ColumnRef
from handyspark.strata import IntervalKey, PlainKey, Strata

FRAME = T.StructType.fromJson(
    {
        "type": "struct",
        "fields": [
            {"name": name, "type": kind, "nullable": True, "metadata": {}}
            for name, kind in {"Sex": "string", "Age": "double", "when": "date", "cost": "decimal(10,2)"}.items()
        ],
    }
)


def column(name: str) -> ColumnRef:
    return ColumnRef(name=name, path=(name,), data_type=FRAME[name].dataType)


AGE_EDGES = (0.42, 0.1 + 0.2, 80.0)

STEPS = (
    Step(
        frame=FRAME,
        rules=(
            Fill(
                column=column("when"),
                values={"value": (dt.date(2024, 2, 29), None)},
                data_type=T.DateType(),
                indicator="when_was_missing",
                origin=Origin(name="mean", distribution="handyspark", version="1.0", options={"fold": 0.1}),
            ),
            Fence(
                column=column("cost"),
                values={"lower": (Decimal("-1.50"), None), "upper": (9.75, 1e300)},
                data_type=FRAME["cost"].dataType,
                origin=Origin(),
            ),
        ),
        strata=Strata(keys=(PlainKey(column=column("Sex")), IntervalKey(column=column("Age"), edges=AGE_EDGES))),
        keys=(('it\'s "odd"', 0), ("female", 1)),
        clauses=("first", "second"),
    ),
    Step(
        frame=FRAME,
        rules=(
            Fill(
                column=column("Age"),
                values={"slopes": ([0.1, 1e-300],), "means": ([1, 2.5],)},
                template="{means}[0] + {slopes}[0] * {x1}",
                others=(column("cost"),),
                data_type=T.DoubleType(),
                origin=Origin(name="theirs", distribution="their-plugin", version="0.3"),
            ),
        ),
        strata=None,
        keys=((),),
        clauses=(),
    ),
)


def test_what_is_read_equals_what_was_written() -> None:
    assert from_json(to_json(STEPS, version="1.0"), origin="here") == STEPS


def test_the_file_can_be_read_by_people() -> None:
    stored = json.loads(to_json(STEPS, version="1.2.3"))
    assert (stored["format"], stored["handyspark"]) == (FORMAT, "1.2.3")
    first, second = stored["steps"]
    assert first["frame"] == {"Sex": "string", "Age": "double", "when": "date", "cost": "decimal(10,2)"}
    assert first["strata"][1] == {"column": {"name": "Age", "type": "double"}, "edges": list(AGE_EDGES)}
    assert first["fitted"][0] == {
        "clause": "first",
        "key": ['it\'s "odd"', 0],
        "values": {"when": {"value": {"date": "2024-02-29"}}, "cost": {"lower": {"decimal": "-1.50"}, "upper": 9.75}},
    }
    assert second["rules"][0]["template"] == "{means}[0] + {slopes}[0] * {x1}"
    assert second["rules"][0]["made_by"] == {
        "name": "theirs",
        "distribution": "their-plugin",
        "version": "0.3",
        "options": {},
    }


OLDER = """{
  "format": 1,
  "handyspark": "1.0.0.dev1",
  "steps": [
    {
      "frame": {"Sex": "string", "Age": "double", "Fare": "double"},
      "rules": [
        {
          "rule": "fill", "column": {"name": "Age", "type": "double"}, "type": "double",
          "names": ["value"], "template": "{value}", "others": []
        },
        {
          "rule": "fence", "column": {"name": "Fare", "type": "double"}, "type": "double", "names": ["lower", "upper"]
        }
      ],
      "strata": [{"column": {"name": "Sex", "type": "string"}}],
      "fitted": [
        {
          "clause": "Sex == \\"female\\"", "key": ["female"],
          "values": {"Age": {"value": 27.5}, "Fare": {"lower": null, "upper": 65.6563}}
        }
      ]
    }
  ]
}"""


def test_a_file_of_the_first_format_still_loads() -> None:
    (step,) = from_json(OLDER, origin="here")
    fill, fence = step.rules
    assert isinstance(fill, Fill)
    assert isinstance(fence, Fence)
    assert (fill.column.name, fill.values, fill.indicator) == ("Age", {"value": (27.5,)}, None)
    assert fence.values == {"lower": (None,), "upper": (65.6563,)}
    assert fill.origin == fence.origin == Origin()
    assert (step.keys, step.clauses) == ((("female",),), ('Sex == "female"',))
    # What was read is written in today's format.
    assert from_json(to_json([step], version="1.0"), origin="here") == (step,)


def test_a_file_of_a_later_format_says_what_to_do() -> None:
    later = {**json.loads(OLDER), "format": FORMAT + 1, "handyspark": "9.1"}
    with pytest.raises(InvalidValueError, match=r"format \d+, written by handyspark 9.1; .* Upgrade handyspark"):
        from_json(json.dumps(later), origin="'a path'")


def damaged(**changes: Any) -> str:
    document = json.loads(OLDER)
    document["steps"][0].update(changes)
    return json.dumps(document)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "3", "{}", '{"format": "two"}', '{"format": 0}'])
def test_what_handyspark_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="here"):
        from_json(text, origin="here")


@pytest.mark.parametrize(
    "text",
    [
        damaged(rules=[{}]),
        damaged(fitted=None),
        damaged(frame={"Sex": "strong"}),
        damaged(strata=[{"column": {"name": "Sex"}}]),
        damaged(fitted=[{"clause": "", "key": [], "values": {"Age": {"value": {"decimal": "x"}}, "Fare": {}}}]),
    ],
)
def test_damaged_files_are_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="here is damaged"):
        from_json(text, origin="here")
