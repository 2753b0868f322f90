"""From SQL templates to SQL: columns, earlier answers and options put in their places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from handyhooks.templates import COLUMN, ROW, parse
from handyspark.errors import InvalidOperationError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["column_position", "look_up", "render"]


def column_position(name: str) -> int | None:
    """Which column a placeholder means, or None if it means none."""
    if not COLUMN.fullmatch(name):
        return None
    return int(name[1:] or 0)


def render(template: str, *, columns: Sequence[str], value: Callable[[str], str], row: Callable[[], str]) -> str:
    """Write a template as SQL.

    Parameters
    ----------
    template
        SQL with placeholders.
    columns
        SQL of the columns, by position.
    value
        From the name of an answer or option (``"mean"``, ``"moments.means"``) to its SQL.
    row
        Gives the SQL of the row's hash.

    Raises
    ------
    InvalidOperationError
        The template reads a column that is not there.
    """
    pieces = []
    for text, field in parse(template):
        pieces.append(text)
        if field is None:
            continue
        position = column_position(field)
        if position is None:
            pieces.append(row() if field == ROW else value(field))
        elif position < len(columns):
            pieces.append(columns[position])
        else:
            raise InvalidOperationError(f"{template!r} reads {{{field}}}, but there are {len(columns)} columns.")
    return "".join(pieces)


def look_up(known: Mapping[str, Any], name: str) -> Any:
    """Value of an answer or option by its name, or of a field of it by ``"name.field"``."""
    head, _, field = name.partition(".")
    if head not in known:
        raise InvalidOperationError(
            f"A template or request reads {head!r}, which no earlier stage answers; known are {', '.join(known)}."
        )
    return getattr(known[head], field) if field else known[head]
