"""Which placeholders a SQL template has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyhooks.errors import RecordError
from handyhooks.templates import parse, placeholders

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}(\.[A-Za-z_][A-Za-z0-9_]{0,8})?", fullmatch=True)
TEXTS = st.text().filter(lambda text: "{" not in text and "}" not in text)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, NAMES)), TEXTS)
def test_a_template_is_split_into_its_text_and_names(pieces: list[tuple[str, str]], end: str) -> None:
    template = "".join(f"{text}{{{name}}}" for text, name in pieces) + end
    found = list(parse(template))
    assert [(text, name) for text, name in found if name is not None] == pieces
    assert "".join(text for text, name in found if name is None) == end


@settings(deadline=None)
@given(st.text())
def test_doubled_braces_are_text(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert "".join(piece for piece, _ in parse(escaped)) == text
    assert placeholders(escaped) == ()


@settings(deadline=None)
@given(st.text())
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        names = [name for _, name in parse(text) if name is not None]
    except RecordError:
        return
    assert all(re.fullmatch(r"\w+(\.\w+)?", name) for name in names)


def test_a_name_is_listed_once_in_order_and_without_its_field() -> None:
    assert placeholders("{b.means} + {a} * {b.count} - {a}") == ("b", "a")


@pytest.mark.parametrize(
    "template", ["{", "}", "{x", "x}", "{}", "{0}", "{x!r}", "{x:>3}", "{a b}", "{x[0]}", "{a.b.c}", "{größe}", "{{x}"]
)
def test_what_is_no_name_in_braces_is_refused(template: str) -> None:
    with pytest.raises(RecordError, match=re.escape(repr(template))):
        list(parse(template))
