"""The records that handyspark itself gives, through the hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterator

from handyhooks import FenceMethod, ImputationStrategy, PlotKind, hookimpl
from handyspark.imputation.strategies import STRATEGIES
from handyspark.outliers.mad import MAD
from handyspark.outliers.quantiles import QUANTILES
from handyspark.outliers.tukey import TUKEY
from handyspark.outliers.zscore import ZSCORE
from handyspark.plots.bar import BAR
from handyspark.plots.boxplot import BOXPLOT
from handyspark.plots.correlations import CORRELATIONS
from handyspark.plots.ecdf import ECDF
from handyspark.plots.hexbin import HEXBIN
from handyspark.plots.hist import HIST
from handyspark.plots.kde import KDE
from handyspark.plots.missing import MISSING
from handyspark.plots.pairs import PAIRS
from handyspark.plots.scatterplot import SCATTERPLOT
from handyspark.plots.violin import VIOLIN

__all__ = ["handyspark_imputation_strategies", "handyspark_outlier_methods", "handyspark_plot_kinds"]


@hookimpl
def handyspark_outlier_methods() -> Iterator[FenceMethod]:
    """Methods to tell outliers by."""
    yield from (MAD, QUANTILES, TUKEY, ZSCORE)


@hookimpl
def handyspark_imputation_strategies() -> Iterator[ImputationStrategy]:
    """Strategies to fill what is missing by."""
    yield from STRATEGIES


@hookimpl
def handyspark_plot_kinds() -> Iterator[PlotKind]:
    """Plots."""
    yield from (BOXPLOT, HEXBIN, HIST, SCATTERPLOT)
    yield from (BAR, CORRELATIONS, ECDF, KDE, MISSING, PAIRS, VIOLIN)
