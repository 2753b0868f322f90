"""A plugin with one hook that raises after its first record, and one that is fine."""

from handyhooks import FenceMethod, ImputationStrategy, hookimpl


@hookimpl
def handyspark_outlier_methods():
    yield FenceMethod(name="early", summary="Comes first.", stages=(), bounds=lambda answers: (None, None))
    raise RuntimeError("the oven\nis cold")


@hookimpl
def handyspark_imputation_strategies():
    yield ImputationStrategy(name="zero", summary="Zero.", stages=(), fill="0")
