"""What the author of a plugin writes: outlier methods, imputation strategies and kinds of plot."""

from __future__ import annotations

from dataclasses import dataclass

from handyhooks import (
    ANY,
    NUMERICAL,
    Counts,
    Derived,
    FenceMethod,
    ImputationStrategy,
    Moments,
    Option,
    PlotKind,
    ScoreMethod,
    hookimpl,
)
from handyhooks.errors import RecordError

MAD = FenceMethod(
    name="unscaled_mad",
    summary="Fences k median absolute deviations from the median.",
    stages=(
        {"med": "percentile_approx({x}, 0.5, 10000)"},
        {"mad": "percentile_approx(abs({x} - {med}), 0.5, 10000)"},
    ),
    bounds=lambda answers, *, k, **options: (
        (None, None)
        if answers["med"] is None
        else (float(answers["med"]) - k * float(answers["mad"]), float(answers["med"]) + k * float(answers["mad"]))
    ),
    options=(Option(name="k", default=3.0, kind="number", bounds=(0, None), doc="How many."),),
)

DISTANCE = ScoreMethod(
    name="distance",
    summary="Squared Euclidean distance from the means, of all columns together.",
    stages=({"moments": Moments(), "means": Derived(lambda answers, **options: list(answers["moments"].means))},),
    score=lambda columns, **options: " + ".join(
        f"pow(double({{x{i}}}) - {{means}}[{i}], 2)" for i in range(len(columns))
    ),
    cutoff=lambda answers, *, radius, **options: radius**2,
    options=(Option(name="radius", default=1.0, kind="number", bounds=(0, None), doc="Least distance."),),
)

UNDEFINED = ScoreMethod(
    name="undefined",
    summary="A score that is NaN throughout.",
    stages=({},),
    score="double('NaN') * {x0}",
    cutoff=lambda answers, **options: 0.0,
    columns=(1, 1),
)

ENDLESS = FenceMethod(
    name="endless",
    summary="Fences that are NaN, and a lower one that is none.",
    stages=({},),
    bounds=lambda answers, **options: (None, float("nan")),
)

BROKEN_BOUNDS = FenceMethod(
    name="broken_bounds",
    summary="Divides by what may be 0.",
    stages=({"n": "count({x})"},),
    bounds=lambda answers, **options: (1 / (answers["n"] - answers["n"]), None),
)

BROKEN_SCORE = ScoreMethod(
    name="broken_score",
    summary="Looks a column up that is not there.",
    stages=({},),
    score=lambda columns, **options: {}[columns[0].name],
    cutoff=lambda answers, **options: 0.0,
)


def _refuse(answers: object, **options: object) -> None:
    raise RecordError("These columns are of no use.")


REFUSING = ScoreMethod(
    name="refusing",
    summary="Tells users what is wrong with their columns.",
    stages=({"checked": Derived(_refuse)},),
    score="{x0}",
    cutoff=lambda answers, **options: 0.0,
)

MIDRANGE = ImputationStrategy(
    name="midrange",
    summary="Half way between the least and the greatest value, and a shift.",
    stages=({"low": "min({x})", "high": "max({x})"},),
    fill="({low} + {high}) / 2 + {shift}",
    options=(Option(name="shift", default=0.0, kind="number", doc="How far up."),),
    accepts=NUMERICAL,
)

SHARE = ImputationStrategy(
    name="share",
    summary="A multiple of another column: the mean of one over the mean of the other.",
    stages=({"own": "avg({x0})", "other": "avg({x1})"},),
    fill="{x1} * {own} / {other}",
    columns=(2, 2),
    accepts=NUMERICAL,
)

BROKEN_FILL = ImputationStrategy(
    name="broken_fill",
    summary="Fails when it is asked what to fill with.",
    stages=({},),
    fill=lambda columns, **options: columns[7],
)


@dataclass(frozen=True)
class Length:
    number: int
    scale: float


DOTS = PlotKind(
    name="dots",
    summary="A dot at the number of different values.",
    stages=({"tally": Counts()},),
    data=lambda columns, answers, *, scale, **options: Length(len(answers["tally"].values), scale),
    draw=lambda ax, series, **style: ax.plot([data.number * data.scale for _, data in series], "o", **style),
    arrangement="together",
    options=(Option(name="scale", default=1.0, kind="number", doc="Factor."),),
    accepts=ANY,
)

WIDE = PlotKind(
    name="wide",
    summary="Three columns at least.",
    stages=({"n": "count(1)"},),
    data=lambda columns, answers, **options: Length(answers["n"], float(len(columns))),
    draw=lambda ax, series, **style: ax.plot([data.number for _, data in series], "o", **style),
    columns=(3, None),
)

BROKEN_PLOT = PlotKind(
    name="broken_plot",
    summary="Reads an answer that it did not ask for.",
    stages=({"n": "count(1)"},),
    data=lambda columns, answers, **options: Length(answers["m"], 1.0),
    draw=lambda ax, series, **style: [],
)


@hookimpl
def handyspark_outlier_methods():
    return [MAD, DISTANCE, UNDEFINED, ENDLESS, BROKEN_BOUNDS, BROKEN_SCORE, REFUSING]


@hookimpl
def handyspark_imputation_strategies():
    return [MIDRANGE, SHARE, BROKEN_FILL]


@hookimpl
def handyspark_plot_kinds():
    return [DOTS, WIDE, BROKEN_PLOT]
