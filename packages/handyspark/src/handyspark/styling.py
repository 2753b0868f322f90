"""Style keywords, tried before Spark is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from handyspark.calling import calling
from handyspark.errors import InvalidTypeError

if TYPE_CHECKING:
    from handyhooks import PlotKind
    from handyspark.schema import ColumnRef

__all__ = ["check_style", "style_named", "try_style"]

_OF_VALUES: Final = (ValueError, KeyError)
"""What matplotlib raises where a value is the matter, not a keyword."""


def check_style(
    plot_kind: PlotKind,
    groups: Sequence[tuple[ColumnRef, ...]],
    options: Mapping[str, Any],
    style: Mapping[str, Any],
    *,
    owner: str,
) -> None:
    """Try the style of a plot kind on its example.

    Raises
    ------
    InvalidTypeError
        matplotlib does not take a keyword, or not such a value.
    """
    if not style or plot_kind.example is None:
        return
    # A list may hold one element for each bar or stratum: only the data tell whether it fits.
    lists = any(isinstance(value, (Sequence, Mapping)) or hasattr(value, "__len__") for value in _open(style))
    for columns in groups:
        with calling(owner):
            example = plot_kind.example(tuple(column.described for column in columns), **options)
        try_style(partial(_draw, plot_kind, example), style, owner=owner, passed_over=_OF_VALUES if lists else ())


def try_style(
    draw: Callable[..., Any], style: Mapping[str, Any], *, owner: str, passed_over: tuple[type[Exception], ...] = ()
) -> None:
    """Let `draw` draw on Axes that are thrown away: matplotlib itself knows which keywords it takes.

    Raises
    ------
    InvalidTypeError
        It does not take one, or not such a value, by errors that are not `passed_over`.
    """
    if not style:
        return
    from matplotlib.figure import Figure

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            draw(Figure().add_subplot(), **style)
    except (TypeError, AttributeError, *_OF_VALUES) as error:
        if not isinstance(error, passed_over):
            raise InvalidTypeError(_said(owner, style, error)) from error


@contextmanager
def style_named(style: Mapping[str, Any], *, owner: str) -> Iterator[None]:
    """Name the style keywords where drawing fails that no example has tried.

    Raises
    ------
    InvalidTypeError
        matplotlib does not take one.
    """
    try:
        yield
    except (TypeError, AttributeError) as error:
        if not style:
            raise
        raise InvalidTypeError(_said(owner, style, error)) from error


def _draw(plot_kind: PlotKind, example: Any, axes: Any, **style: Any) -> None:
    plot_kind.draw(axes, [("", example)], **style)


def _open(style: Mapping[str, Any]) -> list[Any]:
    return [value for value in style.values() if not isinstance(value, str)]


def _said(owner: str, style: Mapping[str, Any], error: Exception) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in style.items())
    return f"{owner[:1].upper()}{owner[1:]} can't be drawn with {given}: {error}"
