"""What matplotlib is to draw, tried on an example before Spark is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from handyspark.calling import calling
from handyspark.errors import HandySparkError, InvalidTypeError, InvalidValueError

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
    """Draw a plot kind's examples with the style, before Spark is asked.

    Raises
    ------
    InvalidTypeError
        matplotlib does not take a keyword, or not such a value.
    InvalidValueError
        The columns can't be drawn in one Axes, as the plot kind wants them.
    """
    together = plot_kind.arrangement == "together" and len(groups) > 1
    if plot_kind.example is None or not (style or together):
        return
    # A list may hold one element for each bar or stratum: only the data tell whether it fits.
    lists = any(isinstance(value, (Sequence, Mapping)) or hasattr(value, "__len__") for value in _open(style))
    with calling(owner):
        examples = [
            ("", plot_kind.example(tuple(column.described for column in columns), **options)) for columns in groups
        ]
    for series in [examples] if together else [[example] for example in examples]:
        draw = partial(_draw, plot_kind, series)
        try_style(draw, style, owner=owner, passed_over=_OF_VALUES if lists else ())


def try_style(
    draw: Callable[..., Any], style: Mapping[str, Any], *, owner: str, passed_over: tuple[type[Exception], ...] = ()
) -> None:
    """Let `draw` draw on a figure that is thrown away: matplotlib itself knows which keywords it takes.

    Raises
    ------
    InvalidTypeError
        It does not take one, or not such a value, by errors that are not `passed_over`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 2), dpi=50)
    # A norm takes its limits from what it is first shown.
    own = {name: copy(value) if isinstance(value, Normalize) else value for name, value in style.items()}
    canvas: Any = FigureCanvasAgg(figure)  # which is untyped
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            draw(figure.add_subplot(), **own)
            canvas.draw()  # some values are looked at by the renderer alone
    except HandySparkError:
        raise
    except (TypeError, AttributeError, *_OF_VALUES) as error:
        if not isinstance(error, passed_over):
            raise InvalidTypeError(_said(owner, style, error)) from error


@contextmanager
def style_named(style: Mapping[str, Any], *, owner: str) -> Iterator[None]:
    """Name the style keywords where drawing fails that no example has tried.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        matplotlib does not take one, or not such a value with these data.
    """
    try:
        yield
    except HandySparkError:
        raise
    except (TypeError, AttributeError, ValueError, KeyError) as error:
        if not style:
            raise
        own = InvalidTypeError if isinstance(error, (TypeError, AttributeError)) else InvalidValueError
        raise own(_said(owner, style, error)) from error


def _draw(plot_kind: PlotKind, series: Sequence[tuple[str, Any]], axes: Any, **style: Any) -> None:
    plot_kind.draw(axes, series, **style)


def _open(style: Mapping[str, Any]) -> list[Any]:
    return [value for value in style.values() if not isinstance(value, str)]


def _said(owner: str, style: Mapping[str, Any], error: Exception) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in style.items())
    return f"{owner[:1].upper()}{owner[1:]} can't be drawn with {given}: {error}"
