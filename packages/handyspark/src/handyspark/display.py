"""How a notebook shows a frame."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html_table"]

FIRST: Final = 10
"""Rows that a notebook shows."""


def html_table(rows: pd.DataFrame, columns: Sequence[tuple[str, str]], *, more: bool) -> str:
    """Write the first rows as an HTML table, with types under the names.

    Parameters
    ----------
    rows
        What is shown.
    columns
        Name and Spark's type of each column.
    more
        There are more rows than these.
    """
    heads = "".join(
        f"<th>{html.escape(name)}<br><small>{html.escape(data_type)}</small></th>" for name, data_type in columns
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
        for row in rows.itertuples(index=False, name=None)
    )
    note = f"<p>The first {len(rows)} rows; there are more.</p>" if more else f"<p>{len(rows)} rows.</p>"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{note}"


def _text(value: object, most: int = 80) -> str:
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
