"""The placeholders of SQL templates: which names a template reads.

A template is Spark SQL with ``{name}`` where a column, an earlier answer or an option
belongs, ``{name.field}`` for one field of an answer that has several, and ``{{`` or ``}}`` for
a brace of SQL's own. What stands in the place of a name is up to the host, which alone
quotes identifiers and writes literals.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from handyhooks.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COLUMN", "ROW", "parse", "placeholders"]

COLUMN = re.compile(r"x(0|[1-9][0-9]*)?")
"""``x`` is the (first) column, ``x0``, ``x1``, ... the columns by position."""

ROW = "row"
"""A BIGINT hash of the whole row: the same wherever the row lies."""

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")


def parse(template: str) -> Iterator[tuple[str, str | None]]:
    """Split a template into pairs of literal SQL and the placeholder behind it.

    Parameters
    ----------
    template
        Spark SQL with placeholders.

    Yields
    ------
    tuple of (str, str or None)
        SQL as it stands, and the name (``"mean"``, ``"moments.means"``) that follows it;
        None after the last piece.

    Raises
    ------
    RecordError
        A brace is not closed, or what stands in braces is not a name.
    """
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as error:
        raise RecordError(f"The SQL template {template!r} has a stray brace: {error}.") from error
    for text, field, spec, conversion in pieces:
        if field is not None and (spec or conversion or not _FIELD.fullmatch(field)):
            raise RecordError(
                f"The SQL template {template!r} has {{{field}}}: a placeholder is a name or name.field; "
                "write {{ and }} for braces of SQL's own."
            )
        yield text, field


def placeholders(template: str) -> tuple[str, ...]:
    """Names that a template reads, each once, in order; fields of answers without their field.

    Examples
    --------
    >>> placeholders("sum(({x} - {moments.means}[0]) * {k}) + {k}")
    ('x', 'moments', 'k')
    """
    names = (field.partition(".")[0] for _, field in parse(template) if field is not None)
    return tuple(dict.fromkeys(names))
