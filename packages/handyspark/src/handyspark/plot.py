"""Plots of results that are at hand already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from handyspark.errors import InvalidTypeError, InvalidValueError
from handyspark.figure import check_axes
from handyspark.plots.correlations import draw_matrix

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["correlations"]


def correlations(matrix: pd.DataFrame, ax: Axes | None = None, **style: Any) -> Axes:
    """Draw what `cols[...].corr()` gave, by any method, as a heat map: no pass over the data.

    To draw correlations in one step, in strata too, there is ``cols[...].plot("correlations")``.

    Parameters
    ----------
    matrix
        Correlations of columns by columns, of all rows together or of one stratum (``.loc[stratum]``).
    ax
        Axes to draw on; None for a new figure.
    **style
        For `matplotlib.axes.Axes.imshow`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidTypeError
        `matrix` is no DataFrame, or `ax` no Axes.
    InvalidValueError
        `matrix` is not square, or its rows are not named as its columns are.
    """
    if not hasattr(matrix, "columns") or not hasattr(matrix, "to_numpy"):
        raise InvalidTypeError(f"`matrix` must be a DataFrame as `cols[...].corr()` gives it; got {type(matrix)!r}.")
    names: Sequence[str] = [str(name) for name in matrix.columns]
    if [str(name) for name in matrix.index] != list(names) or not names:
        raise InvalidValueError(
            "The rows of `matrix` must be named as its columns are. Take one stratum by `.loc[...]` where there are "
            'several, or draw all of them by `cols[...].plot("correlations")`.'
        )
    check_axes(ax)
    if ax is None:
        import matplotlib.pyplot as plt

        target = plt.subplots(layout="constrained")[1]
    else:
        given = np.ravel(np.asarray(ax, dtype=object))
        if len(given) != 1:
            raise InvalidValueError(f"`ax` must be one Axes; got {len(given)}.")
        target = given[0]
    draw_matrix(target, matrix.to_numpy(dtype=float), names, **style)
    return target
