"""The checks of outlier methods: what they let pass, and what they find."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from handyhooks import Counts, Derived, Extremes, FenceMethod, Histogram, Moments, Option, Sample, ScoreMethod, Shared
from handyhooks.spark_records import ANY
from handyhooks.testing import ConformanceError, check_fence_method, check_score_method

Answers = Mapping[str, Any]
QUARTILES = ({"q": "percentile_approx({x}, array(0.25, 0.75), 10000)"},)


def tukey(answers: Answers, k: float = 1.5, **options: Any) -> tuple[float | None, float | None]:
    if answers["q"] is None:
        return None, None
    low, high = map(float, answers["q"])
    return low - k * (high - low), high + k * (high - low)


def fences(**fields: Any) -> FenceMethod:
    return FenceMethod(**{"name": "tried", "summary": "Tried.", "stages": QUARTILES, "bounds": tukey, **fields})


def scores(**fields: Any) -> ScoreMethod:
    whole = {
        "name": "tried",
        "summary": "Tried.",
        "stages": ({"m": Moments()},),
        "score": lambda columns, **options: " + ".join(
            f"abs({{x{place}}} - {{m.means}}[{place}])" for place in range(len(columns))
        ),
        "cutoff": lambda answers, **options: 3.0,
    }
    return ScoreMethod(**{**whole, **fields})


def test_fences_that_keep_all_promises_pass() -> None:
    check_fence_method(fences(options=(Option(name="k", default=1.5, kind="number", bounds=(0, None)),)))


def test_scores_that_keep_all_promises_pass() -> None:
    check_score_method(scores())


def test_every_accepted_kind_is_tried_with_values_of_its_own() -> None:
    seen = set()

    def bounds(answers: Answers, **options: Any) -> tuple[None, float | None]:
        seen.add(type(answers["high"]))
        return None, None if answers["high"] is None else 1.0

    check_fence_method(fences(stages=({"high": "max({x})"},), bounds=bounds, accepts=ANY))
    assert {kind.__name__ for kind in seen} == {
        "int", "float", "Decimal", "bool", "str", "date", "datetime", "NoneType",
    }  # fmt: skip


def test_options_are_tried_at_their_limits_and_at_each_choice() -> None:
    seen = set()

    def bounds(answers: Answers, **options: Any) -> tuple[float | None, float | None]:
        seen.add(tuple(options.values()))
        return tukey(answers)

    options = (
        Option(name="k", default=3, kind="integer", bounds=(1, 5)),
        Option(name="tail", default="both", kind="string", choices=("left", "both")),
        Option(name="strict", default=False, kind="boolean"),
    )
    check_fence_method(fences(bounds=bounds, options=options))
    assert seen >= {(3, "both", False), (1, "both", False), (5, "both", False), (3, "left", False), (3, "both", True)}


def test_a_required_option_gets_a_value_and_one_that_is_given_stays() -> None:
    seen = set()

    def bounds(answers: Answers, k: float, **options: Any) -> tuple[float | None, float | None]:
        seen.add(k)
        return tukey(answers)

    record = fences(bounds=bounds, options=(Option(name="k", kind="number", bounds=(2, 9)),))
    check_fence_method(record)
    assert seen == {2, 9}
    seen.clear()
    check_fence_method(record, options={"k": 4})
    assert seen == {4}


def test_a_required_option_of_any_kind_must_be_given() -> None:
    record = fences(options=(Option(name="model"),))
    with pytest.raises(ConformanceError, match="needs the parameter `model`"):
        check_fence_method(record)
    check_fence_method(record, options={"model": object()})


def test_answers_that_are_given_replace_made_up_ones_where_there_are_values() -> None:
    seen = []

    def bounds(answers: Answers, **options: Any) -> tuple[float | None, float | None]:
        seen.append(answers["q"])
        return (0.0, 1.0) if answers["q"] else (None, None)

    check_fence_method(fences(stages=({"q": "my_function({x})"},), bounds=bounds), answers={"q": "special"})
    assert set(seen) == {"special", None}


def test_stages_see_options_and_the_answers_of_earlier_stages() -> None:
    stages = (
        {"n": "count({x})", "low": "min({x})", "high": "max({x})"},
        {
            "bins": Histogram(low="low", high="high", bins="k"),
            "ends": Extremes(n="k", below="high"),
            "top": Counts(top="k"),
            "rows": Sample(n="k", seed="n"),
            "twice": Derived(lambda answers, k, **options: 2 * answers["n"] + len(answers["bins"].counts) + k),
            "most": Shared(lambda every, **options: max(answers["twice"] for answers in every)),
        },
        {"near": "avg(abs({x} - {twice}) / {most})"},
    )
    seen = []

    def bounds(answers: Answers, **options: Any) -> tuple[float | None, float | None]:
        seen.append(dict(answers))
        return (None, None) if answers["n"] == 0 else (0.0, 1.0)

    check_fence_method(
        fences(stages=stages, bounds=bounds, options=(Option(name="k", default=4, kind="integer", bounds=(1, 6)),))
    )
    [first] = [one for one in seen if one["n"] == 100][:1]
    assert (first["twice"], first["most"]) == (208, 208)
    assert len(first["bins"].edges) == 5
    assert len(first["ends"].highest) == len(first["top"].values) == len(first["rows"]) == 4
    assert first["ends"].lowest == first["ends"].highest[:0:-1]  # all but the greatest, ascending


@pytest.mark.parametrize(
    ("bounds", "problem"),
    [
        (lambda answers, **options: tukey(answers)[0], "gives a pair .* it gave -"),
        (lambda answers, **options: (math.nan, 1.0), "it gave .nan, 1.0"),
        (lambda answers, **options: ("low", "high"), "it gave .'low', 'high'"),
        (lambda answers, **options: tukey(answers)[::-1], "the lower one is above the upper one"),
        (lambda answers, **options: (0.0, 1.0), "a column without values gets no fences"),
        (lambda answers, **options: (None, None), "a column with values gets a fence"),
        (lambda answers, **options: tuple(answers["q"]), "rows, but no values.*it raised TypeError"),
        (lambda answers: tukey(answers), "it raised TypeError: .*unexpected keyword argument 'k'"),
        (lambda answers, **options: (answers["q"] and 1.5 * answers["q"][0], None), "Of 1 decimal .* raised TypeError"),
        (lambda answers, **options: answers.update(q=1), "it raised AttributeError"),
    ],
)
def test_bounds_that_break_a_promise_are_found(bounds: Any, problem: str) -> None:
    with pytest.raises(ConformanceError, match=f"FenceMethod 'tried' breaks a promise: .*{problem}"):
        check_fence_method(fences(bounds=bounds, options=(Option(name="k", default=1),)))


@pytest.mark.parametrize(
    ("stages", "problem"),
    [
        (({"q": "avg({x1})"},), "reads columns that there are. It reads column 1 of 1"),
        (({"q": "count(1)"},), "reads each column that it is given"),
        (({"q": Counts(column=2)},), "It reads column 2 of 1"),
        (({"m": Moments()}, {"q": "avg({x} - {m.mean})"}), "'m' is a MomentValues with count, means, comoments"),
        (({"h": Histogram(low="lowest", high=1.0)},), "It reads 'lowest'"),
        (({"h": Histogram(low=1.0, high=0.0)},), "10 bins from 1.0 to 0.0 can't be"),
        ((*QUARTILES, {"d": Derived(lambda answers, **options: answers["q"][0])}), "the derived answer 'd'"),
        ((*QUARTILES, {"s": Shared(lambda every, **options: sum(every))}), "the shared answer 's'"),
        (lambda columns: (), "gives a tuple of mappings. It raised TypeError"),
        (lambda columns, **options: [{"q": "avg({x})"}], "gives a tuple of mappings. It gave"),
        (lambda columns, **options: ({"q": "avg({x} - {mean})"},), "It reads 'mean'; known are k"),
        (lambda columns, **options: ({"m": Moments(where="{x} > {floor}")},), "It reads 'floor'"),
    ],
)
def test_stages_that_break_a_promise_are_found(stages: Any, problem: str) -> None:
    with pytest.raises(ConformanceError, match=f"FenceMethod 'tried' breaks a promise: .*{problem}"):
        check_fence_method(fences(stages=stages, options=(Option(name="k", default=1),)))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"score": "abs({x0} - {m.means}[0])"}, r"it reads each column that it is given. It passes over \[1, 2\]"),
        ({"score": "{x0} + {x1}"}, "reads columns that there are. It reads column 1 of 1"),
        ({"score": "{x0} - {center}", "stages": lambda columns, **options: ({"m": Moments()},)}, "It reads 'center'"),
        ({"score": lambda columns, **options: None}, "gives a SQL template. It gave None"),
        ({"score": lambda columns: "{x}"}, "gives a SQL template. It raised TypeError"),
        ({"score": lambda columns, **options: "{x"}, "stray brace"),
        ({"cutoff": lambda answers, **options: math.nan}, "gives a number, .*it gave nan"),
        ({"cutoff": lambda answers, **options: "3"}, "gives a number, .*it gave '3'"),
        ({"cutoff": lambda answers, **options: None}, "columns with values get a cutoff"),
        ({"cutoff": lambda answers, **options: answers["m"].comoments[0][0] ** 0.5}, "rows, but no values.*TypeError"),
    ],
)
def test_scores_that_break_a_promise_are_found(fields: dict[str, Any], problem: str) -> None:
    options = (Option(name="k", default=1),)
    with pytest.raises(ConformanceError, match=problem):
        check_score_method(scores(options=options, **fields))


def test_the_least_and_the_greatest_number_of_columns_are_tried() -> None:
    seen = set()

    def score(columns: Any, **options: Any) -> str:
        seen.add(len(columns))
        return " + ".join(f"{{x{place}}}" for place in range(len(columns)))

    check_score_method(scores(columns=(2, 4), score=score))
    assert seen == {2, 4}
    seen.clear()
    check_score_method(scores(columns=(2, None), score=score))
    assert seen == {2, 4}


def test_a_check_refuses_records_of_other_kinds() -> None:
    with pytest.raises(ConformanceError, match=r"ScoreMethod 'tried' .*of type FenceMethod"):
        check_fence_method(scores())  # type: ignore[arg-type]
    with pytest.raises(ConformanceError, match=r"of type ScoreMethod. It is 'text'"):
        check_score_method("text")  # type: ignore[arg-type]


def test_a_decimal_cutoff_is_a_number() -> None:
    check_score_method(scores(cutoff=lambda answers, **options: Decimal("3")))
