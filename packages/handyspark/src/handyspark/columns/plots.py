"""Plots of chosen columns."""

from __future__ import annotations

from typing import Any

from handyspark.columns.selection import Selection
from handyspark.failures import readable

__all__ = ["ColumnPlots"]


@readable
class ColumnPlots(Selection):
    """How columns are drawn: Spark computes, matplotlib draws the few numbers that come back."""

    def hist(
        self,
        bins: Any = 10,
        ax: Any = None,
        range: Any = None,
        density: bool = False,
        log: bool = False,
        cumulative: bool | int = False,
        orientation: str = "vertical",
        **style: Any,
    ) -> Any:
        """Histogram: numbers and dates by bins, categories by their counts.

        Two passes; one for categories. Counts are those of `numpy.histogram`; infinite values are left out. Strata
        share their edges, by all strata together.

        Parameters
        ----------
        bins
            Number of bins of equal width; their edges, ascending; or one of NumPy's rules for their number: ``"auto"``,
            ``"fd"``, ``"scott"``, ``"sturges"``, ``"sqrt"``, ``"rice"``, ``"doane"``, as `numpy.histogram_bin_edges`
            of NumPy 2.3 has them, with quartiles as `q1` and `q3` give them (in strata put together from 1,000
            quantiles of each). For strings and booleans how many of the most frequent get a bar of their own, beside
            one of all others.
        ax
            Axes to draw on, one a panel; None for a new figure, which becomes pyplot's current one.
        range
            Lowest and highest value that are counted; None for those of the data. Dates for columns of dates, datetimes
            for timestamps; there those without a time zone are in UTC. As edges are.
        density
            Divide by the number of values, and by the width of the bin: the area is 1 in each panel. Categories are
            drawn as shares.
        log
            Draw heights on an axis of logarithms.
        cumulative
            Add up from the left, or with -1 from the right.
        orientation
            ``"vertical"`` or ``"horizontal"``.
        **style
            For `matplotlib.axes.Axes.hist`, or with categories for `bar` or `barh`.

        Returns
        -------
        Axes, array of Axes, or (Figure, array of Axes)
            One Axes a column; in strata the figure and one Axes a stratum.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            An option or a style keyword is not right; a column of categories is given a rule, edges or a range; the
            data hold dates out of the years 1 to 9999; or a rule asks for more than 10,000 bins.
        """
        return self.plot(
            "hist",
            ax=ax,
            bins=bins,
            range=range,
            density=density,
            log=log,
            cumulative=cumulative,
            orientation=orientation,
            **style,
        )

    def boxplot(
        self,
        ax: Any = None,
        showfliers: bool = True,
        k: float = 1.5,
        showmeans: bool = False,
        orientation: str = "vertical",
        **style: Any,
    ) -> Any:
        """Box plots side by side in one Axes, a box a column and stratum: two passes.

        Before Spark 4.2, which has no aggregate that keeps many extreme values, fliers take a third pass.

        Parameters
        ----------
        ax
            Axes to draw on; None for a new figure.
        showfliers
            Draw what lies beyond the whiskers, up to the 500 most extreme values a side; the plot says how many more
            there are.
        k
            Whiskers reach the last value within k interquartile ranges of the box.
        showmeans
            Mark the mean.
        orientation
            ``"vertical"`` or ``"horizontal"``.
        **style
            For `matplotlib.axes.Axes.bxp`.

        Returns
        -------
        Axes, or (Figure, Axes) in strata
        """
        return self.plot(
            "boxplot", ax=ax, showfliers=showfliers, k=k, showmeans=showmeans, orientation=orientation, **style
        )

    def scatterplot(self, ax: Any = None, bins: int = 30, **style: Any) -> Any:
        """Two columns in a grid of bins x bins cells, circles sized by count: two passes.

        Parameters
        ----------
        ax
            Axes to draw on, one a stratum; None for a new figure.
        bins
            Number of bins along each axis.
        **style
            For `matplotlib.axes.Axes.scatter`.

        Returns
        -------
        Axes, or (Figure, array of Axes) in strata
        """
        return self.plot("scatterplot", ax=ax, bins=bins, **style)

    def hexbin(self, ax: Any = None, gridsize: Any = 100, mincnt: int | None = None, **style: Any) -> Any:
        """Two columns in a lattice of hexagons, colored by count: two passes.

        Counts are those of `matplotlib.axes.Axes.hexbin` on all rows that have both values; panels of strata share
        the lattice and the scale of colors.

        Parameters
        ----------
        ax
            Axes to draw on, one a stratum; None for a new figure.
        gridsize
            Hexagons along x, or a pair, along x and along y.
        mincnt
            Show only hexagons with so many rows; None for all, the empty ones too.
        **style
            For `matplotlib.axes.Axes.hexbin`.

        Returns
        -------
        Axes, or (Figure, array of Axes) in strata
        """
        return self.plot("hexbin", ax=ax, gridsize=gridsize, mincnt=mincnt, **style)

    def plot(self, kind: str, ax: Any = None, **options: Any) -> Any:
        """Draw any kind of plot, built in or from a plugin.

        Parameters
        ----------
        kind
            ``"hist"``, ``"boxplot"``, ``"scatterplot"``, ``"hexbin"``, or one of these, or what a plugin brings:

            - ``"kde"`` (`bw_method`, `points`): Gaussian kernels on a histogram of up to 2,047 cells; dates too.
            - ``"ecdf"`` (`complementary`): exact for whole numbers and days that span no more than 2,046; else right to
              1 / 4,092 of the range along x; dates too.
            - ``"violin"`` (`bw_method`): mirrored densities with medians and quartiles; dates too.
            - ``"bar"`` (`stat`, `errors`): a statistic by column and stratum.
            - ``"correlations"`` (`method`): 2 to 30 columns; ``"pearson"`` or ``"spearman"``.
            - ``"missing"``: the share of rows without a value.
            - ``"pairs"`` (`bins`): 2 to 5 columns of numbers against each other.
        ax
            Axes to draw on; None for a new figure.
        **options
            Options of the kind; what it does not know goes to matplotlib.

        Raises
        ------
        UnknownNameError
            The kind is not installed.
        UnsupportedColumnError
            A column is of a type that it can't take.
        InvalidTypeError, InvalidValueError
            An option, or the number of columns, is not right.
        """
        from handyspark.plotting import plot

        return plot(self._source, self._columns, kind, ax, options)
