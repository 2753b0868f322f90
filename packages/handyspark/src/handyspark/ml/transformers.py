"""Fitted imputers and fences as transformers of pyspark.ml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from pyspark.ml import Model

from handyspark.errors import InvalidValueError
from handyspark.failures import guarded
from handyspark.fitted import Fence, Fill, FittedValues, Rule, Step, apply, to_sql, values_of
from handyspark.fitted.storing import from_json, to_json
from handyspark.frame import HandyFrame
from handyspark.ml.folder import Folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["HandyFencer", "HandyImputer"]

R = TypeVar("R", bound="_Fitted")


class _Fitted(Folder, Model):
    """A transformer that applies what was fitted: a projection, without a shuffle or a UDF."""

    _rule: ClassVar[type[Rule]]

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        self._steps = tuple(steps)

    def to_sql(self, table: str | Sequence[str]) -> str:
        """Write what it does as one SELECT in Spark SQL.

        Parameters
        ----------
        table
            The table to read: its name, parts separated by dots, or a list of its parts where these hold dots. It
            needs the columns of the frame that was fitted on; these are what is selected.

        Raises
        ------
        InvalidValueError
            `table` is no name.
        """
        return to_sql(self._steps, table, owner=f"`{type(self).__name__}`")

    @guarded
    def _transform(self, dataset: DataFrame) -> DataFrame:
        owner = f"`{type(self).__name__}`"
        if isinstance(dataset, HandyFrame):
            return dataset._adopt(apply(dataset.notHandy(), self._steps, owner=owner))
        return apply(dataset, self._steps, owner=owner)

    def _document(self) -> str:
        from handyspark import __version__

        return to_json(self._steps, version=__version__)

    @classmethod
    def _from_document(cls: type[R], text: str, origin: str) -> R:
        steps = from_json(text, origin=origin)
        if any(not isinstance(rule, cls._rule) for step in steps for rule in step.rules):
            raise InvalidValueError(f"{origin} holds rules that a {cls.__name__} does not apply.")
        return cls(steps)


class HandyImputer(_Fitted):
    """Fills what is missing, by values that were fitted, in the strata that they were fitted in.

    Given by ``hdf.transformers.imputer()`` and `HandyImputerEstimator.fit`. Rows of strata that were not seen, and of
    none, stay as they are.
    """

    _rule = Fill

    @property
    def statistics_(self) -> FittedValues:
        """Values: see `HandyFrame.statistics_`."""
        return values_of(self._steps)


class HandyFencer(_Fitted):
    """Caps values at fences that were fitted, in the strata that they were fitted in.

    Given by ``hdf.transformers.fencer()`` and `HandyFencerEstimator.fit`. Rows of strata that were not seen, and of
    none, stay as they are; missing values stay missing.
    """

    _rule = Fence

    @property
    def fences_(self) -> FittedValues:
        """Fences: see `HandyFrame.fences_`."""
        return values_of(self._steps)
