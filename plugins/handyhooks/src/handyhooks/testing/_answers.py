"""What Spark could answer to the stages of a record, made up for each situation of a stratum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from handyhooks.requests import (
    Bins,
    Counts,
    Derived,
    Extremes,
    ExtremeValues,
    Grid,
    GridCounts,
    Histogram,
    Moments,
    MomentValues,
    Sample,
    Shared,
    Stage,
    Tally,
)
from handyhooks.spark_records import Column
from handyhooks.templates import COLUMN, ROW, parse
from handyhooks.testing._aggregates import aggregate
from handyhooks.testing._situations import Situation, as_number, positions, value_at
from handyhooks.testing.conformance import called, expect

__all__ = ["Interview"]


class Interview:
    """The stages of one record, asked of made-up columns.

    Parameters
    ----------
    record
        A record with stages.
    columns
        Made-up columns.
    options
        Values of all of its options.
    situations
        One for each stratum.
    given
        Answers of SQL aggregates to take in place of made-up ones where a column holds values.

    Attributes
    ----------
    answers
        For each stratum, everything by its name.
    read
        Positions of the columns that a request or template read.
    """

    def __init__(
        self,
        record: Any,
        columns: Sequence[Column],
        options: Mapping[str, Any],
        situations: Sequence[Situation],
        given: Mapping[str, Any],
    ) -> None:
        self.record = record
        self.columns = tuple(columns)
        self.options = options
        self.situations = situations
        self.given = given
        self.answers: list[dict[str, Any]] = [{} for _ in situations]
        self.read: set[int] = set()
        for stage in self._stages():
            self._ask(stage)

    def views(self) -> list[Mapping[str, Any]]:
        """Return the answers as the record's functions get them: to be read only."""
        return [MappingProxyType(answers) for answers in self.answers]

    def check_template(self, template: str, what: str) -> set[int]:
        """Expect that every placeholder of a SQL template can be told, in each stratum.

        Returns the positions of the columns that it reads.
        """
        promise = f"the placeholders of `{what}` are columns, options and answers of earlier stages"
        with called(self.record, promise):
            names = [name for _, name in parse(template) if name is not None]
        read = {int(name[1:] or 0) for name in names if COLUMN.fullmatch(name)}
        for position in sorted(read):
            self._reads(position, what)
        for name in names:
            if not COLUMN.fullmatch(name) and name != ROW:
                for answers in self.answers:
                    self._look_up(answers, name, what)
        return read

    def _stages(self) -> tuple[Stage, ...]:
        if not callable(self.record.stages):
            return tuple(self.record.stages)
        promise = "`stages(columns, **options)` gives a tuple of mappings"
        with called(self.record, promise):
            stages = self.record.stages(self.columns, **self.options)
        fits = isinstance(stages, tuple) and all(isinstance(stage, Mapping) for stage in stages)
        expect(fits, self.record, promise, f"It gave {stages!r}.")
        return tuple(stages)

    def _ask(self, stage: Stage) -> None:
        asked = {name: request for name, request in stage.items() if not isinstance(request, (Derived, Shared))}
        # All at once: the requests of a stage don't see each other's answers.
        found = {name: self._query(name, request) for name, request in asked.items()}
        for position, answers in enumerate(self.answers):
            answers.update({name: values[position] for name, values in found.items()})
        for name, request in stage.items():
            if isinstance(request, Derived):
                with called(self.record, f"the derived answer {name!r} can be worked out from any answers"):
                    values = [request.function(answers, **self.options) for answers in self.views()]
            elif isinstance(request, Shared):
                with called(self.record, f"the shared answer {name!r} can be worked out from any strata"):
                    values = [request.function(self.views(), **self.options)] * len(self.answers)
            else:
                continue
            for answers, value in zip(self.answers, values, strict=True):
                answers[name] = value

    def _query(self, name: str, request: Any) -> list[Any]:
        self._note_columns(name, request)
        if isinstance(request, str):
            self.check_template(request, name)
        elif isinstance(request, Moments) and request.where is not None:
            self.check_template(request.where, f"{name}.where")
        return [
            self._answer(name, request, situation, answers)
            for situation, answers in zip(self.situations, self.answers, strict=True)
        ]

    def _note_columns(self, name: str, request: Any) -> None:
        if isinstance(request, (Moments, Sample)):
            self.read.update(range(len(self.columns)))
        elif isinstance(request, Grid):
            for position in request.columns:
                self._reads(position, name)
        elif isinstance(request, (Histogram, Counts, Extremes)):
            self._reads(request.column, name)

    def _reads(self, position: int, what: str) -> None:
        expect(
            0 <= position < len(self.columns),
            self.record,
            f"`{what}` reads columns that there are",
            f"It reads column {position} of {len(self.columns)}, counted from 0.",
        )
        self.read.add(position)

    def _answer(self, name: str, request: Any, situation: Situation, answers: Mapping[str, Any]) -> Any:
        def resolved(field: Any) -> Any:
            return self._look_up(answers, field, name) if isinstance(field, str) else field

        if isinstance(request, str):
            if name in self.given and situation is not Situation.NOTHING:
                return self.given[name]
            kind = self.columns[0].kind
            return aggregate(request, kind, situation, resolved)
        promise = f"the fields of {name!r} are numbers, or names of answers and options that are"
        with called(self.record, promise):
            return _SHAPES[type(request)](request, self.columns, situation, resolved)

    def _look_up(self, answers: Mapping[str, Any], name: str, what: str) -> Any:
        head, _, field = name.partition(".")
        known = {**self.options, **answers}
        expect(
            head in known,
            self.record,
            f"`{what}` reads options and answers of earlier stages",
            f"It reads {head!r}; known are {', '.join(sorted(known)) or 'none'}.",
        )
        value = known[head]
        if not field:
            return value
        expect(
            hasattr(value, field),
            self.record,
            f"`{what}` reads fields that answers have",
            f"It reads {name!r}; {head!r} is a {type(value).__name__}"
            + (f" with {', '.join(f.name for f in fields(value))}." if hasattr(value, "__dataclass_fields__") else "."),
        )
        return getattr(value, field)


