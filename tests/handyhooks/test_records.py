"""What records refuse when they are made."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from handyhooks import (
    Counts,
    FenceMethod,
    ImputationStrategy,
    Moments,
    Option,
    PlotKind,
    ScoreMethod,
    StorageBackend,
    Visualization,
)
from handyhooks.errors import HandyhooksError, RecordError

HEAD: dict[str, Any] = {"name": "tried", "summary": "Tried."}
WHOLE: dict[type, dict[str, Any]] = {
    FenceMethod: {**HEAD, "stages": (), "bounds": print},
    ScoreMethod: {**HEAD, "stages": (), "score": "{x}", "cutoff": print},
    ImputationStrategy: {**HEAD, "stages": (), "fill": "0"},
    PlotKind: {**HEAD, "stages": (), "data": print, "draw": print},
    Visualization: {**HEAD, "prepare": print, "compute": print, "draw": print, "update": print},
    StorageBackend: {**HEAD, **dict.fromkeys(["create", "resume", "open", "groups", "delete"], print)},
}
ASKING = [FenceMethod, ScoreMethod, ImputationStrategy, PlotKind]


def refusal(kind: type, **fields: Any) -> str:
    with pytest.raises(RecordError) as caught:
        kind(**{**WHOLE[kind], **fields})
    return str(caught.value)


@pytest.mark.parametrize("kind", WHOLE)
def test_records_are_frozen_and_take_keywords_only(kind: type) -> None:
    record = kind(**WHOLE[kind])
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.name = "other"
    with pytest.raises(TypeError):
        kind(*WHOLE[kind].values())


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("name", ["", "Upper", "two words", "kebab-case", "_private", "end_", "1st", "a__b", 3, None])
def test_names_are_in_lower_snake_case(kind: type, name: Any) -> None:
    assert f"name of a {kind.__name__} must be in lower_snake_case; got {name!r}" in refusal(kind, name=name)


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("summary", ["", " ", "two\nlines", None])
def test_summaries_are_one_line(kind: type, summary: Any) -> None:
    assert "must be one line of text" in refusal(kind, summary=summary)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind, fields in WHOLE.items() for field, value in fields.items() if value is print],
)
def test_functions_can_be_called(kind: type, field: str) -> None:
    assert f"{kind.__name__} 'tried': `{field}` must be a function; got 'text'" in refusal(kind, **{field: "text"})


@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"stages": [{"a": "avg({x})"}]}, "`stages` must be a tuple of mappings or a function"),
        ({"stages": ("avg({x})",)}, "a stage must be a mapping"),
        ({"stages": ({"a": 3},)}, "'a' asks for 3, which is neither a SQL template nor a request"),
        ({"stages": ({"a b": "avg({x})"},)}, "an answer can't be called 'a b'"),
        ({"stages": ({"x1": "avg({x})"},)}, "an answer can't be called 'x1'"),
        ({"stages": ({"row": "avg({x})"},)}, "an answer can't be called 'row'"),
        ({"stages": ({"a": "avg({x})"}, {"a": Counts()})}, "an answer can't be called 'a'"),
        ({"stages": ({"a": "avg({x} - {b})"},)}, "reads b, which no earlier stage answers. Known are: none"),
        ({"stages": ({"b": "avg({x})", "a": "avg({x} - {b})"},)}, "reads b, which no earlier stage answers"),
        ({"stages": ({"m": Moments(where="{x} < {b}")},)}, "reads b, which no earlier stage answers"),
        ({"stages": ({"a": "avg({x"},)}, "has a stray brace"),
        ({"options": (Option(name="k"), Option(name="k"))}, "the option name 'k' stands twice"),
        ({"options": (Option(name="x0"),)}, "the option name 'x0' stands twice or is kept for columns"),
        ({"options": ("k",)}, "'k' is no Option"),
        ({"options": (Option(name="k"),), "stages": ({"k": "avg({x})"},)}, "an answer can't be called 'k'"),
        ({"accepts": ("number",)}, "`accepts` must be some of integer"),
        ({"accepts": "integer"}, "`accepts` must be some of integer"),
        ({"accepts": ()}, "`accepts` must be some of integer"),
    ],
)
def test_questions_that_contradict_themselves_are_refused(kind: type, fields: dict[str, Any], problem: str) -> None:
    assert problem in refusal(kind, **fields)


@pytest.mark.parametrize("kind", [ScoreMethod, ImputationStrategy, PlotKind])
@pytest.mark.parametrize("columns", [(0, 1), (3, 2)])
def test_the_least_number_of_columns_is_not_above_the_greatest(kind: type, columns: tuple[int, int]) -> None:
    assert f"1 <= least <= most; got {columns}" in refusal(kind, columns=columns)


@pytest.mark.parametrize(("kind", "field"), [(ScoreMethod, "score"), (ImputationStrategy, "fill")])
@pytest.mark.parametrize(("template", "problem"), [("{mean}", "reads mean"), (3, "3 is no SQL template")])
def test_templates_that_cannot_be_resolved_are_refused(kind: type, field: str, template: Any, problem: str) -> None:
    assert problem in refusal(kind, **{field: template})


@pytest.mark.parametrize(
    ("kind", "fields", "problem"),
    [
        (PlotKind, {"arrangement": "grid"}, "must be 'panels' or 'together'; got 'grid'"),
        (PlotKind, {"limits": 3}, "`limits` must be a function"),
        (Visualization, {"accepts": 3}, "`accepts` must be a function"),
        (Visualization, {"axes": ()}, "`axes` must be a tuple of different identifiers"),
        (Visualization, {"axes": ("a", "a")}, "`axes` must be a tuple of different identifiers"),
        (Visualization, {"axes": "ax"}, "`axes` must be a tuple of different identifiers"),
        (StorageBackend, {"suffixes": ("h5",)}, "`suffixes` must be a tuple of '.name'"),
        (StorageBackend, {"suffixes": ".h5"}, "`suffixes` must be a tuple of '.name'"),
        (StorageBackend, {"schemes": ("s3://",)}, "`schemes` must be a tuple of names without '://'"),
    ],
)
def test_fields_that_do_not_fit_are_refused(kind: type, fields: dict[str, Any], problem: str) -> None:
    assert problem in refusal(kind, **fields)


def test_a_refused_record_is_a_value_error_of_handyhooks() -> None:
    assert issubclass(RecordError, HandyhooksError)
    assert issubclass(RecordError, ValueError)
