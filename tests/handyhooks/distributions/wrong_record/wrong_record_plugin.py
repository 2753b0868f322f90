"""A plugin that yields the record of another hook, one that returns a record bare, and one that is no record."""

from handyhooks import FenceMethod, ImputationStrategy, hookimpl

ZERO = ImputationStrategy(name="zero", summary="Zero.", stages=(), fill="0")


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="early", summary="Comes first.", stages=(), bounds=lambda answers: (None, None))
    yield ZERO


@hookimpl
def handyspark_imputation_strategies():
    return ZERO


@hookimpl
def handyspark_plot_kinds():
    return "hist"