_Resolve = Callable[[Any], Any]


def _bins(request: Histogram, columns: Sequence[Column], situation: Situation, resolved: _Resolve) -> Bins:
    edges = _edges(resolved(request.low), resolved(request.high), resolved(request.bins))
    return Bins(edges=edges, counts=_counts(len(edges) - 1, situation))


def _edges(low: Any, high: Any, bins: Any) -> list[float]:
    if not isinstance(bins, int):
        return [as_number(edge) for edge in bins]
    if low is None or high is None:
        return []
    low, high = as_number(low), as_number(high)
    if low == high:
        low, high = low - 0.5, high + 0.5
    if bins < 1 or low > high:
        raise ValueError(f"{bins} bins from {low} to {high} can't be")
    return [low + (high - low) * edge / bins for edge in range(bins + 1)]


def _counts(bins: int, situation: Situation) -> list[int]:
    if situation is Situation.VALUES:
        return [1 + min(index, bins - 1 - index) for index in range(bins)]
    return [situation.count if index == bins // 2 else 0 for index in range(bins)]


def _grid(request: Grid, columns: Sequence[Column], situation: Situation, resolved: _Resolve) -> GridCounts:
    bins = resolved(request.bins)
    along_x, along_y = bins if isinstance(bins, tuple) else (bins, bins)
    x_edges = _edges(resolved(request.x_low), resolved(request.x_high), resolved(along_x))
    y_edges = _edges(resolved(request.y_low), resolved(request.y_high), resolved(along_y))
    rows = max(len(x_edges) - 1, 0)
    return GridCounts(
        x_edges=x_edges, y_edges=y_edges, counts=[_counts(len(y_edges) - 1, situation) for _ in range(rows)]
    )


def _tally(request: Counts, columns: Sequence[Column], situation: Situation, resolved: _Resolve) -> Tally:
    kind = columns[request.column].kind
    top = resolved(request.top)
    # A dictionary keeps the first of each; values of other kinds (arrays) can't be its keys.
    values = list({repr(value): value for value in _values(kind, situation, 11)}.values())
    counts = list(range(len(values), 0, -1))
    kept = len(values) if top is None else int(top)
    return Tally(values=values[:kept], counts=counts[:kept], other=sum(counts[kept:]), missing=3)


def _extremes(request: Extremes, columns: Sequence[Column], situation: Situation, resolved: _Resolve) -> ExtremeValues:
    n, below, above = int(resolved(request.n)), resolved(request.below), resolved(request.above)
    values = _values(columns[request.column].kind, situation, min(n, 20))
    return ExtremeValues(
        lowest=[value for value in values if below is None or as_number(value) < as_number(below)],
        highest=[value for value in reversed(values) if above is None or as_number(value) > as_number(above)],
    )


def _moments(request: Moments, columns: Sequence[Column], situation: Situation, resolved: _Resolve) -> MomentValues:
    count, width = situation.count, range(len(columns))
    if count == 0:
        return MomentValues(count=0, means=[None for _ in width], comoments=[[None for _ in width] for _ in width])
    scale = float(count - 1) if situation is Situation.VALUES else 0.0
    return MomentValues(
        count=count,
        means=[6.0 for _ in width],
        comoments=[[scale * (9.0 if i == j else 4.5) for j in width] for i in width],
    )


def _sample(
    request: Sample, columns: Sequence[Column], situation: Situation, resolved: _Resolve
) -> list[tuple[Any, ...]]:
    n = int(resolved(request.n))
    int(resolved(request.seed))
    # Each column in an order of its own, so that columns don't follow each other.
    drawn = [_values(column.kind, situation, min(n, 20)) for column in columns]
    rotated = [
        values[shift % 20 :] + values[: shift % 20] for shift, values in zip(range(0, 999, 7), drawn, strict=False)
    ]
    rows = list(zip(*rotated, strict=True))
    return rows if request.complete else [(None,) * len(columns), *rows][:n]


def _values(kind: Any, situation: Situation, count: int) -> list[Any]:
    return [value_at(kind, rank) for rank in positions(situation, count)]


_SHAPES: dict[type, Callable[[Any, Sequence[Column], Situation, _Resolve], Any]] = {
    Histogram: _bins,
    Grid: _grid,
    Counts: _tally,
    Extremes: _extremes,
    Moments: _moments,
    Sample: _sample,
}
