"""What a HandyFrame and its strata can do about missing values and outliers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handyhooks import NUMERICAL
from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError
from handyspark.failures import readable
from handyspark.fitted import FittedValues, apply, values_of
from handyspark.imputation import learn_fills
from handyspark.outliers import learn_fences, outliers_of, without_outliers
from handyspark.transformers import Transformers

if TYPE_CHECKING:
    from handyspark.frame import HandyFrame
    from handyspark.imputation.choosing import Columns, Strategies
    from handyspark.planner import Source
    from handyspark.schema import ColumnRef

__all__ = ["Cleaning"]


@readable
class Cleaning:
    """Filling, fencing, and choosing rows by whether they are outliers."""

    @property
    @abstractmethod
    def _handy(self) -> HandyFrame:
        """The frame without its strata."""

    @abstractmethod
    def _asked(self) -> Source:
        """What is to be asked: the data, in strata or not."""

    def fill(
        self,
        other: Any = None,
        /,
        *,
        categorical: Columns = None,
        continuous: Columns = None,
        strategy: Strategies = "mean",
        fallback: str = "overall",
        add_indicator: bool = False,
        predictors: str | Sequence[str] | None = None,
        **options: Any,
    ) -> HandyFrame:
        """Fill what is missing (null and NaN), and remember by what.

        One pass over the data for each family of strategies, however many columns and strata there are. Rows keep
        their order; those that belong to no stratum stay as they are.

        Parameters
        ----------
        other
            Another frame: fill that one with the values that were fitted on this one, and ask nothing of it. Goes
            alone.
        categorical
            Columns to fill by their most frequent value (of several the least); ``"all"`` for all of integers,
            booleans and strings.
        continuous
            Columns to fill by `strategy`; ``"all"`` for all of floating numbers and decimals.
        strategy
            One strategy for all continuous columns, a list of one each, or strategies by the name of any column:
            ``{"Age": "median", "Cabin": "constant"}``. Built in are ``"mean"``, ``"median"``, ``"mode"``, ``"min"``,
            ``"max"``, ``"quantile"`` (`q`), ``"constant"`` (`value`), ``"end_tail"`` (`distribution`, `tail`, `fold`),
            ``"random_sample"`` (`n`, `seed`) and ``"regression"``. What they give is cast to the column's type: integer
            columns take the whole part of a mean.
        fallback
            For a stratum that holds no value of a column: ``"overall"`` takes that of all rows together (one pass more,
            where there is such a stratum), ``"keep"`` leaves it as it is, ``"error"`` refuses.
        add_indicator
            Add a column ``<name>_was_missing`` for each column that is filled: true where it was missing.
        predictors
            Columns that strategies such as ``"regression"`` read; a missing one counts as its mean there.
        **options
            Of the strategies: each goes to those that take it.

        Returns
        -------
        HandyFrame
            `statistics_` tells the values. A column that was filled before is filled again only where something is
            missing still.

        Raises
        ------
        ColumnNotFoundError, UnsupportedColumnError
            A column that is not there, or of a kind that its strategy can't fill.
        UnknownNameError
            A strategy that is not installed.
        InvalidTypeError, InvalidValueError
            Anything else that is not right.

        Examples
        --------
        >>> filled = hdf.fill(categorical=["Embarked"])
        >>> filled.statistics_
        {'Embarked': 'S'}
        >>> filled = filled.stratify(["Pclass", "Sex"]).fill(continuous=["Age"], strategy="mean")
        >>> len(filled.statistics_["Age"])
        6
        """
        from handyspark.frame import handy, made

        frame = self._handy
        steps = frame._state.fills
        if other is not None:
            asked = {"categorical": categorical, "continuous": continuous, "predictors": predictors}
            defaults = (strategy, fallback, add_indicator) == ("mean", "overall", False)
            if options or not defaults or any(value is not None for value in asked.values()):
                raise InvalidTypeError("`fill` takes a frame to fill, or columns to learn from; got both.")
            target = handy(other)
            if not steps:
                raise InvalidOperationError("Nothing was filled yet, so there is nothing to fill another frame with.")
            new = [step for step in steps if step not in target._state.fills]
            filled = apply(target._plain, new, owner="`fill`")
            return made(filled, replace(target._state, fills=(*target._state.fills, *new)))
        step = learn_fills(
            self._asked(),
            steps,
            categorical=categorical,
            continuous=continuous,
            strategy=strategy,
            fallback=fallback,
            add_indicator=add_indicator,
            predictors=predictors,
            options=options,
        )
        if step is None:
            return frame
        return made(apply(frame._plain, [step], owner="`fill`"), replace(frame._state, fills=(*steps, step)))

    def fence(
        self, columns: str | Sequence[str], k: float | None = None, method: str = "tukey", **options: Any
    ) -> HandyFrame:
        """Cap columns at their fences, and remember these: outliers become the nearest value that is none.

        As many passes as the method has stages; for integer columns one more. Missing values stay missing, rows that
        belong to no stratum stay as they are. Integer columns keep their type, unless a fence lies between two integers
        and a value beyond it: they become doubles then. Where a double could not tell such integers apart (beyond
        2**53), they keep their type and are capped at the nearest integer within.

        Parameters
        ----------
        columns
            Numerical columns.
        k
            How far out the fences are, for methods that take it; by default 1.5 for ``"tukey"``, 3 for ``"mad"`` and
            ``"zscore"``.
        method
            ``"tukey"``, ``"mad"``, ``"zscore"``, ``"quantiles"`` (`lower`, `upper`), or one that a plugin brings, if it
            has fences.
        **options
            Of the method.

        Returns
        -------
        HandyFrame
            `fences_` tells the fences.

        Raises
        ------
        InvalidOperationError
            The method has no fences.
        ColumnNotFoundError, UnsupportedColumnError, UnknownNameError, InvalidTypeError, InvalidValueError
            Something else is not right.
        """
        from handyspark.frame import made

        frame, source = self._handy, self._asked()
        given = options if k is None else {"k": k, **options}
        step = learn_fences(source, _chosen(source, columns), method, given)
        state = replace(frame._state, fences=(*frame._state.fences, step))
        return made(apply(source.df, [step], owner="`fence`"), state)

    def get_outliers(
        self, columns: str | Sequence[str] | None = None, method: str = "tukey", **params: Any
    ) -> HandyFrame:
        """Rows that are outliers in any of the columns, or in the set of columns.

        Parameters
        ----------
        columns
            Columns to judge by; None for all numerical ones.
        method
            As in `fence`, or one that scores rows, as ``"mahalanobis"`` of the plugin handyspark-mahalanobis.
        **params
            Options of the method; as in `outliers`, `k` of ``"tukey"`` is 3 here.

        Raises
        ------
        ColumnNotFoundError, UnsupportedColumnError, UnknownNameError, InvalidTypeError, InvalidValueError
            Something is not right.
        """
        frame, source = self._handy, self._asked()
        return frame._adopt(outliers_of(source, _chosen(source, columns), method, params))

    def remove_outliers(
        self, columns: str | Sequence[str] | None = None, method: str = "tukey", **params: Any
    ) -> HandyFrame:
        """Rows that `get_outliers` leaves: those that miss a value, or belong to no stratum, are among them."""
        frame, source = self._handy, self._asked()
        return frame._adopt(without_outliers(source, _chosen(source, columns), method, params))

    @property
    def statistics_(self) -> FittedValues:
        """Values that `fill` fitted: by column, and by clause and column for those of strata; a real dictionary.

        Subscribed by a column that was filled in strata it gives ``{clause: value}``.
        """
        return values_of(self._handy._state.fills)

    @property
    def fences_(self) -> FittedValues:
        """Fences that `fence` fitted, as ``[lower, upper]``: keyed as `statistics_` is; of several the last."""
        return values_of(self._handy._state.fences)

    @property
    def transformers(self) -> Transformers:
        """What was fitted, as transformers of pyspark.ml: ``transformers.imputer()``, ``transformers.fencer()``."""
        return Transformers(self._handy)


def _chosen(source: Source, columns: str | Sequence[str] | None) -> Sequence[ColumnRef]:
    if columns is None:
        found = [column for column in source.schema.columns if column.kind in NUMERICAL]
    elif isinstance(columns, (str, Sequence)):
        found = list(dict.fromkeys(source.schema.find_all(columns)))
    else:
        raise InvalidTypeError(f"Columns are named by a string, or a list of strings; got {columns!r}.")
    if not found:
        raise InvalidValueError("There is no numerical column to judge." if columns is None else "No column is named.")
    return found
