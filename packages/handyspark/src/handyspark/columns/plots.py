"""Plots of chosen columns."""

from __future__ import annotations

from typing import Any

from handyspark.columns.selection import Selection
from handyspark.failures import readable

__all__ = ["ColumnPlots"]


@readable
class ColumnPlots(Selection):
    """How columns are drawn: Spark computes, matplotlib draws the few numbers that come back."""

    def hist(self, bins: int = 10, ax: Any = None, **style: Any) -> Any:
        """Histogram: numbers and dates in `bins` bins of equal width, categories by their counts.

        Two passes, one for categories. Counts are those of `numpy.histogram`; infinite values are left out.

        Parameters
        ----------
        bins
            Number of bins; for strings and booleans how many of the most frequent get a bar of their own.
        ax
            Axes to draw on, one a panel; None for a new figure.
        **style
            For `matplotlib.axes.Axes.hist`, or for `bar` with categories.

        Returns
        -------
        Axes, array of Axes, or (Figure, array of Axes)
            One Axes a column; in strata the figure and one Axes a stratum.
        """
        return self.plot("hist", ax=ax, bins=bins, **style)

    def boxplot(self, ax: Any = None, showfliers: bool = True, k: float = 1.5, **style: Any) -> Any:
        """Box plots side by side in one Axes, a box a column and stratum: two passes (three before Spark 4.2).

        Parameters
        ----------
        ax
            Axes to draw on; None for a new figure.
        showfliers
            Draw what lies beyond the whiskers, up to the 500 most extreme values a side.
        k
            Whiskers reach the last value within k interquartile ranges of the box.
        **style
            For `matplotlib.axes.Axes.bxp`.

        Returns
        -------
        Axes, or (Figure, Axes) in strata
        """
        return self.plot("boxplot", ax=ax, showfliers=showfliers, k=k, **style)

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

    def plot(self, kind: str, ax: Any = None, **options: Any) -> Any:
        """Draw any kind of plot, built in or from a plugin.

        Parameters
        ----------
        kind
            ``"hist"``, ``"boxplot"``, ``"scatterplot"``, or what a plugin brings.
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
